"""What is agreed where a service is made together with a group, and who learned from whom."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.bodies.rules.wishes import STAGES
from engage.engagements.forms.matrix import worded
from engage.engagements.rules.together import STATES, Terms, fault_in
from engage.web.fields import Choice, Day, Dropdown, LongText, Needed, Text
from engage.web.forms import Form


class TermsForm(Form):
    """What is agreed about a service that is made together."""

    service = Text(_l("Which service?"), [Needed(_l("Enter the service"))], most=100)
    stage = Dropdown(
        _l("Which stage of the work?"),
        [Needed(_l("Choose the stage"))],
        choices=[("", _l("Choose a stage")), *worded(STAGES)],
    )
    who_decides = Text(_l("Who decides?"), [Needed(_l("Enter who decides"))], most=150)
    who_holds_money = Text(
        _l("Who holds the money?"), [Needed(_l("Enter who holds the money"))], most=150
    )
    capacity = LongText(_l("What can the group take on, and what does it need?"), most=1000, rows=3)
    state = Choice(
        _l("How far is it?"),
        [Needed(_l("Choose how far it is"))],
        choices=worded(STATES),
        default="considered",
    )
    reason = LongText(_l("If not taken up: why?"), most=1000, rows=3)

    def terms(self) -> Terms:
        """Return what was answered."""
        return Terms(
            service=self.service.data or "",
            stage=self.stage.data or "",
            who_decides=self.who_decides.data or "",
            who_holds_money=self.who_holds_money.data or "",
            capacity=self.capacity.data or "",
            state=self.state.data or "",
            reason=self.reason.data or "",
        )

    def validate_capacity(self, field: Any) -> None:
        """Ask for the check before it is under way."""
        self._judge("capacity")

    def validate_reason(self, field: Any) -> None:
        """Ask why it was not taken up."""
        self._judge("reason")

    def _judge(self, name: str) -> None:
        fault = fault_in(self.terms())
        if fault is not None and fault[0] == name:
            raise ValidationError(str(_l(fault[1])))


class StartForm(TermsForm):
    """A service that is, or might be, made together with a group. ``partners``: id and name."""

    asked_first = ("body", "service")

    body = Text(_l("Name of the group"), [Needed(_l("Enter the name of the group"))], most=150)
    partner = Dropdown(_l("Whose service is it?"))

    def __init__(self, *args: Any, partners: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.partner.choices = [("", _l("Not one partner’s")), *partners]


class PeerForm(Form):
    """Who learned from whom, by what, and which lesson came of it."""

    from_body = Text(
        _l("Which group taught?"), [Needed(_l("Enter the group that taught"))], most=150
    )
    to_body = Text(
        _l("Which group learned?"), [Needed(_l("Enter the group that learned"))], most=150
    )
    on_day = Day(_l("When was it?"), [Needed(_l("Enter the day"))])
    activity = Text(_l("What did they do?"), [Needed(_l("Enter what they did"))], most=200)
    lesson = LongText(_l("What was learned?"), most=1000, rows=3)
