"""What groups and officers say of a plan that a community made itself."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, ValidationError

from engage.plans.models import CommunityPlan
from engage.plans.rules.community import (
    KINDS,
    MOST_BYTES,
    CommunityPlanRefused,
    PlanFacts,
    PlanFile,
    read_file,
)
from engage.web.fields import Choice, Choices, Day, Dropdown, LongText, Needed, Text, Upload
from engage.web.forms import Form


class CommunityPlanForm(Form):
    """A plan that a community made. ``body`` (a name) is asked only of officers."""

    body = Text(_l("Which group made it?"), [Needed(_l("Enter the name of the group"))], most=150)
    title = Text(_l("Title of the plan"), [Needed(_l("Enter the title"))], most=150)
    kind = Choice(
        _l("What is it?"),
        [Needed(_l("Choose what kind of plan it is"))],
        choices=[(key, _l(words)) for key, words in KINDS.items()],
    )
    made_on = Day(_l("When was it agreed?"), [Needed(_l("Enter the date"))])
    areas = Choices(_l("Which areas is it about?"))
    method = LongText(_l("How was it made, and with how many people?"), most=1000, rows=4)
    summary = LongText(
        _l("What does it ask for?"), [Needed(_l("Enter what it asks for"))], most=3000
    )
    link = Text(_l("Web address of the plan"), most=500)
    file = Upload(_l("Or the file itself"))
    version = HiddenField()

    def __init__(
        self, *args: Any, localities: Sequence[tuple[str, str]], asks_body: bool, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.areas.choices = list(localities)
        self.document: PlanFile | None = None
        if not asks_body:
            del self.body

    def validate_file(self, field: Upload) -> None:
        """Read the file, or say which one to send instead."""
        if field.data is None:
            return
        try:
            self.document = read_file(field.data.stream.read(MOST_BYTES + 1))
        except CommunityPlanRefused as refusal:
            raise ValidationError(_(str(refusal))) from refusal

    @property
    def facts(self) -> PlanFacts:
        """The answers as values."""
        return PlanFacts(
            kind=self.kind.data,
            title=self.title.data,
            made_on=self.made_on.data,
            summary=self.summary.data,
            method=self.method.data or "",
            link=self.link.data or "",
            locality_ids=tuple(int(key) for key in self.areas.data or ()),
        )

    def refuse_about(self, refusal: CommunityPlanRefused) -> None:
        """Put a refusal on the field that it is about."""
        self.refuse(refusal, next((f for f in self if f.name == refusal.about), None))


def plan_answers(plan: CommunityPlan) -> dict[str, Any]:
    """Return what a form shows of a plan that is being changed."""
    same = ("title", "kind", "made_on", "method", "summary", "link")
    return {name: getattr(plan, name) for name in same} | {
        "areas": [str(area.id) for area in plan.areas],
        "version": str(plan.version),
    }


class DecidePlanForm(Form):
    """Whether a plan goes on the list; a declined one needs a reason."""

    decision = Choice(
        _l("What do you decide?"),
        [Needed(_l("Choose what you decide"))],
        choices=[
            ("registered", _l("Put it on the list")),
            ("declined", _l("Do not put it on the list")),
        ],
    )
    reason = LongText(_l("Reason, if you do not"), most=1000, rows=3)


class ReplaceForm(Form):
    """Which newer plan took this one's place."""

    newer = Dropdown(_l("Which newer plan took its place?"), [Needed(_l("Choose the newer plan"))])

    def __init__(self, *args: Any, plans: Sequence[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.newer.choices = [("", _("Choose")), *plans]


class CommunityPlanFilterForm(Form):
    """Finding a plan; sent by GET, so it has no token."""

    class Meta(Form.Meta):
        csrf = False

    words = Text(_l("Title or group"), most=100)
    kind = Dropdown(
        _l("Kind"),
        choices=[("", _l("Every kind")), *((key, _l(words)) for key, words in KINDS.items())],
    )
    area = Dropdown(_l("Area"))

    def __init__(self, *args: Any, localities: Sequence[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.area.choices = [("", _("All areas")), *localities]
