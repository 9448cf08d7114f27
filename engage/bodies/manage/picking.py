"""Reading which group an officer means, from its name: a list of thousands helps nobody."""

from typing import Any

from flask_babel import gettext as _

from engage.bodies.models import CommunityBody
from engage.bodies.queries.naming import MOST_OFFERED, bodies_named
from engage.web.filters import listed
from engage.web.forms import Form


def picked_body(form: Form, field: Any) -> CommunityBody | None:
    """Return the one group on the register that ``field`` names; None, with the reason at the
    field, where none or several fit."""
    found = bodies_named(field.data or "")
    if len(found) == 1:
        return found[0]
    if not found:
        form.refuse(_("No group on the register has these words in its name"), field)
    elif len(found) > MOST_OFFERED:
        form.refuse(_("Many groups have these words in their name. Enter more of it"), field)
    else:
        names = listed(f"“{body.name}”" for body in found)
        form.refuse(_("Which one? Enter the whole name: %(names)s", names=names), field)
    return None
