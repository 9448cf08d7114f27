"""What the bundle of a round is made from: nothing of it names a voter or a time of a vote."""

from dataclasses import fields, replace

from sqlalchemy import select

from engage.budgeting.models import Ballot, Round, Seal
from engage.budgeting.queries.approvals import closing_as_fixed, extensions_of, seals_of
from engage.budgeting.queries.ballot_papers import line_of
from engage.budgeting.queries.results import tally_id
from engage.budgeting.queries.reviews import removed_from, removed_leaves
from engage.budgeting.queries.rounds import projects_of, rules_of
from engage.budgeting.rules.approvals import as_detail
from engage.budgeting.rules.ballots import SealFacts
from engage.budgeting.rules.bundle import Opening, Paper, Sealed
from engage.budgeting.rules.changes import Changes
from engage.budgeting.rules.rounds import plain_rules
from engage.extensions import db


def paper_of(round_: Round) -> Paper:
    """Return a round's rules and ballot paper as they were fixed: an extension came after."""
    projects = projects_of(round_.id)
    fixed = replace(rules_of(round_), voting_closes_at=closing_as_fixed(round_))
    return Paper(
        rules=plain_rules(fixed),
        lines=[line_of(project) for project in projects],
        ids={project.id: tally_id(project) for project in projects},
    )


def sealed_of(round_: Round, seal_hash: str) -> Sealed | None:
    """Return the seal with this hash and what it stands on; None where the round has none such."""
    for seal in seals_of(round_.id):
        if seal.hash == seal_hash:
            hashes = (round_.rules_hash or "", round_.ballot_hash or "")
            return Sealed(_facts(seal), seal.hash, *hashes)
    return None


def changes_of(round_: Round, seal_hash: str) -> Changes:
    """Return what two people changed in a round until the seal with this hash was counted."""
    seals = seals_of(round_.id)
    first = next((seal.n for seal in seals if seal.reason == "closed"), 1)
    last = next((seal.n for seal in seals if seal.hash == seal_hash), 0)
    return Changes(
        extensions=[
            (as_detail(e.before), as_detail(e.until), e.reason) for e in extensions_of(round_.id)
        ],
        removed=removed_leaves(round_.id),
        by_reason=removed_from(round_.id).by_reason,
        seals=[(_facts(seal), seal.hash) for seal in seals if first <= seal.n <= last],
    )


def _facts(seal: Seal) -> SealFacts:
    return SealFacts(**{f.name: getattr(seal, f.name) for f in fields(SealFacts)})


def openings_of(round_id: int) -> list[Opening]:
    """Return what each fingerprint of a round was made of, in the fingerprints' own order.

    For scrutineers: with a receipt it tells how somebody voted.
    """
    rows = db.session.execute(
        select(Ballot.leaf, Ballot.version, Ballot.salt, Ballot.choices).where(
            Ballot.round_id == round_id
        )
    )
    return sorted(
        Opening(leaf, version, salt, choices)
        for leaf, version, salt, choices in rows
        if leaf is not None and salt is not None and choices is not None  # a desk mark has none
    )
