"""Setting up the partnership, and adding partners to it."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.extensions import db
from engage.partners.models import LocalHoliday, Partner, PartnerContribution, Partnership
from engage.partners.queries import partner_by_name, partnership
from engage.partners.rules import ContributionRefused, PartnerRefused
from engage.web.rules import N_


def set_up_partnership(
    *,
    name: str,
    council_code: str | None,
    colour: str,
    contact_email: str,
    contact_phone: str,
    at: datetime,
    by: int | None,
    role: str = "officer",
    logo_png: bytes | None = None,
    drop_logo: bool = False,
    screening_binds: bool | None = None,
) -> Partnership:
    """Say whose site this is; the first time makes the one row, later times change it.

    ``colour`` is what rules.read_colour returned, ``logo_png`` what rules.read_logo did. None
    keeps the logo that stands, unless ``drop_logo``.
    """
    whose = partnership()
    whose.name, whose.council_code, whose.colour = name, council_code, colour
    whose.contact_email, whose.contact_phone = contact_email, contact_phone
    if screening_binds is not None:
        whose.screening_binds = screening_binds
    if logo_png is not None or drop_logo:
        whose.logo_png = logo_png
    db.session.add(whose)
    record(
        Happening.PARTNERSHIP_SET_UP,
        "partnership:1",
        at=at,
        actor_id=by,
        actor_role=role if by is not None else "system",
        council=council_code,
        colour=colour,
        logo=bool(whose.logo_version),
    )
    return whose


def add_partner(
    name: str, kind: str, is_statutory: bool, *, at: datetime, by: int | None, role: str = "officer"
) -> Partner:
    """Add a community planning partner. Raises PartnerRefused where the name stands already."""
    standing = partner_by_name(name)
    if standing is not None:
        raise PartnerRefused(f"“{standing.name}” is a partner already")
    partner = Partner(name=name, kind=kind, is_statutory=is_statutory)
    db.session.add(partner)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise PartnerRefused(f"“{name}” is a partner already") from None
    record(
        Happening.PARTNER_ADDED,
        f"partner:{partner.id}",
        at=at,
        actor_id=by,
        actor_role=role if by is not None else "system",
        kind=kind,
        statutory=is_statutory,
    )
    return partner


def set_working_days(
    reason_days: int,
    holidays: Collection[date],
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Say within how many working days groups read our reasons, and on which days we are closed.

    What was promised before keeps its day.
    """
    whose = partnership()
    whose.reason_days = reason_days
    db.session.add(whose)
    db.session.execute(delete(LocalHoliday))
    db.session.add_all(LocalHoliday(day=day) for day in holidays)
    record(
        Happening.WORKING_DAYS_SET,
        "partnership:1",
        at=at,
        actor_id=by,
        actor_role=role if by is not None else "system",
        reason_days=reason_days,
        holidays=len(holidays),
    )


def enter_contribution(
    partner: Partner,
    year_start: date,
    kind: str,
    *,
    amount: int,
    unit: str,
    value_pence: int,
    purpose: str,
    decision: str,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> PartnerContribution:
    """Enter what a partner gave in a year so that people could take part (R07).

    A nil that stood for that year goes: it is not true any more.
    """
    db.session.execute(delete(PartnerContribution).where(*_nil(partner, year_start)))
    given = PartnerContribution(
        partner_id=partner.id,
        year_start=year_start,
        kind=kind,
        amount=amount,
        unit=unit,
        value_pence=value_pence,
        purpose=purpose,
        decision=decision,
        recorded_at=at,
    )
    return _enter(given, at=at, by=by, role=role)


def enter_nil(
    partner: Partner,
    year_start: date,
    reason: str,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> PartnerContribution:
    """Enter that a partner gave nothing in a year, and why.

    Raises ContributionRefused where it gave something.
    """
    query = select(PartnerContribution.kind).where(
        PartnerContribution.partner_id == partner.id,
        PartnerContribution.year_start == year_start,
    )
    standing = set(db.session.scalars(query))
    if standing - {"nil"}:
        raise ContributionRefused(
            N_("This partner gave something in this year. Take that out before you enter nothing")
        )
    db.session.execute(delete(PartnerContribution).where(*_nil(partner, year_start)))
    given = PartnerContribution(
        partner_id=partner.id, year_start=year_start, kind="nil", reason=reason, recorded_at=at
    )
    return _enter(given, at=at, by=by, role=role)


def take_out(
    given: PartnerContribution, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Take out a row that was entered wrongly; the trail keeps that it stood."""
    _record_given(given, at=at, by=by, role=role, out=True)
    db.session.delete(given)


def _nil(partner: Partner, year_start: date) -> tuple[ColumnElement[bool], ...]:
    given = PartnerContribution
    return given.partner_id == partner.id, given.year_start == year_start, given.kind == "nil"


def _enter(
    given: PartnerContribution, *, at: datetime, by: int | None, role: str
) -> PartnerContribution:
    db.session.add(given)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise ContributionRefused(
            N_("Somebody entered this partner and year just now. Look again")
        ) from None
    _record_given(given, at=at, by=by, role=role, out=False)
    return given


def _record_given(
    given: PartnerContribution, *, at: datetime, by: int | None, role: str, out: bool
) -> None:
    record(
        Happening.CONTRIBUTION_RECORDED,
        f"partner:{given.partner_id}",
        at=at,
        actor_id=by,
        actor_role=role if by is not None else "system",
        year=given.year_start.isoformat(),
        kind=given.kind,
        pence=given.value_pence,
        **({"taken_out": True} if out else {}),
    )
