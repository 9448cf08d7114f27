"""What is asked about who speaks for a group."""

from flask_babel import lazy_gettext as _l

from engage.bodies.forms.register import worded
from engage.bodies.rules.register import PARTS
from engage.web.fields import Choice, Email, Needed
from engage.web.forms import Form


class InviteForm(Form):
    """Asking somebody to speak for a group; they need no account yet."""

    email = Email(_l("Their email address"), [Needed(_l("Enter their email address"))], most=254)
    part = Choice(
        _l("What may they do?"), [Needed(_l("Choose what they may do"))], choices=worded(PARTS)
    )


class PartForm(Form):
    """What somebody may do for a group from now on."""

    part = Choice(
        _l("What may they do?"), [Needed(_l("Choose what they may do"))], choices=worded(PARTS)
    )
