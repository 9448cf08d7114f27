"""What officers enter: a plan, the text of a draft, a priority."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, ValidationError

from engage.plans.rules.drafts import DraftRefused, WrittenSection, parse_draft
from engage.web.fields import Dropdown, LongText, Needed, Text
from engage.web.forms import Form


class PlanForm(Form):
    """A new plan. ``localities`` are pairs of id (as text) and name; '' is the whole area."""

    title = Text(_l("Title of the plan"), [Needed(_l("Enter the title of the plan"))], most=150)
    locality = Dropdown(_l("Where is it for?"))

    def __init__(self, *args: Any, localities: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.locality.choices = [("", _l("The whole area")), *localities]

    @property
    def locality_id(self) -> int | None:
        """The chosen locality's id; None is the whole area."""
        return int(self.locality.data) if self.locality.data else None


class DraftForm(Form):
    """The whole text of a draft in one box. ``version`` is that of the draft it started from."""

    version = HiddenField()
    text = LongText(
        _l("Text of the draft"), [Needed(_l("Enter the text of the draft"))], most=200_000, rows=30
    )

    sections: list[WrittenSection]

    def validate_text(self, field: LongText) -> None:
        """Read the sections out of the text, or say which line to change."""
        try:
            self.sections = parse_draft(field.data or "")
        except DraftRefused as refusal:
            raise ValidationError(str(refusal)) from refusal


class PriorityForm(Form):
    """A priority of a plan, with what the partnership adds to it (R44)."""

    title = Text(_l("Name of the priority"), [Needed(_l("Enter a name"))], most=150)
    text = LongText(_l("The priority in full"), [Needed(_l("Enter the priority in full"))])
    added_value = LongText(
        _l("What does the partnership add?"),
        [Needed(_l("Enter what the partnership adds to this priority"))],
        most=2000,
    )
