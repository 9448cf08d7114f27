"""Bringing in an election that was held elsewhere, ballot by ballot, through the same limits."""

import secrets
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.voting import make_round_key
from engage.budgeting.keys import keys_of
from engage.budgeting.models import Ballot, Project, Round
from engage.budgeting.queries.rounds import rules_of
from engage.budgeting.rules.ballot_types import Chosen, terms_of, write_choices
from engage.budgeting.rules.ballots import ballot_key, leaf_of
from engage.budgeting.rules.imports import (
    COUNTED_BY,
    ImportRefused,
    import_faults,
    terms_of_file,
    title_of,
    voting_days,
)
from engage.budgeting.rules.rounds import BallotLine, hash_ballot, hash_rules
from engage.budgeting.rules.stages import Stage
from engage.engagements.actions.planning import plan_engagement
from engage.extensions import db
from engage.tally.pabulib import PabulibFile

#: How many ballots are written at once.
BATCH = 500


def round_of_file(file_hash: str) -> Round | None:
    """Return the round that was made of the file with this SHA-256."""
    return db.session.scalar(select(Round).where(Round.file_hash == file_hash))


def import_election(
    file: PabulibFile, file_hash: str, *, at: datetime, seen: Callable[[int], None]
) -> Round:
    """Make a closed round of a file and return it: all of it or, by a refusal, nothing.

    ``seen`` is told how many more ballots were written. Raises ImportRefused with every fault.
    The caller commits.
    """
    faults = import_faults(file)
    if faults:
        raise ImportRefused(faults)
    round_ = _make_round(file, file_hash, at)
    ids = {project.reference: project.id for project in round_.projects}
    votes = [Chosen(tuple(ids[c] for c in vote.choices), vote.points) for vote in file.votes]
    _import_ballots(round_, votes, seen)
    _record(round_, len(file.votes), at)
    close_voting(round_, at=at)
    return round_


def _import_ballots(round_: Round, votes: Sequence[Chosen], seen: Callable[[int], None]) -> None:
    """Write the ballots with keys, salts and leaves of their own, in the order of their keys."""
    key = keys_of(round_.id, round_.key_check)
    ballots = sorted(
        (_ballot(round_, key, chosen) for chosen in votes),
        key=lambda ballot: bytes(ballot["ballot_key"]),
    )
    for start in range(0, len(ballots), BATCH):
        some = ballots[start : start + BATCH]
        db.session.execute(insert(Ballot), some)
        seen(len(some))


def _ballot(round_: Round, key: bytes, chosen: Chosen) -> dict[str, Any]:
    text = write_choices(terms_of(round_).kind, chosen.ids, chosen.points)
    salt = secrets.token_bytes(16)
    return {
        "round_id": round_.id,
        "ballot_key": ballot_key(key, round_.id, secrets.token_bytes(16)),
        "source": "imported",
        "version": 1,
        "submission_id": str(uuid.uuid4()),
        "choices": text,
        "salt": salt,
        "leaf": leaf_of(round_.id, round_.ballot_hash or "", 1, salt, text),
    }


def _record(round_: Round, ballots: int, at: datetime) -> None:
    record(
        Happening.BALLOTS_IMPORTED,
        f"round:{round_.id}",
        at=at,
        actor_id=None,
        ballots=ballots,
        file=round_.file_hash,
    )


def _make_round(file: PabulibFile, file_hash: str, at: datetime) -> Round:
    opens, closes = voting_days(file)
    projects = file.tally_projects()
    election = file.election()
    pot, terms = election.pot, terms_of_file(file)
    rule, completion, comparison = COUNTED_BY[file.meta["rule"]]
    engagement = plan_engagement(
        "round",
        title=title_of(file),
        purpose=file.meta.get("description") or title_of(file),
        level="empower",
        open_to_change="Which projects are funded",
        fixed="The size of the fund and the cost of each project",
        opens_at=opens,
        closes_at=closes,
        locality_id=None,
        at=at,
        by=None,
    )
    round_ = Round(
        engagement=engagement,
        pot_pence=pot,
        min_award_pence=0,
        max_award_pence=min(pot, max(project.cost for project in projects)),
        ballot_type=terms.kind.value,
        min_choices=terms.min_choices,
        max_choices=terms.max_choices,
        points=terms.points,
        most_points=terms.most_points,
        min_age=0,
        who_may_vote="Whoever could vote in the election that this file records",
        rule=rule,
        completion=completion,
        comparison=comparison,
        threshold=election.threshold,
        tie_order="file",
        allow_change=False,
        proposals_open_at=opens - timedelta(days=1),
        proposals_close_at=opens,
        voting_opens_at=opens,
        voting_closes_at=closes,
        is_imported=True,
        file_hash=file_hash,
    )
    round_.projects = [
        Project(
            number=number,
            lot=number,
            reference=project.id,
            title=(project.name or project.id)[:200],
            cost_pence=project.cost,
        )
        for number, project in enumerate(projects, 1)
    ]
    db.session.add(round_)
    db.session.flush()
    _settle(round_)
    return round_


def _settle(round_: Round) -> None:
    """Fix the rules and the ballot paper of an imported round, so that it takes its ballots."""
    lines = [BallotLine(p.id, p.number, p.title, p.cost_pence, p.lot) for p in round_.projects]
    round_.rules_hash = hash_rules(rules_of(round_))
    round_.ballot_hash = hash_ballot(round_.rules_hash, lines)
    make_round_key(round_)
    round_.stage = Stage.VOTING
    db.session.flush()
