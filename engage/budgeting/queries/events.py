"""Reads of a round's events."""

from datetime import datetime

from sqlalchemy import select

from engage.budgeting.models import Round, RoundEvent
from engage.budgeting.rules.calendar import Entry
from engage.extensions import db


def events_of(round_id: int) -> list[RoundEvent]:
    """Return the events of a round, the earliest first, cancelled ones included."""
    return list(
        db.session.scalars(
            select(RoundEvent)
            .where(RoundEvent.round_id == round_id)
            .order_by(RoundEvent.starts_at, RoundEvent.id)
        )
    )


def coming_events(round_id: int, at: datetime) -> list[RoundEvent]:
    """Return the events of a round that are still to come or under way, the earliest first."""
    return [e for e in events_of(round_id) if e.cancelled_at is None and e.ends_at > at]


def event_in(round_id: int, public_id: str) -> RoundEvent | None:
    """Return the round's event with this public id."""
    return db.session.scalar(
        select(RoundEvent).where(RoundEvent.round_id == round_id, RoundEvent.public_id == public_id)
    )


def diary_entry(round_: Round, event: RoundEvent, words: str, link: str) -> Entry:
    """Return an event as a diary keeps it. ``words`` say what the place has, and the support."""
    return Entry(
        uid=f"{event.public_id}@{round_.record_name}.engage",
        title=f"{event.title}: {round_.engagement.title}",
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        place=event.place,
        words=words,
        url=link,
        changed_at=event.changed_at,
        sequence=event.version - 1,
        is_cancelled=event.cancelled_at is not None,
    )
