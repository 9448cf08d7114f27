"""Reads of the evidence: a year's figures, its money, and what was published."""

from engage.evidence.queries.figures import (
    basis_of,
    edition_of,
    editions_of,
    published_years,
    worked_out_again,
    year_figures,
    years_with_facts,
)
from engage.evidence.queries.money import base_of, latest_base, owes_a_statement

__all__ = [
    "base_of",
    "basis_of",
    "edition_of",
    "editions_of",
    "latest_base",
    "owes_a_statement",
    "published_years",
    "worked_out_again",
    "year_figures",
    "years_with_facts",
]
