"""Reads of the partnership and its partners."""

from collections.abc import Iterable
from datetime import date
from functools import cache

from flask import current_app, g
from sqlalchemy import Select, bindparam, func, select

from engage.extensions import db
from engage.partners.models import LocalHoliday, Partner, PartnerContribution, Partnership
from engage.places.models import Council

#: A partnership that is not set up yet.
NAMELESS = {
    "id": 1,
    "name": "Engage",
    "colour": "#0065bd",
    "contact_email": "",
    "contact_phone": "",
    "screening_binds": False,
}
#: Where the application keeps what it saw of the partnership last.
SEEN = "partnership_seen"


def partnership() -> Partnership:
    """Return whose site this is; before it is set up, a nameless partnership with our colours."""
    if "partnership" not in g:
        note_partnership(db.session.get(Partnership, 1))
    return g.partnership  # type: ignore[no-any-return]


def note_partnership(found: Partnership | None) -> None:
    """Keep for this request what was read of the partnership; None before it is set up."""
    g.partnership = found or Partnership(**NAMELESS)
    current_app.extensions[SEEN] = {name: getattr(g.partnership, name) for name in NAMELESS}


def partnership_seen() -> Partnership:
    """Return the partnership as this process saw it last, without asking the database."""
    return Partnership(**current_app.extensions.get(SEEN, NAMELESS))


def partners() -> list[Partner]:
    """Return every partner, those whom the law names first, then by name."""
    return list(db.session.scalars(_partners()))


@cache
def _partners() -> Select[Partner]:
    return select(Partner).order_by(Partner.is_statutory.desc(), Partner.name)


def partner_by_name(name: str) -> Partner | None:
    """Return the partner of this name."""
    return db.session.scalar(select(Partner).where(Partner.name == name))


def partner_choices() -> list[tuple[str, str]]:
    """Return pairs of a partner's id (as text) and name, by name."""
    return choices_of(partners())


def choices_of(partners: Iterable[Partner]) -> list[tuple[str, str]]:
    """Return the same of partners that were read already."""
    return [(str(partner.id), partner.name) for partner in sorted(partners, key=lambda p: p.name)]


def council_choices() -> list[tuple[str, str]]:
    """Return pairs of code and name of every council area that is loaded, by name."""
    query = select(Council.code, Council.name).order_by(Council.name)
    return [(code, name) for code, name in db.session.execute(query)]


def local_holidays() -> frozenset[date]:
    """Return the days on which the council is closed besides bank holidays."""
    return frozenset(db.session.scalars(select(LocalHoliday.day)))


# What partners contribute ------------------------------------------------------------------------


def contributions_of(year_start: date) -> list[tuple[PartnerContribution, Partner]]:
    """Return what partners gave in a reporting year, by partner, then as it was entered."""
    query = (
        select(PartnerContribution, Partner)
        .join(Partner, Partner.id == PartnerContribution.partner_id)
        .where(PartnerContribution.year_start == year_start)
        .order_by(Partner.is_statutory.desc(), Partner.name, PartnerContribution.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def nil_reasons(year_start: date) -> dict[int, str]:
    """Return why partners gave nothing in a year, for those that said so."""
    given = PartnerContribution
    query = select(given.partner_id, given.reason).where(
        given.year_start == year_start, given.kind == "nil"
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def contribution_values(year_start: date) -> dict[tuple[int, str], int]:
    """Return what each partner gave of each kind in a year, in pence; a nil is (partner, “nil”)."""
    rows = db.session.execute(_values(), {"year_start": year_start})
    return {(partner_id, kind): int(pence) for partner_id, kind, pence in rows}


@cache
def _values() -> Select[int, str, int]:
    given = PartnerContribution
    return (
        select(given.partner_id, given.kind, func.sum(given.value_pence))
        .where(given.year_start == bindparam("year_start"))
        .group_by(given.partner_id, given.kind)
    )


def contribution_years() -> list[date]:
    """Return the first days of the years in which somebody entered a contribution."""
    query = select(PartnerContribution.year_start).distinct()
    return sorted(db.session.scalars(query), reverse=True)


def partners_silent(year_start: date) -> list[Partner]:
    """Return the partners whom the law names that have neither a row nor a nil for a year (R07)."""
    entered = select(PartnerContribution.partner_id).where(
        PartnerContribution.year_start == year_start
    )
    query = (
        select(Partner)
        .where(Partner.is_statutory.is_(True), Partner.id.not_in(entered))
        .order_by(Partner.name)
    )
    return list(db.session.scalars(query))
