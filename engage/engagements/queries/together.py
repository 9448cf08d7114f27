"""Reads of what is made together with groups, and of what groups learned from each other."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from engage.bodies.models import CommunityBody, ParticipationWish
from engage.bodies.queries.wishes import wishes_of_body
from engage.bodies.rules.wishes import Wish, wish_for
from engage.engagements.models import Coproduction, PeerLink
from engage.engagements.rules.together import TOGETHER
from engage.extensions import db
from engage.partners.models import Partner

#: What is made together: with whom, on which wish it rests, and the partner whose service it is.
Made = tuple[Coproduction, CommunityBody, ParticipationWish, Partner | None]
#: A link with the body that teaches and the one that learns.
Link = tuple[PeerLink, CommunityBody, CommunityBody]
TEACHER, LEARNER = aliased(CommunityBody), aliased(CommunityBody)


def _made() -> Select[Any, Any, Any, Any]:
    return (
        select(Coproduction, CommunityBody, ParticipationWish, Partner)
        .join(CommunityBody, CommunityBody.id == Coproduction.body_id)
        .join(ParticipationWish, ParticipationWish.id == Coproduction.wish_id)
        .outerjoin(Partner, Partner.id == Coproduction.partner_id)
        .order_by(Coproduction.id.desc())
    )


def made_together(state: str = "", *, offset: int = 0, limit: int | None = None) -> list[Made]:
    """Return what is made together, the newest first; ``state`` '' is every one."""
    query = _made()
    if state:
        query = query.where(Coproduction.state == state)
    rows = db.session.execute(query.offset(offset).limit(limit))
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def made_rows() -> Sequence[Any]:
    """Return what is made together as rows for a download, the newest first."""
    made = Coproduction
    return db.session.execute(
        _made().with_only_columns(
            made.service, CommunityBody.name.label("group"), ParticipationWish.level,
            Partner.name.label("partner"), made.stage, made.who_decides, made.who_holds_money,
            made.capacity, made.capacity_on, made.state, made.reason,
        )
    ).all()  # fmt: skip


def count_made(state: str = "") -> int:
    """Return how many rows ``made_together`` would give without a limit."""
    query = select(func.count()).select_from(Coproduction)
    return db.session.scalar(query.where(Coproduction.state == state) if state else query) or 0


def made_by_id(number: int) -> Made | None:
    """Return one thing that is made together."""
    row = db.session.execute(_made().where(Coproduction.id == number)).one_or_none()
    return None if row is None else (row[0], row[1], row[2], row[3])


def wish_to_decide(body_id: int, topic: str, stage: str) -> Wish | None:
    """Return the wish of a body that counts, if it is to decide together at the least."""
    wish = wish_for(wishes_of_body(body_id), topic, stage)
    return wish if wish is not None and wish.level in TOGETHER else None


def peer_links(*, offset: int = 0, limit: int | None = None) -> list[Link]:
    """Return who learned from whom, the latest first."""
    rows = db.session.execute(_links().offset(offset).limit(limit))
    return [(row[0], row[1], row[2]) for row in rows]


def link_rows() -> Sequence[Any]:
    """Return who learned what from whom as rows for a download, the latest first."""
    link = PeerLink
    return db.session.execute(
        _links().with_only_columns(
            link.on_day, TEACHER.name, LEARNER.name.label("learner"), link.activity, link.lesson
        )
    ).all()


def _links() -> Select[Any, Any, Any]:
    return (
        select(PeerLink, TEACHER, LEARNER)
        .join(TEACHER, TEACHER.id == PeerLink.from_body_id)
        .join(LEARNER, LEARNER.id == PeerLink.to_body_id)
        .order_by(PeerLink.on_day.desc(), PeerLink.id.desc())
    )


def count_links() -> int:
    """Return how many links there are."""
    return db.session.scalar(select(func.count()).select_from(PeerLink)) or 0
