"""What is done for the register every day: the yearly question, and invitations that ran out."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from engage import clock
from engage.bodies.actions.importing import drop_old_imports
from engage.bodies.actions.representing import expire_invitations
from engage.bodies.actions.reviews import ask_for_review
from engage.bodies.models import CommunityBody
from engage.bodies.queries.reviews import bodies_to_ask
from engage.extensions import db


@dataclass
class Kept:
    """What a run did."""

    asked: int = 0
    unreached: int = 0
    expired: int = 0


def keep_register() -> Kept:
    """Ask every group that is due, once a year, and end old invitations; commit after each.

    Two runs at once ask nobody twice: the year's row stands once, and a message of its name too.
    """
    kept, at, today = Kept(), clock.now(), clock.today()
    for body_id in bodies_to_ask(today):
        body = db.session.get(CommunityBody, body_id)
        if body is None or body.stage != "registered":
            continue
        try:
            review = ask_for_review(body, at=at, today=today)
            told = review.told if review is not None else None
            db.session.commit()
        except IntegrityError:  # another run was quicker
            db.session.rollback()
            continue
        kept.asked += bool(told)
        kept.unreached += told == 0
    kept.expired = expire_invitations(at)
    drop_old_imports(at)
    db.session.commit()
    return kept
