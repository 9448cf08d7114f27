"""Counting a closed round; two people confirm the outcome, and then it is the result."""

from datetime import datetime

from flask import current_app
from sqlalchemy import update

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.approvals import agree, ask, hold_round, lock_round
from engage.budgeting.actions.count_runs import COUNTING
from engage.budgeting.actions.reconciling import check_papers
from engage.budgeting.actions.sealing import seal_ballots
from engage.budgeting.actions.telling import tell_proposers
from engage.budgeting.actions.turnout import hand_on_voters
from engage.budgeting.counting import check_sealed, count_ballots
from engage.budgeting.models import (
    Approval,
    Result,
    Round,
    RoundCount,
    Voter,
    VoteRemoval,
    VoterLink,
    VoterReview,
)
from engage.budgeting.queries.count_runs import takes_long, unfinished_run
from engage.budgeting.queries.reviews import undecided
from engage.budgeting.queries.rounds import latest_count
from engage.budgeting.queries.voters import latest_seal
from engage.budgeting.rules.approvals import ApprovalRefused, What, hash_outcome, read_details
from engage.budgeting.rules.refusals import CountRefused, RoundRefused
from engage.budgeting.rules.results import Outcome, read_outcome, write_outcome
from engage.budgeting.rules.stages import Move, Stage, next_stage, still_to_check
from engage.extensions import db
from engage.web.rules import N_


def count_round(
    round_: Round,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
    counted: Outcome | None = None,
) -> RoundCount:
    """Count the sealed ballots of a closed round and keep the outcome.

    ``counted`` is what a run has counted just now, without holding anybody up: it is kept unless
    the ballots were sealed anew since.
    Counting again gives the same and adds nothing. Raises RoundRefused before the close, after the
    declaration and while a voter is still to check (R76); CountRefused where the ballots don't
    agree with the last seal or papers wait. From the first count on no vote is removed: what the
    next one gave would show how the person voted.
    """
    lock_round(round_)
    check_countable(round_)
    if counted is None and unfinished_run(round_.id) is not None:
        raise CountRefused(COUNTING)
    outcome = counted or count_ballots(round_)
    seal = latest_seal(round_.id)
    if seal is None or outcome.seal_hash != seal.hash:
        raise CountRefused(N_("The votes were sealed anew while they were counted: count again"))
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


def check_countable(round_: Round) -> None:
    """Raise RoundRefused where the votes of a round can't be counted now."""
    next_stage(round_.stage, Move.COUNT)
    check_papers(round_, Move.COUNT)
    _check_list(round_)


def ask_to_declare(round_: Round, *, at: datetime, by: int, role: str = "officer") -> Approval:
    """Ask a second person to confirm the latest count, by the fingerprint of its outcome.

    Raises RoundRefused where there is no count, a voter is still to check or the same was asked
    for; CountRefused where counting again gives another outcome, or where the papers don't add up
    and nobody says why, or it could matter.
    """
    hold_round(round_)
    count = _confirmed(round_)
    return ask(
        round_,
        What.CERTIFY,
        f"count:{count.id}",
        {"count": count.id, "outcome": hash_outcome(count.outcome), "seal": count.seal_hash},
        reason="",
        at=at,
        by=by,
        role=role,
    )


def declare_result(approval: Approval, *, at: datetime, by: int, role: str = "officer") -> Result:
    """Confirm the count as the second person: it is the result, for good, and proposers are told.

    The ballots are counted once more first: what is declared must be what the rule gives now, and
    what the first person confirmed. A last seal is taken, who took part is handed on in one batch,
    and what grouped voters for the checks is erased. Raises RoundRefused and CountRefused.
    """
    round_ = approval.round
    hold_round(round_)
    stage = next_stage(round_.stage, Move.DECLARE)
    count = _confirmed(round_)
    details = read_details(approval.details)
    if (details["count"], details["outcome"]) != (count.id, hash_outcome(count.outcome)):
        raise ApprovalRefused(N_("The votes were counted again since: confirm the new count"))
    agree(approval, at=at, by=by, role=role)
    result = Result(round_id=round_.id, count_id=count.id, declared_at=at, declared_by=by)
    db.session.add(result)
    seal = seal_ballots(round_, "certified", at=at)
    voters = hand_on_voters(round_, at)
    _erase_marks(round_)
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
        actor_role=role,
        approval=approval.id,
        count=count.id,
        seal=seal.hash,
        voters=voters,
        messages=messages,
    )
    return result


def _check_list(round_: Round) -> None:
    waiting = undecided(round_.id)
    if waiting:
        raise RoundRefused(still_to_check(waiting))


def _confirmed(round_: Round) -> RoundCount:
    """Return the latest count, once counting again has given the same.

    Where that would keep somebody waiting, the ballots are held against the seal that was counted
    instead: a count is kept by the database as it was, and the same ballots give the same.
    """
    next_stage(round_.stage, Move.DECLARE)
    _check_list(round_)
    count = latest_count(round_.id)
    if count is None:
        raise RoundRefused("Count the votes before you declare the result")
    check_papers(round_, Move.DECLARE)
    if not _comes_out_again(round_, count):
        raise CountRefused("Counting again gives another outcome: check the ballot box")
    return count


def _comes_out_again(round_: Round, count: RoundCount) -> bool:
    if not takes_long(round_):
        return write_outcome(count_ballots(round_)) == count.outcome
    check_sealed(round_)
    seal, counted = latest_seal(round_.id), read_outcome(count.outcome)
    return seal is not None and (
        (seal.hash, round_.rules_hash, round_.ballot_hash)
        == (counted.seal_hash, counted.rules_hash, counted.ballot_hash)
    )


def _erase_marks(round_: Round) -> None:
    """Erase what grouped voters, and the keys of the ballots that were removed."""
    for table in (Voter, VoterLink):
        db.session.execute(
            update(table)
            .where(table.round_id == round_.id)
            .values(source_mark=None, home_mark=None)
            .execution_options(synchronize_session=False)
        )
    for statement in (
        update(VoterReview).where(VoterReview.round_id == round_.id).values(together=""),
        update(VoteRemoval).where(VoteRemoval.round_id == round_.id).values(ballot_key=None),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))
