"""What the bundle of a round is made from: nothing of it names a voter or a time of a vote."""

from sqlalchemy import select

from engage.budgeting.models import Ballot, Round
from engage.budgeting.queries.results import tally_id
from engage.budgeting.queries.rounds import projects_of, rules_of
from engage.budgeting.queries.voters import latest_seal
from engage.budgeting.rules.ballots import SealFacts
from engage.budgeting.rules.bundle import Opening, Paper, Sealed
from engage.budgeting.rules.rounds import BallotLine, plain_rules
from engage.extensions import db


def paper_of(round_: Round) -> Paper:
    """Return a round's rules and ballot paper as they were fixed."""
    projects = projects_of(round_.id)
    return Paper(
        rules=plain_rules(rules_of(round_)),
        lines=[
            BallotLine(p.id, p.number, p.title, p.cost_pence, p.lot, p.smallest_pence)
            for p in projects
        ],
        ids={project.id: tally_id(project) for project in projects},
    )


def sealed_of(round_: Round) -> Sealed | None:
    """Return a round's last seal and what it stands on; None before there is one."""
    seal = latest_seal(round_.id)
    if seal is None:
        return None
    facts = SealFacts(
        round_id=seal.round_id,
        n=seal.n,
        at=seal.at,
        ballots=seal.ballots,
        root=seal.root,
        prev_hash=seal.prev_hash,
        reason=seal.reason,
    )
    return Sealed(facts, seal.hash, round_.rules_hash or "", round_.ballot_hash or "")


def openings_of(round_id: int) -> list[Opening]:
    """Return what each fingerprint of a round was made of, in the fingerprints' own order.

    For scrutineers: with a receipt it tells how somebody voted.
    """
    rows = db.session.execute(
        select(Ballot.leaf, Ballot.version, Ballot.salt, Ballot.choices).where(
            Ballot.round_id == round_id
        )
    )
    return sorted(Opening(*row) for row in rows)
