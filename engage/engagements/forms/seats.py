"""What officers say of boards and groups, seats and meetings."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.engagements.rules.seats import FATES, LEVELS
from engage.web.fields import (
    Agreement,
    Choice,
    Choices,
    Day,
    Dropdown,
    LongText,
    Needed,
    Text,
    Whole,
)
from engage.web.forms import Form

YES_NO = [("yes", _l("Yes")), ("no", _l("No"))]


class GroupForm(Form):
    """A board or group. ``localities`` are pairs of id (as text) and name."""

    name = Text(_l("Name"), [Needed(_l("Enter the name"))], most=150)
    level = Choice(
        _l("What is it?"),
        [Needed(_l("Choose what it is"))],
        choices=[(code, _l(words)) for code, words in LEVELS.items()],
    )
    locality = Dropdown(_l("Locality, for a locality group"))
    has_seats = Choice(
        _l("Does it have seats for communities?"),
        [Needed(_l("Choose whether it has seats for communities"))],
        choices=YES_NO,
    )
    no_seat_reason = LongText(_l("If not: why, as everybody will read it"), most=1000, rows=3)

    def __init__(self, *args: Any, localities: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.locality.choices = [("", _l("The whole area")), *localities]

    def validate_no_seat_reason(self, field: Any) -> None:
        """Ask why communities have no seat."""
        if self.has_seats.data == "no" and not field.data:
            raise ValidationError(str(_l("Enter why communities have no seat")))


class SeatForm(Form):
    """A seat for a body, by its name on the register."""

    body = Text(_l("Name of the community group"), [Needed(_l("Enter the name"))], most=150)
    votes = Choice(_l("Does it vote?"), [Needed(_l("Choose whether it votes"))], choices=YES_NO)
    from_on = Day(_l("From"), [Needed(_l("Enter from when"))])
    until_on = Day(_l("Until, if it has ended"))


class EndSeatForm(Form):
    """The last day of a seat."""

    ends_on = Day(_l("Last day"), [Needed(_l("Enter the last day"))])


class MeetingForm(Form):
    """A meeting that took place. ``bodies`` are pairs of id (as text) and name."""

    on_day = Day(_l("When was it?"), [Needed(_l("Enter when it was"))])
    attended = Choices(_l("Which community groups were there?"))
    people = Whole(_l("How many people came for them?"), most=1000)
    is_monitoring = Agreement(_l("It looked at how the partnership does"))
    challenge = LongText(_l("What communities asked us to account for"), most=2000, rows=3)
    answer = LongText(_l("What was answered"), most=2000, rows=3)

    def __init__(self, *args: Any, bodies: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.attended.choices = bodies


class ItemForm(Form):
    """What a community brought. ``bodies`` are pairs of id (as text) and name."""

    brought_by = Dropdown(_l("Brought by"))
    what = LongText(
        _l("What it was about"), [Needed(_l("Enter what it was about"))], most=1000, rows=3
    )

    def __init__(self, *args: Any, bodies: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.brought_by.choices = [("", _l("Several, or another community")), *bodies]


class FateForm(Form):
    """What became of an item."""

    fate = Choice(
        _l("What became of it?"),
        [Needed(_l("Choose what became of it"))],
        choices=[(code, _l(words)) for code, words in FATES.items()],
    )
    became = LongText(_l("In words, as everybody will read them"), most=1000, rows=3)

    def validate_became(self, field: Any) -> None:
        """Ask for words where something became of it."""
        if self.fate.data not in (None, "open") and not field.data:
            raise ValidationError(str(_l("Enter what became of it")))
