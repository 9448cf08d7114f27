"""What is asked about a third sector interface."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.bodies.forms.register import worded
from engage.bodies.rules.network import STANDINGS
from engage.web.fields import Choice, Day, LongText, Needed, Text
from engage.web.forms import Form


class StandingForm(Form):
    """What an interface is to the partnership."""

    standing = Choice(
        _l("What is it to the partnership?"),
        [Needed(_l("Choose what it is to the partnership"))],
        choices=worded(STANDINGS),
    )
    reason = LongText(_l("Why is it neither?"), most=500, rows=2)

    def validate_reason(self, field: Any) -> None:
        """Ask why, where it is neither."""
        if self.standing.data == "neither" and not field.data:
            raise ValidationError(str(_l("Enter why it is neither")))


class SupportForm(Form):
    """Whom an interface supports, with what, since when."""

    body = Text(_l("Name of the group"), [Needed(_l("Enter the name of the group"))], most=150)
    what = Text(
        _l("What does it support the group with?"), [Needed(_l("Enter what it does"))], most=200
    )
    since_on = Day(_l("Since when?"), [Needed(_l("Enter the day"))])
