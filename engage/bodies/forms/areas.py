"""What is asked about community council areas."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.bodies.forms.register import worded
from engage.bodies.rules.areas import ANSWERS, AreaRow
from engage.bodies.rules.register import name_key
from engage.web.fields import Choice, Dropdown, LongText, Needed, Text, Upload
from engage.web.forms import Form


class AreaForm(Form):
    """One area, typed. ``localities`` are pairs of id (as text) and name."""

    name = Text(_l("Name of the area"), [Needed(_l("Enter the name of the area"))], most=150)
    locality = Dropdown(_l("Locality"))

    def __init__(self, *args: Any, localities: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.locality.choices = [("", _l("In several, or not known")), *localities]

    def validate_name(self, field: Any) -> None:
        """Refuse a name without a single letter or number."""
        if field.data and not name_key(field.data):
            raise ValidationError(str(_l("Enter a name with letters or numbers")))

    def row(self) -> AreaRow:
        """Return what was answered."""
        place = self.locality.data
        return AreaRow(self.name.data or "", int(place) if place else None)


class AreasFileForm(Form):
    """A file of areas."""

    file = Upload(_l("The file (CSV)"), [Needed(_l("Choose the file to load"))])


class AnswerForm(Form):
    """Which group speaks for an area, or why there is none."""

    answer = Choice(
        _l("Who speaks for this area?"),
        [Needed(_l("Choose an answer"))],
        choices=worded(ANSWERS),
    )
    body = Text(_l("Name of the group"), most=150)
    reason = LongText(_l("Why is there none?"), most=500, rows=3)

    def validate_body(self, field: Any) -> None:
        """Ask for the group, where there is one."""
        if self.answer.data == "body" and not field.data:
            raise ValidationError(str(_l("Enter the name of the group")))

    def validate_reason(self, field: Any) -> None:
        """Ask for the reason, where there is none."""
        if self.answer.data in ("none", "dormant") and not field.data:
            raise ValidationError(str(_l("Enter why there is none")))
