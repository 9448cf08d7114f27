"""Reads of the partnership and its partners."""

from flask import g
from sqlalchemy import select

from engage.extensions import db
from engage.partners.models import Partner, Partnership
from engage.places.models import Council


def partnership() -> Partnership:
    """Return whose site this is; before it is set up, a nameless partnership with our colours."""
    if "partnership" not in g:
        g.partnership = db.session.get(Partnership, 1) or Partnership(
            id=1, name="Engage", colour="#0065bd", contact_email="", contact_phone=""
        )
    return g.partnership  # type: ignore[no-any-return]


def partners() -> list[Partner]:
    """Return every partner, those whom the law names first, then by name."""
    query = select(Partner).order_by(Partner.is_statutory.desc(), Partner.name)
    return list(db.session.scalars(query))


def partner_by_name(name: str) -> Partner | None:
    """Return the partner of this name."""
    return db.session.scalar(select(Partner).where(Partner.name == name))


def partner_choices() -> list[tuple[str, str]]:
    """Return pairs of a partner's id (as text) and name, by name."""
    return [(str(partner.id), partner.name) for partner in sorted(partners(), key=lambda p: p.name)]


def council_choices() -> list[tuple[str, str]]:
    """Return pairs of code and name of every council area that is loaded, by name."""
    query = select(Council.code, Council.name).order_by(Council.name)
    return [(code, name) for code, name in db.session.execute(query)]
