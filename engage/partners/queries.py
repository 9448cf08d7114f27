"""Reads of the partnership and its partners."""

from flask import g

from engage.extensions import db
from engage.partners.models import Partnership


def partnership() -> Partnership:
    """Return whose site this is; before it is set up, a nameless partnership with our colours."""
    if "partnership" not in g:
        g.partnership = db.session.get(Partnership, 1) or Partnership(
            id=1, name="Engage", colour="#0065bd", contact_email="", contact_phone=""
        )
    return g.partnership  # type: ignore[no-any-return]
