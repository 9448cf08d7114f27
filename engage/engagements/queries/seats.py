"""Reads of the partnership's boards and groups, a year at a time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, func, literal, select
from sqlalchemy.orm import joinedload, selectinload

from engage.bodies.models import CommunityBody
from engage.engagements.models import (
    AgendaItem,
    GroupMeeting,
    GroupSeat,
    MeetingBody,
    PartnershipGroup,
)
from engage.engagements.rules.seats import LEVELS, Standing
from engage.extensions import db

_NAMED = (CommunityBody.name, CommunityBody.slug)
_WITH_SEATS = (selectinload(PartnershipGroup.seats).joinedload(GroupSeat.body).load_only(*_NAMED),)


def group_by_id(number: int) -> PartnershipGroup | None:
    """Return one board or group with its seats, and without its meetings."""
    return db.session.get(PartnershipGroup, number, options=_WITH_SEATS)


def meetings_of(group_id: int) -> Sequence[Any]:
    """Return the meetings of a board or group, the latest first.

    Rows of ``id``, ``on_day``, ``is_challenged``, and how many bodies ``came`` and items were
    ``brought``.
    """
    return db.session.execute(_meetings(), {"group_id": group_id}).all()


@cache
def _meetings() -> Select[*tuple[Any, ...]]:
    met = GroupMeeting
    came = select(func.count()).where(MeetingBody.meeting_id == met.id)
    brought = select(func.count()).where(AgendaItem.meeting_id == met.id)
    return (
        select(
            met.id, met.on_day, (met.challenge != "").label("is_challenged"),
            came.scalar_subquery().label("came"), brought.scalar_subquery().label("brought"),
        )
        .where(met.group_id == bindparam("group_id"))
        .order_by(met.on_day.desc(), met.id.desc())
    )  # fmt: skip


def all_groups() -> Sequence[PartnershipGroup]:
    """Return every board and group, boards first, by name."""
    query = select(PartnershipGroup).order_by(PartnershipGroup.name)
    ranks = list(LEVELS)
    found = db.session.scalars(query).all()
    return sorted(found, key=lambda group: (ranks.index(group.level), group.name))


@dataclass(frozen=True)
class Year:
    """What is shown of the boards and groups in a year, as rows by the id of what they belong to.

    ``seats`` by board or group: name and slug of the body, ``votes``, ``until_on``. ``meetings``
    by board or group, those at which something was brought or asked: ``id``, ``on_day``,
    ``challenge``, ``answer``. ``items`` by meeting: ``what``, ``fate``, ``became`` and ``name`` of
    the body, if one brought it.
    """

    groups: Sequence[PartnershipGroup]
    seats: Mapping[int, list[Any]]
    meetings: Mapping[int, list[Any]]
    items: Mapping[int, list[Any]]


def year_of_seats(first: date, last: date) -> Year:
    """Return who had a seat where from ``first`` to ``last``, and what came up, to read."""
    seat, meeting, item, body = GroupSeat, GroupMeeting, AgendaItem, CommunityBody
    seats = (
        select(seat.group_id, body.name, body.slug, seat.votes, seat.until_on)
        .join(body, body.id == seat.body_id)
        .where(_is_held(first, last))
        .order_by(seat.from_on, seat.id)
    )
    brought = exists().where(item.meeting_id == meeting.id)
    meetings = (
        select(meeting.group_id, meeting.id, meeting.on_day, meeting.challenge, meeting.answer)
        .where(meeting.on_day.between(first, last), (meeting.challenge != "") | brought)
        .order_by(meeting.on_day, meeting.id)
    )
    items = (
        select(item.meeting_id, item.what, item.fate, item.became, body.name)
        .join(meeting, meeting.id == item.meeting_id)
        .outerjoin(body, body.id == item.body_id)
        .where(meeting.on_day.between(first, last))
        .order_by(item.id)
    )
    return Year(all_groups(), _in_heaps(seats), _in_heaps(meetings), _in_heaps(items))


def _in_heaps(query: Select[*tuple[Any, ...]]) -> Mapping[int, list[Any]]:
    """Return rows by the first column of each."""
    heaps: defaultdict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        heaps[row[0]].append(row)
    return heaps


def _is_held(first: date, last: date) -> ColumnElement[bool]:
    return (GroupSeat.from_on <= last) & (
        GroupSeat.until_on.is_(None) | (GroupSeat.until_on >= first)
    )


def standings(groups: Sequence[PartnershipGroup], first: date, last: date) -> dict[int, Standing]:
    """Return what counts of each board or group from ``first`` to ``last``, by its id."""
    in_year = GroupMeeting.on_day.between(first, last)
    group = GroupMeeting.group_id
    seats = _by_group(
        select(GroupSeat.group_id, func.count(), func.sum(case((GroupSeat.votes, 1), else_=0)))
        .where(_is_held(first, last))
        .group_by(GroupSeat.group_id)
    )
    challenged = func.sum(case((GroupMeeting.challenge != "", 1), else_=0))
    met = _by_group(select(group, func.count(), challenged).where(in_year).group_by(group))
    came, brought = (
        _by_group(
            select(group, func.count(), literal(0)).join(of_meeting).where(in_year).group_by(group)
        )
        for of_meeting in (GroupMeeting.attended, GroupMeeting.items)
    )
    none = (0, 0)
    return {
        one.id: Standing(
            name=one.name,
            seats=seats.get(one.id, none)[0],
            votes=seats.get(one.id, none)[1],
            meetings=met.get(one.id, none)[0],
            came=came.get(one.id, none)[0],
            items=brought.get(one.id, none)[0],
            says_why=bool(one.no_seat_reason),
            monitored=met.get(one.id, none)[1] > 0,
        )
        for one in groups
    }


def _by_group(query: Select[Any, Any, Any]) -> dict[int, tuple[int, int]]:
    return {row[0]: (row[1], int(row[2] or 0)) for row in db.session.execute(query)}


def people_who_came(first: date, last: date) -> int:
    """Return how many people came for bodies, over all meetings from ``first`` to ``last``."""
    query = select(func.sum(GroupMeeting.people)).where(GroupMeeting.on_day.between(first, last))
    return db.session.scalar(query) or 0


def seat_rows() -> list[tuple[str, str, str, bool, date, date | None]]:
    """Return every seat: board or group, its level, body, vote, first and last day."""
    query = (
        select(
            PartnershipGroup.name,
            PartnershipGroup.level,
            CommunityBody.name,
            GroupSeat.votes,
            GroupSeat.from_on,
            GroupSeat.until_on,
        )
        .join(GroupSeat, GroupSeat.group_id == PartnershipGroup.id)
        .join(CommunityBody, CommunityBody.id == GroupSeat.body_id)
        .order_by(
            case({level: at for at, level in enumerate(LEVELS)}, value=PartnershipGroup.level),
            PartnershipGroup.name,
            GroupSeat.from_on,
            GroupSeat.id,
        )
    )
    return [(r[0], r[1], r[2], r[3], r[4], r[5]) for r in db.session.execute(query)]


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
