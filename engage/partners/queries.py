"""Reads of the partnership and its partners."""

from flask import current_app, g
from sqlalchemy import select

from engage.extensions import db
from engage.partners.models import Partner, Partnership
from engage.places.models import Council

#: A partnership that is not set up yet.
NAMELESS = {
    "id": 1,
    "name": "Engage",
    "colour": "#0065bd",
    "contact_email": "",
    "contact_phone": "",
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
