"""Reads of plans. What other modules use of them most is gathered here."""

from engage.plans.queries.drafts import draft_choices, paragraphs_of, priorities_of

__all__ = ["draft_choices", "paragraphs_of", "priorities_of"]
