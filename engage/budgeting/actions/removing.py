"""Removing votes: two people, after the close, before the count; told and sealed in public.

What was chosen is never read, and the number of ballots is told once for all of a request: nobody
learns whose vote stood in the box, let alone what was on it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.approvals import agree, ask, hold_round
from engage.budgeting.actions.ordering import put_in_order
from engage.budgeting.actions.reviewing import waiting_lines
from engage.budgeting.actions.sealing import seal_ballots
from engage.budgeting.keys import keys_of
from engage.budgeting.models import Approval, Ballot, Round, Voter, VoteRemoval, VoterReview
from engage.budgeting.queries.rounds import latest_count
from engage.budgeting.queries.voters import latest_seal
from engage.budgeting.rules.approvals import What, check_removal, in_order, read_details
from engage.budgeting.rules.ballots import ballot_key
from engage.extensions import db


def ask_to_remove(
    round_: Round,
    public_ids: Sequence[str],
    code: str,
    reason: str,
    *,
    at: datetime,
    by: int,
    role: str = "officer",
) -> Approval:
    """Ask a second person to take these lines' voters, and their votes, out of the round.

    ``code`` is one of REMOVAL_WORDS, ``reason`` what the second person goes by; it is not
    published. Raises ApprovalRefused at another time, once the votes are counted, or where somebody
    decided about one of them.
    """
    hold_round(round_)
    check_removal(round_.stage, is_counted=latest_count(round_.id) is not None)
    lines = waiting_lines(round_, public_ids)
    ids = [line.public_id for line in lines]
    approval = ask(
        round_,
        What.REMOVE,
        f"votes:{in_order(ids)}",
        {"code": code, "lines": sorted(ids)},
        reason=reason,
        at=at,
        by=by,
        role=role,
    )
    for line in lines:
        line.state, line.approval_id = "asked", approval.id
    db.session.flush()
    return approval


def remove(approval: Approval, *, at: datetime, by: int, role: str = "officer") -> int:
    """Agree to a removal as the second person, and do it; return how many votes went.

    The voters are excluded, their ballots are deleted, and the box is sealed anew. Raises
    ApprovalRefused, and KeysRefused without the round's key, which alone leads to the ballots.
    """
    round_ = approval.round
    hold_round(round_)
    check_removal(round_.stage, is_counted=latest_count(round_.id) is not None)
    key = keys_of(round_.id, round_.key_check)
    agree(approval, at=at, by=by, role=role)
    details = read_details(approval.details)
    uids = _exclude(approval, by)
    votes = _delete_ballots(
        round_, approval, details["code"], [ballot_key(key, round_.id, uid) for uid in uids]
    )
    seal = seal_ballots(round_, "removal", at=at)
    put_in_order(["ballot"])
    record(
        Happening.VOTES_REMOVED,
        f"round:{round_.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        approval=approval.id,
        code=details["code"],
        voters=len(uids),
        votes=votes,
        seal=seal.hash,
    )
    return votes


def _exclude(approval: Approval, by: int) -> list[bytes]:
    """Take the voters of a request out of the round, on whatever lines they stand."""
    asked = select(VoterReview.voter_uid).where(VoterReview.approval_id == approval.id)
    uids = sorted(set(db.session.scalars(asked)))
    for review in db.session.scalars(
        select(VoterReview).where(
            VoterReview.voter_uid.in_(uids), VoterReview.state.in_(("waiting", "asked"))
        )
    ):
        review.state, review.approval_id, review.decided_by = "removed", approval.id, by
    for voter in db.session.scalars(select(Voter).where(Voter.uid.in_(uids))):
        voter.status = "excluded"
    db.session.flush()
    return uids


def _delete_ballots(round_: Round, approval: Approval, code: str, keys: Sequence[bytes]) -> int:
    """Delete the votes under these keys, each with a row that the database asks for."""
    last = latest_seal(round_.id)
    seal_n = last.n + 1 if last else 1
    found = db.session.execute(
        select(Ballot.ballot_key, Ballot.leaf)
        .where(
            Ballot.round_id == round_.id,
            Ballot.ballot_key.in_(keys),
            Ballot.source != "desk",  # the paper can't be taken out of the pile: its mark stays
        )
        .order_by(Ballot.ballot_key)
    ).all()
    for key, leaf in found:
        db.session.add(
            VoteRemoval(
                round_id=round_.id,
                leaf=leaf,
                ballot_key=key,
                approval_id=approval.id,
                code=code,
                seal_n=seal_n,
            )
        )
    db.session.flush()
    db.session.execute(
        delete(Ballot)
        .where(Ballot.round_id == round_.id, Ballot.ballot_key.in_([key for key, _ in found]))
        .execution_options(synchronize_session=False)
    )
    return len(found)
