"""Recording boards and groups, seats, meetings, and what communities brought to them."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.engagements.models import (
    AgendaItem,
    GroupMeeting,
    GroupSeat,
    MeetingBody,
    PartnershipGroup,
)
from engage.engagements.rules.seats import SeatRefused, overlaps
from engage.extensions import db
from engage.web.rules import N_


def keep_group(
    group: PartnershipGroup | None,
    *,
    name: str,
    level: str,
    locality_id: int | None,
    has_seats: bool,
    no_seat_reason: str,
    **who: Any,
) -> PartnershipGroup:
    """Add a board or group, or change what is said of it. One without seats says why."""
    if not has_seats and not no_seat_reason:
        raise SeatRefused(N_("Enter why communities have no seat"))
    kept = group or PartnershipGroup()
    kept.name, kept.level, kept.locality_id = name, level, locality_id
    kept.has_seats, kept.no_seat_reason = has_seats, "" if has_seats else no_seat_reason
    db.session.add(kept)
    _store(N_("A board or group of this name is recorded already"))
    _record(Happening.GROUP_KEPT, kept, **who)
    return kept


def give_seat(
    group: PartnershipGroup,
    body_id: int,
    *,
    votes: bool,
    from_on: date,
    until_on: date | None,
    **who: Any,
) -> GroupSeat:
    """Give a body a seat."""
    if until_on is not None and until_on < from_on:
        raise SeatRefused(N_("A seat can’t end before it begins"))
    own = [(seat.from_on, seat.until_on) for seat in group.seats if seat.body_id == body_id]
    if overlaps(own, from_on, until_on):
        raise SeatRefused(N_("The group has a seat here in that time already"))
    seat = GroupSeat(body_id=body_id, votes=votes, from_on=from_on, until_on=until_on)
    group.seats.append(seat)
    if not group.has_seats:
        group.has_seats, group.no_seat_reason = True, ""
    _record(Happening.SEAT_GIVEN, group, body=body_id, votes=votes, **who)
    return seat


def end_seat(group: PartnershipGroup, seat: GroupSeat, until_on: date, **who: Any) -> None:
    """End a seat on a day; it stays on record."""
    if until_on < seat.from_on:
        raise SeatRefused(N_("A seat can’t end before it begins"))
    seat.until_on = until_on
    _record(Happening.SEAT_ENDED, group, body=seat.body_id, **who)


def record_meeting(
    group: PartnershipGroup,
    *,
    on_day: date,
    body_ids: Collection[int],
    people: int,
    is_monitoring: bool,
    challenge: str,
    answer: str,
    today: date,
    **who: Any,
) -> GroupMeeting:
    """Record a meeting that took place, and which bodies were there."""
    if on_day > today:
        raise SeatRefused(N_("Record a meeting after it took place"))
    if challenge and not is_monitoring:
        raise SeatRefused(N_("Say that the meeting looked at how the partnership does"))
    if people and not body_ids:
        raise SeatRefused(N_("Choose the groups that these people came for"))
    meeting = GroupMeeting(
        on_day=on_day,
        people=people,
        is_monitoring=is_monitoring,
        challenge=challenge,
        answer=answer,
    )
    meeting.attended = [MeetingBody(body_id=number) for number in sorted(set(body_ids))]
    group.meetings.append(meeting)
    _store(N_("A meeting on this day is recorded already"))
    _record(Happening.MEETING_RECORDED, group, day=on_day.isoformat(), **who)
    return meeting


def bring_item(meeting: GroupMeeting, body_id: int | None, what: str) -> AgendaItem:
    """Record what a community brought to a meeting."""
    item = AgendaItem(body_id=body_id, what=what)
    meeting.items.append(item)
    db.session.flush()
    return item


def settle_item(item: AgendaItem, fate: str, became: str) -> None:
    """Record what became of it."""
    if fate != "open" and not became:
        raise SeatRefused(N_("Enter what became of it"))
    item.fate, item.became = fate, became


def _store(words: str) -> None:
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise SeatRefused(words) from None


def _record(
    happening: Happening,
    group: PartnershipGroup,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
    **detail: Any,
) -> None:
    db.session.flush()
    record(
        happening,
        f"partnership_group:{group.id}",
        at=at,
        actor_id=by,
        actor_role=role if by is not None else "system",
        **detail,
    )
