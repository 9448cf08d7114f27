"""Reads of the partnership's boards and groups, a year at a time."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from engage.engagements.models import AgendaItem, GroupMeeting, GroupSeat, PartnershipGroup
from engage.engagements.rules.seats import LEVELS, Standing, holds
from engage.extensions import db

#: All that a page shows of a board or group, in a few questions however often it met.
_WHOLE = (
    selectinload(PartnershipGroup.seats).joinedload(GroupSeat.body),
    selectinload(PartnershipGroup.meetings).selectinload(GroupMeeting.attended),
    selectinload(PartnershipGroup.meetings)
    .selectinload(GroupMeeting.items)
    .joinedload(AgendaItem.body),
)


def group_by_id(number: int) -> PartnershipGroup | None:
    """Return one board or group with all that a page shows of it."""
    return db.session.get(PartnershipGroup, number, options=_WHOLE)


def all_groups() -> Sequence[PartnershipGroup]:
    """Return every board and group with all that a page shows of it: boards first, by name."""
    found = db.session.scalars(
        select(PartnershipGroup).options(*_WHOLE).order_by(PartnershipGroup.name)
    ).all()
    ranks = list(LEVELS)
    return sorted(found, key=lambda group: (ranks.index(group.level), group.name))


def meetings_in(group: PartnershipGroup, first: date, last: date) -> list[GroupMeeting]:
    """Return the meetings of a board or group from ``first`` to ``last``."""
    return [meeting for meeting in group.meetings if first <= meeting.on_day <= last]


def standing(group: PartnershipGroup, first: date, last: date) -> Standing:
    """Return what counts of a board or group from ``first`` to ``last``."""
    seats = [seat for seat in group.seats if holds(seat.from_on, seat.until_on, first, last)]
    meetings = meetings_in(group, first, last)
    return Standing(
        name=group.name,
        seats=len(seats),
        votes=sum(seat.votes for seat in seats),
        meetings=len(meetings),
        came=sum(len(meeting.attended) for meeting in meetings),
        items=sum(len(meeting.items) for meeting in meetings),
        says_why=bool(group.no_seat_reason),
        monitored=any(meeting.challenge for meeting in meetings),
    )


def meeting_by_id(number: int) -> GroupMeeting | None:
    """Return one meeting with the items that were brought to it."""
    return db.session.get(
        GroupMeeting,
        number,
        options=[selectinload(GroupMeeting.items), joinedload(GroupMeeting.attended)],
    )


def first_year() -> date | None:
    """Return the day of the first meeting that is recorded."""
    return db.session.scalar(select(func.min(GroupMeeting.on_day)))
