"""What is asked in the yearly review of the register, and about a group that ended."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.bodies.forms.register import worded
from engage.bodies.rules.reviews import ANSWERS
from engage.web.fields import Choice, Day, LongText, Needed
from engage.web.forms import Form


class ReviewForm(Form):
    """Whether what the register says of a group is still right."""

    answer = Choice(
        _l("Is this still right?"), [Needed(_l("Choose an answer"))], choices=worded(ANSWERS)
    )
    note = LongText(_l("What has changed?"), most=1000, rows=4)

    def validate_note(self, field: Any) -> None:
        """Ask what has changed, where something has."""
        if self.answer.data == "changed" and not field.data:
            raise ValidationError(str(_l("Enter what has changed")))


class LapseForm(Form):
    """A group no longer exists: since when, and how that is known."""

    day = Day(_l("Since when?"), [Needed(_l("Enter the day, or your best guess"))])
    reason = LongText(_l("How do you know?"), [Needed(_l("Enter how you know"))], most=1000, rows=3)
