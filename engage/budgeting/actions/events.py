"""Planning events of a round, changing and cancelling them, and counting who came."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.models import Round, RoundEvent
from engage.budgeting.rules.events import (
    MOST_PEOPLE,
    EventFacts,
    EventRefused,
    check_event,
    may_change,
    may_count,
)
from engage.engagements.rules.access import ACCESS, SUPPORT, pack
from engage.extensions import db
from engage.web.rules import N_


def plan_event(
    round_: Round, facts: EventFacts, *, at: datetime, by: int, role: str = "officer"
) -> RoundEvent:
    """Plan an event; it stands on the round's page from now on. Raises EventRefused."""
    check_event(facts, at)
    event = RoundEvent(round=round_, changed_at=at, **_columns(facts))
    db.session.add(event)
    db.session.flush()
    _record(Happening.EVENT_PLANNED, event, at=at, by=by, role=role)
    return event


def change_event(
    event: RoundEvent, facts: EventFacts, *, at: datetime, by: int, role: str = "officer"
) -> None:
    """Change an event that has not begun. Raises EventRefused."""
    may_change(event.starts_at, event.cancelled_at, at)
    check_event(facts, at)
    for name, value in _columns(facts).items():
        setattr(event, name, value)
    event.changed_at = at
    db.session.flush()
    _record(Happening.EVENT_CHANGED, event, at=at, by=by, role=role)


def cancel_event(
    event: RoundEvent, reason: str, *, at: datetime, by: int, role: str = "officer"
) -> None:
    """Cancel an event for a reason that everybody reads; it stays on the page, for good."""
    may_change(event.starts_at, event.cancelled_at, at)
    if not reason:
        raise EventRefused(N_("Enter why it is cancelled"), "reason")
    event.cancelled_at, event.cancel_reason, event.changed_at = at, reason, at
    db.session.flush()
    _record(Happening.EVENT_CANCELLED, event, at=at, by=by, role=role)


def count_attendance(
    event: RoundEvent, attended: int, *, at: datetime, by: int, role: str = "officer"
) -> None:
    """Keep how many people came: a number, and no names. Raises EventRefused before the end."""
    may_count(event.ends_at, event.cancelled_at, at)
    if not 0 <= attended <= MOST_PEOPLE:
        raise EventRefused(N_("Enter a number from 0 to 20,000"), "attended")
    event.attended, event.counted_at = attended, at
    db.session.flush()
    _record(Happening.EVENT_COUNTED, event, at=at, by=by, role=role, attended=attended)


def _columns(facts: EventFacts) -> dict[str, Any]:
    plain = {field.name: getattr(facts, field.name) for field in fields(facts)}
    return plain | {
        "access": pack(facts.access, ACCESS),
        "support": pack(facts.support, SUPPORT),
    }


def _record(
    happening: Happening, event: RoundEvent, *, at: datetime, by: int, role: str, **detail: Any
) -> None:
    record(
        happening, f"round:{event.round_id}", at=at, actor_id=by, actor_role=role,
        event=event.id, **detail,
    )  # fmt: skip
