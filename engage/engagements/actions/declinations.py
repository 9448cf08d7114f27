"""Recording why a group does not get what it wished, telling it, and hearing its reply (R04)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import update

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.bodies.actions.register import tell_body
from engage.bodies.models import CommunityBody
from engage.bodies.rules.register import WISHES
from engage.engagements.models import Declination, Engagement, Invitation
from engage.engagements.queries.declinations import WAITING, reasons_not_asked, reasons_of_offers
from engage.engagements.rules.declinations import DeclinationRefused, Why, told_key, told_words
from engage.engagements.rules.planning import LEVELS, is_below
from engage.extensions import db
from engage.partners.queries import local_holidays, partnership
from engage.web.rules import N_, day_of
from engage.web.working_days import add_working_days

TOLD_ALREADY = N_("The group was told this already. Open it again before you change it")


def note_offers(
    invitations: Sequence[Invitation], why: Why, *, at: datetime, by: int | None, role: str
) -> None:
    """Keep the reasons of these offers in step with them; call it once they were told.

    An offer below the wish has a reason of its own, which is closed where the group was told by
    the invitation and it is known who decided. An offer that was raised needs none any more.
    """
    standing = reasons_of_offers([invitation.id for invitation in invitations])
    due = _due(day_of(at))
    for invitation in invitations:
        row = standing.get(invitation.id)
        if is_below(invitation.level, invitation.wish):
            _note_offer(row, invitation, why, due, at=at, by=by, role=role)
        elif row is not None and row.state != "lapsed":
            row.state = "lapsed"
            _record(Happening.REASON_LAPSED, row, at=at, by=by, role=role)


def _note_offer(
    row: Declination | None,
    invitation: Invitation,
    why: Why,
    due: date,
    *,
    at: datetime,
    by: int | None,
    role: str,
) -> None:
    if row is None:
        row = Declination(
            body_id=invitation.body_id,
            kind="offer",
            invitation_id=invitation.id,
            engagement_id=invitation.engagement_id,
            recorded_at=at,
            due_on=due,
        )
    elif row.state == "closed" and _says(row) == _said(invitation, why):
        return
    elif row.state in ("closed", "lapsed"):
        row.state, row.reopened_on, row.due_on = "reopened", day_of(at), due
        row.reopened_why = N_("The offer changed")
        db.session.flush()  # the database lets a reason that was told change only from here on
    row.wish, row.offer = invitation.wish, invitation.level
    _put(row, why, day_of(at))
    row.notified_on, row.channel = None, ""
    if invitation.told_at is not None:
        row.notified_on, row.channel = day_of(at), "email"
        if not why.missing:
            row.state = "closed"
    db.session.add(row)
    _record(Happening.REASON_RECORDED, row, at=at, by=by, role=role)


def _says(row: Declination) -> tuple[str, ...]:
    return row.wish, row.offer, row.reason_code, row.reason, row.decided_by


def _said(invitation: Invitation, why: Why) -> tuple[str, ...]:
    return invitation.wish, invitation.level, why.code, why.text, why.decided_by


def decline(
    body: CommunityBody,
    kind: str,
    *,
    engagement: Engagement | None,
    wish: str,
    ask: str,
    why: Why,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> Declination:
    """Record that a group was not asked to take part, or that what it asked for is not done.

    Raises DeclinationRefused where that stands already.
    """
    number = engagement.id if engagement else None
    if kind == "not_asked" and number is not None and reasons_not_asked(number, [body.id]):
        raise DeclinationRefused(N_("It is recorded already why this group was not asked"))
    row = Declination(
        body_id=body.id,
        kind=kind,
        engagement_id=number,
        ask=ask,
        wish=wish,
        recorded_at=at,
        due_on=_due(day_of(at)),
    )
    _put(row, why, day_of(at))
    db.session.add(row)
    _record(Happening.REASON_RECORDED, row, at=at, by=by, role=role)
    return row


def give_reason(
    row: Declination, why: Why, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Write down the reason and who decided. Raises DeclinationRefused once it was told."""
    if not row.is_waiting:
        raise DeclinationRefused(TOLD_ALREADY)
    said = (row.reason, row.decided_by)
    _put(row, why, day_of(at))
    if said != (row.reason, row.decided_by):  # what was told before was not this
        row.notified_on, row.channel = None, ""
    _record(Happening.REASON_RECORDED, row, at=at, by=by, role=role)


def tell_reason(
    row: Declination,
    body: CommunityBody,
    about: str,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Send the group its reason, once, and close the matter.

    Raises DeclinationRefused where something is missing or the group has no address.
    """
    why = _whole(row)
    with force_locale("en_GB"):  # not the language of the officer's screen
        subject, text = told_words(
            group=body.name,
            about=about,
            kind=row.kind,
            wish=WISHES.get(row.wish, ""),
            offer=LEVELS.get(row.offer, ""),
            why=why,
            page=f"{current_app.config['BASE_URL']}/group/{body.slug}/reasons/",
        )
    if not tell_body(body, subject, text, once=told_key(row.id, why, row.reopened_on), at=at):
        raise DeclinationRefused(
            N_(
                "We have no email address for this group. "
                "Tell it by letter, phone or at a meeting, then record that here"
            )
        )
    _close(row, "email", day_of(at), at=at, by=by, role=role)


def note_told(
    row: Declination,
    channel: str,
    on: date,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Record that somebody told the group in another way, and close the matter."""
    _whole(row)
    if on > day_of(at):
        raise DeclinationRefused(N_("Enter a day that is not in the future"))
    if on < row.decided_on:
        raise DeclinationRefused(N_("The group can’t have been told before it was decided"))
    _close(row, channel, on, at=at, by=by, role=role)


def reopen(
    row: Declination, why: str, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Look at a matter again, after a reply for example: the group is told anew by a new day."""
    moved = db.session.execute(
        update(Declination)
        .where(Declination.id == row.id, Declination.state == "closed")
        .values(
            state="reopened",
            reopened_on=day_of(at),
            reopened_why=why,
            notified_on=None,
            channel="",
            due_on=_due(day_of(at)),
        )
    )
    db.session.refresh(row)
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise DeclinationRefused(N_("Only what the group was told can be opened again"))
    _record(Happening.REASON_REOPENED, row, at=at, by=by, role=role)


def let_lapse(row: Declination, *, at: datetime, by: int | None, role: str = "officer") -> None:
    """Set a matter aside because the group got what it wished after all."""
    if not row.is_waiting:
        raise DeclinationRefused(TOLD_ALREADY)
    row.state = "lapsed"
    _record(Happening.REASON_LAPSED, row, at=at, by=by, role=role)


def reply_to(row: Declination, reply: str, *, at: datetime, by: int, role: str) -> None:
    """Keep what the group says to the reason; it may say it anew."""
    if row.state not in ("closed", *WAITING):
        raise DeclinationRefused(N_("This does not stand any more"))
    row.reply, row.replied_at = reply, at
    _record(Happening.REASON_ANSWERED, row, at=at, by=by, role=role)


def _put(row: Declination, why: Why, today: date) -> None:
    row.reason_code, row.reason, row.decided_by = why.code, why.text, why.decided_by
    row.decided_on = why.decided_on or today


def _whole(row: Declination) -> Why:
    """Return the reason if it can be told. Raises DeclinationRefused, saying what is missing."""
    why = Why(row.reason_code, row.reason, row.decided_by, row.decided_on)
    if not row.is_waiting:
        raise DeclinationRefused(TOLD_ALREADY)
    if "the reason in words" in why.missing:
        raise DeclinationRefused(N_("Enter the reason before you tell the group"))
    if why.missing:
        raise DeclinationRefused(N_("Enter who decided before you tell the group"))
    return why


def _close(row: Declination, channel: str, on: date, **who: Any) -> None:
    row.state, row.notified_on, row.channel = "closed", on, channel
    _record(Happening.REASON_TOLD, row, channel=channel, **who)


def _due(today: date) -> date:
    """Return by when a group must hear of a reason, in working days that the partnership sets."""
    return add_working_days(today, partnership().reason_days or 20, local_holidays())


def _record(
    happening: Happening,
    row: Declination,
    *,
    at: datetime,
    by: int | None,
    role: str,
    **detail: Any,
) -> None:
    db.session.flush()
    record(
        happening,
        f"reason:{row.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        body=row.body_id,
        state=row.state,
        **detail,
    )
