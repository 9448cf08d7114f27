"""What was tried to reach people (R05), and barriers with what was done about them (R06)."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.engagements.forms.matrix import worded
from engage.engagements.rules.efforts import BARRIERS, CHANNELS, OUTCOMES, RESPONSES, minutes_of
from engage.web.fields import Choice, Day, Dropdown, LongText, Needed, Pounds, Text
from engage.web.forms import Form

#: Pairs of id (as text) and name, or of slug and title.
Pairs = list[tuple[str, str]]


class AttemptForm(Form):
    """One try to reach a group on the register, or a community that no group speaks for."""

    body = Text(_l("Name of the group"), most=150)
    community = Text(_l("Or name of the community"), most=150)
    on_day = Day(_l("When was it?"), [Needed(_l("Enter the day"))])
    channel = Choice(
        _l("How did you try?"), [Needed(_l("Choose how you tried"))], choices=worded(CHANNELS)
    )
    partner = Dropdown(_l("Who tried?"))
    offered = LongText(
        _l("What did you offer?"), [Needed(_l("Enter what you offered"))], most=1000, rows=3
    )
    response = Choice(
        _l("What did they answer?"),
        [Needed(_l("Choose what they answered"))],
        choices=worded(RESPONSES),
        default="none",
    )
    next_step = Text(_l("What comes next?"), most=300)
    next_on = Day(_l("By when?"))

    def __init__(self, *args: Any, partners: Pairs, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.partner.choices = [("", _l("The partnership’s own team")), *partners]

    def validate_body(self, field: Any) -> None:
        """Ask for the group or the community, and for only one of them."""
        if bool(field.data) == bool(self.community.data):
            raise ValidationError(str(_l("Enter a group or a community, one of the two")))


class AttemptFilterForm(Form):
    """Finding attempts; sent by GET, so it has no token."""

    class Meta(Form.Meta):
        csrf = False

    words = Text(_l("Name"), most=100)
    channel = Dropdown(_l("How"), choices=[("", _l("Every way")), *worded(CHANNELS)])
    response = Dropdown(_l("Answer"), choices=[("", _l("Every answer")), *worded(RESPONSES)])


class NeedForm(Form):
    """A barrier that a group, or people at a consultation or event, met."""

    body = Text(_l("Name of the group"), most=150)
    engagement = Dropdown(_l("Or people who took part in"))
    barrier = Choice(
        _l("What kept people from taking part?"),
        [Needed(_l("Choose what kept people from taking part"))],
        choices=worded(BARRIERS),
    )
    wanted = LongText(
        _l("What would help?"), [Needed(_l("Enter what would help"))], most=1000, rows=3
    )
    raised_on = Day(_l("When did you hear of it?"), [Needed(_l("Enter the day"))])

    def __init__(self, *args: Any, engagements: Pairs, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.engagement.choices = [("", _l("None of them")), *engagements]

    def validate_body(self, field: Any) -> None:
        """Ask whose barrier it is."""
        if not field.data and not self.engagement.data:
            raise ValidationError(str(_l("Enter the group, or choose the consultation or event")))


class OwnNeedForm(Form):
    """A barrier that a group tells us of itself."""

    barrier = Choice(
        _l("What keeps your group, or people in it, from taking part?"),
        [Needed(_l("Choose what keeps you from taking part"))],
        choices=worded(BARRIERS),
    )
    wanted = LongText(
        _l("What would help?"), [Needed(_l("Enter what would help"))], most=1000, rows=3
    )


class SettleForm(Form):
    """What was done about a barrier, what it cost, and what came of it."""

    outcome = Choice(
        _l("Was it met?"), [Needed(_l("Choose whether it was met"))], choices=worded(OUTCOMES)
    )
    support = LongText(_l("What was done?"), most=1000, rows=3)
    reason = LongText(_l("If not met, or only in part: why?"), most=1000, rows=3)
    partner = Dropdown(_l("Who provided it?"))
    cost = Pounds(_l("What did it cost?"))
    hours = Text(_l("Hours of staff and volunteers"), most=8)

    #: What was judged.
    minutes: int = 0

    def __init__(self, *args: Any, partners: Pairs, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.partner.choices = [("", _l("The partnership’s own team")), *partners]

    def validate_support(self, field: Any) -> None:
        """Ask what was done where something was."""
        if self.outcome.data in ("met", "part") and not field.data:
            raise ValidationError(str(_l("Enter what was done")))

    def validate_reason(self, field: Any) -> None:
        """Ask why a barrier was not met."""
        if self.outcome.data == "not_met" and not field.data:
            raise ValidationError(str(_l("Enter why it was not met")))

    def validate_hours(self, field: Any) -> None:
        """Refuse what is no number of hours."""
        try:
            self.minutes = minutes_of(field.data or "0")
        except ValueError as error:
            raise ValidationError(str(_l("Enter hours as a number, like 2 or 1.5"))) from error


class NeedFilterForm(Form):
    """Finding barriers; sent by GET, so it has no token."""

    class Meta(Form.Meta):
        csrf = False

    barrier = Dropdown(
        _l("What keeps people away"), choices=[("", _l("Anything")), *worded(BARRIERS)]
    )
