"""Counting a closed round and declaring its result."""

from datetime import datetime

from flask import current_app

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.telling import tell_proposers
from engage.budgeting.counting import count_ballots
from engage.budgeting.models import Result, Round, RoundCount
from engage.budgeting.queries.rounds import latest_count
from engage.budgeting.rules.results import read_outcome, write_outcome
from engage.budgeting.rules.rounds import CountRefused, Move, RoundRefused, Stage, next_stage
from engage.extensions import db


def count_round(
    round_: Round, *, at: datetime, by: int | None, role: str = "officer"
) -> RoundCount:
    """Count the sealed ballots of a closed round and keep the outcome.

    Counting again gives the same and adds nothing. Raises RoundRefused before the close and
    after the declaration, CountRefused where the ballots don't agree with the last seal.
    """
    next_stage(round_.stage, Move.COUNT)
    outcome = count_ballots(round_)
    text = write_outcome(outcome)
    before = latest_count(round_.id)
    if before is not None and before.outcome == text:
        return before
    count = RoundCount(round_id=round_.id, at=at, seal_hash=outcome.seal_hash, outcome=text)
    db.session.add(count)
    db.session.flush()
    record(
        Happening.ROUND_COUNTED,
        f"round:{round_.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        count=count.id,
        ballots=outcome.ballots,
        seal=outcome.seal_hash,
    )
    return count


def declare_result(round_: Round, *, at: datetime, by: int | None, role: str = "officer") -> Result:
    """Declare the latest count as the result of the round, for good, and tell who proposed.

    The ballots are counted once more first: what is declared must be what the rule gives now.
    Raises RoundRefused where there is no count, or where counting again gives another outcome.
    """
    stage = next_stage(round_.stage, Move.DECLARE)
    count = latest_count(round_.id)
    if count is None:
        raise RoundRefused("Count the votes before you declare the result")
    if write_outcome(count_ballots(round_)) != count.outcome:
        raise CountRefused("Counting again gives another outcome: check the ballot box")
    result = Result(round_id=round_.id, count_id=count.id, declared_at=at, declared_by=by)
    db.session.add(result)
    round_.stage = Stage(stage).value
    db.session.flush()
    link = f"{current_app.config['BASE_URL']}/rounds/{round_.engagement.slug}/results/"
    fates = read_outcome(count.outcome).fates
    given = {fate.project: fate.given_pence for fate in fates if fate.funded}
    messages = tell_proposers(round_, given, link=link, at=at)
    record(
        Happening.RESULT_DECLARED,
        f"round:{round_.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        count=count.id,
        messages=messages,
    )
    return result
