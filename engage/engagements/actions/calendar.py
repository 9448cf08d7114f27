"""Partners' own entries on the shared calendar, and the elections to be quiet before (R12)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.engagements.models import CalendarEntry, Election
from engage.engagements.queries.calendar import around_item, entry_item
from engage.engagements.rules.calendar import CalendarRefused, Item
from engage.extensions import db
from engage.web.rules import N_


def enter(
    about: Mapping[str, Any], *, at: datetime, by: int | None, role: str = "officer"
) -> CalendarEntry:
    """Put a partner's own engagement on the calendar; ``about`` holds its columns.

    Raises CalendarRefused where it ends before it starts, or asks the same people about the same
    as within the last six months without saying what changed.
    """
    entry = CalendarEntry(**about, changed_at=at)
    _check(entry, key="")
    db.session.add(entry)
    db.session.flush()
    _trail(Happening.CALENDAR_ENTERED, entry, at, by, role)
    return entry


def change_entry(
    entry: CalendarEntry,
    about: Mapping[str, Any],
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Change an entry, which keeps its name in every feed. Raises CalendarRefused as ``enter``."""
    if entry.cancelled_at is not None:
        raise CalendarRefused(N_("It was cancelled. Enter a new one"))
    with db.session.no_autoflush:
        for name, value in about.items():
            setattr(entry, name, value)
        entry.changed_at = at
        _check(entry, key=f"c{entry.id}")
    db.session.flush()
    _trail(Happening.CALENDAR_CHANGED, entry, at, by, role)


def cancel_entry(
    entry: CalendarEntry, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Cancel an entry: it leaves the page, and every feed says that it was cancelled."""
    if entry.cancelled_at is None:
        entry.cancelled_at = entry.changed_at = at
        db.session.flush()
        _trail(Happening.CALENDAR_CANCELLED, entry, at, by, role)


def _check(entry: CalendarEntry, key: str) -> None:
    if entry.closes_at <= entry.opens_at:
        raise CalendarRefused(N_("The closing date must be after the opening date"))
    before, _clashing, _quiet = around_item(entry_item(entry))
    refuse_same_again([item for item in before if item.key != key], entry.changed_since)


def refuse_same_again(before: Sequence[Item], changed_since: str) -> None:
    """Raise SameAgainRefused where people were asked the same ``before`` and nobody says why."""
    if before and not changed_since:
        raise SameAgainRefused(
            f"The same people were asked about the same within six months: {before[0].title}. "
            "Say what changed since"
        )


class SameAgainRefused(CalendarRefused):
    """The same people are asked the same again, and nobody says what changed."""


def set_election(
    election: Election | None,
    *,
    title: str,
    poll_on: date,
    quiet_from: date,
    source: str,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> Election:
    """Add an election, or change one. Raises CalendarRefused where the quiet time begins after."""
    if quiet_from > poll_on:
        raise CalendarRefused(N_("The quiet time must begin before the poll"))
    kept = election or Election()
    kept.title, kept.poll_on, kept.quiet_from, kept.source = title, poll_on, quiet_from, source
    db.session.add(kept)
    db.session.flush()
    record(
        Happening.ELECTION_SET,
        f"election:{kept.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        poll_on=poll_on.isoformat(),
        quiet_from=quiet_from.isoformat(),
    )
    return kept


def remove_election(
    election: Election, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Take an election off the list."""
    record(
        Happening.ELECTION_REMOVED,
        f"election:{election.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        poll_on=election.poll_on.isoformat(),
    )
    db.session.delete(election)
    db.session.flush()


def _trail(
    happening: Happening, entry: CalendarEntry, at: datetime, by: int | None, role: str
) -> None:
    actor = role if by else "system"
    record(
        happening,
        f"calendar_entry:{entry.id}",
        at=at,
        actor_id=by,
        actor_role=actor,
        partner=entry.partner_id,
    )
