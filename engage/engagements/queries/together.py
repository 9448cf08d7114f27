"""Reads of what is made together with groups, and of what groups learned from each other."""

from collections import Counter
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


def _made() -> Select[Any, Any, Any, Any]:
    return (
        select(Coproduction, CommunityBody, ParticipationWish, Partner)
        .join(CommunityBody, CommunityBody.id == Coproduction.body_id)
        .join(ParticipationWish, ParticipationWish.id == Coproduction.wish_id)
        .outerjoin(Partner, Partner.id == Coproduction.partner_id)
        .order_by(Coproduction.id.desc())
    )


def made_together(state: str = "", *, offset: int = 0, limit: int | None = None) -> Sequence[Any]:
    """Return what is made together as rows, the newest first; ``state`` '' is every one.

    Service, group, its wish, partner, stage, who decides and who holds the money, what the group
    can take on and since when we know, state, reason; then ``id``.
    """
    made = Coproduction
    query = _made().with_only_columns(
        made.service, CommunityBody.name.label("group"), ParticipationWish.level.label("wish"),
        Partner.name.label("partner"), made.stage, made.who_decides, made.who_holds_money,
        made.capacity, made.capacity_on, made.state, made.reason, made.id,
    )  # fmt: skip
    if state:
        query = query.where(made.state == state)
    return db.session.execute(query.offset(offset).limit(limit)).all()


def state_counts() -> Counter[str]:
    """Return how much of what is made together is in each state."""
    query = select(Coproduction.state, func.count()).group_by(Coproduction.state)
    return Counter({row[0]: row[1] for row in db.session.execute(query)})


def made_by_id(number: int) -> Made | None:
    """Return one thing that is made together."""
    row = db.session.execute(_made().where(Coproduction.id == number)).one_or_none()
    return None if row is None else (row[0], row[1], row[2], row[3])


def wish_to_decide(body_id: int, topic: str, stage: str) -> Wish | None:
    """Return the wish of a body that counts, if it is to decide together at the least."""
    wish = wish_for(wishes_of_body(body_id), topic, stage)
    return wish if wish is not None and wish.level in TOGETHER else None


def peer_links(*, limit: int | None = None) -> Sequence[Any]:
    """Return who learned what from whom as rows, the latest first.

    Day, ``teacher`` and ``learner`` by name, what they did and what was learned.
    """
    link, teacher, learner = PeerLink, aliased(CommunityBody), aliased(CommunityBody)
    query = (
        select(
            link.on_day, teacher.name.label("teacher"), learner.name.label("learner"),
            link.activity, link.lesson,
        )
        .join(teacher, teacher.id == link.from_body_id)
        .join(learner, learner.id == link.to_body_id)
        .order_by(link.on_day.desc(), link.id.desc())
        .limit(limit)
    )  # fmt: skip
    return db.session.execute(query).all()


def count_links() -> int:
    """Return how many links there are."""
    return db.session.scalar(select(func.count()).select_from(PeerLink)) or 0
