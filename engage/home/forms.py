"""What the front page and the follow page ask."""

from flask_babel import lazy_gettext as _l

from engage.web.fields import Needed, Text
from engage.web.forms import Form


class PostcodeForm(Form):
    """Where somebody lives; looked up and forgotten."""

    postcode = Text(
        _l("Your postcode"), [Needed(_l("Enter your postcode, like AB10 1AB"))], most=20
    )


class FollowForm(Form):
    """The reference that somebody was given."""

    reference = Text(_l("Your reference"), [Needed(_l("Enter your reference"))], most=60)
