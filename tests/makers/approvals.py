"""A second person for tests, and what two people do together."""

from typing import Any

from sqlalchemy import select

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.counting import ask_to_declare, declare_result
from engage.budgeting.actions.extending import ask_to_extend, extend
from engage.budgeting.actions.removing import ask_to_remove, remove
from engage.budgeting.models import Approval, Result, Round, RoundCount, VoterReview
from engage.extensions import db
from engage.permissions import Role


def officer_like(name: str) -> Account:
    """An officer of this name; made at first need."""
    email = f"{name.lower()}@example.org"
    officer = db.session.scalar(select(Account).where(Account.email == email))
    if officer is None:
        officer = Account(name=name, email=email, role=Role.OFFICER.value, created_at=clock.now())
        db.session.add(officer)
        db.session.commit()
    return officer


def second_officer() -> Account:
    """Olive, an officer beside Carys."""
    return officer_like("Olive")


def declare(round_: Round, first: Account) -> Result:
    """Let ``first`` ask that the count be confirmed, and Olive agree; commit after each."""
    db.session.commit()
    asked = ask_to_declare(round_, at=clock.now(), by=first.id)
    db.session.commit()
    result = declare_result(asked, at=clock.now(), by=second_officer().id)
    db.session.commit()
    return result


def prolong(
    round_: Round, first: Account, until: Any, reason: str = "The site was down"
) -> Approval:
    """Let voting close later, asked by ``first`` and agreed by Olive; commit after each."""
    asked = ask_to_extend(round_, until, reason, at=clock.now(), by=first.id)
    db.session.commit()
    extend(asked, at=clock.now(), by=second_officer().id)
    db.session.commit()
    return asked


def list_by_hand(voter: Any, reason: str = "report") -> str:
    """Put a voter on the list to check, and commit; return the public id of the line."""
    review = VoterReview(voter_uid=voter.uid, reason=reason, round_id=voter.round_id)
    db.session.add(review)
    db.session.commit()
    return review.public_id


def strike_out(round_: Round, first: Account, *voters: Any, code: str = "twice") -> Approval:
    """Have the votes of these voters removed, asked by ``first`` and agreed by Olive."""
    lines = [list_by_hand(voter) for voter in voters]
    asked = ask_to_remove(round_, lines, code, "We know", at=clock.now(), by=first.id)
    db.session.commit()
    remove(asked, at=clock.now(), by=second_officer().id)
    db.session.commit()
    return asked


def confirmed(session: Any, count: RoundCount, at: Any) -> Result:
    """Make a count, whatever it says, the result of its round: two people agreed on it."""
    first, second = second_officer(), officer_like("Una")
    asked = Approval(
        round_id=count.round_id,
        what="certify",
        object=f"count:{count.id}",
        details="{}",
        details_hash="0" * 64,
        requested_by=first.id,
        requested_at=at,
    )
    session.add(asked)
    session.flush()
    asked.outcome, asked.decided_by, asked.decided_at = "agreed", second.id, at
    session.flush()
    result = Result(
        round_id=count.round_id, count_id=count.id, declared_at=at, declared_by=second.id
    )
    session.add(result)
    session.flush()
    return result
