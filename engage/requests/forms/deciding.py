"""What an officer is asked at each step of a request."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.requests.rules.requests import GROUNDS, IMPROVED, WEIGHED, Decision, OutcomeReport
from engage.web.fields import Choice, Day, Dropdown, LongText, Needed
from engage.web.forms import Form

YES_NO = [("yes", _l("Yes")), ("no", _l("No"))]


class MoreForm(Form):
    """What a request still needs."""

    what = LongText(
        _l("What is missing, as the group will read it"),
        [Needed(_l("Enter what is missing"))],
        most=2000,
        rows=4,
    )


class ValidateForm(Form):
    """The day on which the last part of a request came."""

    validated_on = Day(_l("Validation date"), [Needed(_l("Enter the validation date"))])


class ExtendForm(Form):
    """A longer time that the group agreed to."""

    until = Day(_l("New last day for the decision"), [Needed(_l("Enter the new last day"))])
    reason = LongText(
        _l("Why, and how the group agreed"),
        [Needed(_l("Enter why, and how the group agreed"))],
        most=1000,
        rows=3,
    )


class OtherAnswerForm(Form):
    """Whether another authority takes part. ``partners`` are pairs of id (as text) and name."""

    partner = Dropdown(_l("Authority"), [Needed(_l("Choose the authority"))])
    answer = Choice(
        _l("Does it take part if you agree?"),
        [Needed(_l("Choose whether it takes part"))],
        choices=YES_NO,
    )
    why_not = LongText(_l("If not: its reasons"), most=1000, rows=3)

    def __init__(self, *args: Any, partners: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.partner.choices = partners

    def validate_why_not(self, field: Any) -> None:
        """Ask for the reasons of an authority that stays away."""
        if self.answer.data == "no" and not field.data:
            raise ValidationError(str(_l("Enter why it does not take part")))


class SameMatterForm(Form):
    """Which earlier request this one repeats. ``earlier`` are pairs of id (as text) and words."""

    earlier = Dropdown(_l("Earlier request"), [Needed(_l("Choose the earlier request"))])
    same_because = LongText(
        _l("Why it is the same matter, as the group will read it"),
        [Needed(_l("Enter why it is the same matter"))],
        most=1000,
        rows=3,
    )

    def __init__(self, *args: Any, earlier: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.earlier.choices = [("", _l("Choose a request")), *earlier]


class _Weighing(Form):
    """One question for each point that the law lists (section 24(3))."""


for _ground, _words in GROUNDS.items():
    setattr(
        _Weighing,
        f"weigh_{_ground}",
        Choice(
            _l(_words),
            [Needed(_l("Choose “Likely”, “Not likely” or “Has no bearing”"))],
            choices=[(code, _l(words)) for code, words in WEIGHED.items()],
        ),
    )


class DecisionForm(_Weighing):
    """The decision notice. What says how the process works is asked where it is agreed."""

    agreed = Choice(
        _l("Do you agree to the request?"),
        [Needed(_l("Choose whether you agree"))],
        choices=[("yes", _l("Agree")), ("no", _l("Refuse"))],
    )
    reasons = LongText(
        _l("Reasons, as everybody will read them"), [Needed(_l("Enter the reasons"))], most=5000
    )
    operation = LongText(_l("How the process works, or is meant to"), most=3000)
    group_part = LongText(_l("How, and how far, the group takes part"), most=2000, rows=4)
    others_part = LongText(_l("Who else takes part, and how"), most=2000, rows=4)
    stage_reached = LongText(
        _l("If it runs already: the stage that it has reached"), most=500, rows=2
    )

    def validate_operation(self, field: Any) -> None:
        """Ask how the process works where the request is agreed."""
        if self.agreed.data == "yes" and not field.data:
            raise ValidationError(str(_l("Enter how the process works, or is meant to")))

    def validate_group_part(self, field: Any) -> None:
        """Ask how the group takes part where the request is agreed."""
        if self.agreed.data == "yes" and not field.data:
            raise ValidationError(str(_l("Enter how, and how far, the group takes part")))

    @property
    def weighing(self) -> list[Any]:
        """The fields of the points that the law lists, in its order."""
        return [self[f"weigh_{ground}"] for ground in GROUNDS]

    def decision(self) -> Decision:
        """Return the notice that was written."""
        return Decision(
            agreed=self.agreed.data == "yes",
            reasons=self.reasons.data or "",
            weighed={ground: self[f"weigh_{ground}"].data for ground in GROUNDS},
            operation=self.operation.data or "",
            group_part=self.group_part.data or "",
            others_part=self.others_part.data or "",
            stage_reached=self.stage_reached.data or "",
        )


class ConfirmForm(Form):
    """How the process runs, after the group's comments."""

    runs = LongText(
        _l("How the process will run"), [Needed(_l("Enter how the process will run"))], most=3000
    )


class StartForm(Form):
    """When the process began."""

    started_on = Day(_l("When did it start?"), [Needed(_l("Enter when it started"))])


class EndForm(Form):
    """When the process was complete."""

    ended_on = Day(_l("When did it end?"), [Needed(_l("Enter when it ended"))])


class StepForm(Form):
    """A stage that was reached, or a change."""

    kind = Choice(
        _l("What happened?"),
        [Needed(_l("Choose what happened"))],
        choices=[("stage", _l("It reached a new stage")), ("change", _l("We changed how it runs"))],
    )
    on_day = Day(_l("When?"), [Needed(_l("Enter when it happened"))])
    what = LongText(
        _l("What, as everybody will read it"),
        [Needed(_l("Enter what happened"))],
        most=2000,
        rows=4,
    )
    consulted = LongText(_l("For a change: how you asked the group"), most=1000, rows=3)

    def validate_consulted(self, field: Any) -> None:
        """Ask how the group was asked about a change (section 29(2))."""
        if self.kind.data == "change" and not field.data:
            raise ValidationError(str(_l("Enter how you asked the group about the change")))


class ReportForm(Form):
    """The report on a process that has ended (section 31)."""

    summary = LongText(
        _l("What came of the process"), [Needed(_l("Enter what came of the process"))], most=5000
    )
    improved = Choice(
        _l("Did the outcome improve?"),
        [Needed(_l("Choose whether the outcome improved"))],
        choices=[(code, _l(words)) for code, words in IMPROVED.items()],
    )
    improvement = LongText(_l("How, and how far, it improved"), most=3000, rows=4)
    influence = LongText(
        _l("How the group’s part influenced the process and what came of it"),
        [Needed(_l("Enter how the group’s part influenced it"))],
        most=3000,
    )
    service_changed = Choice(
        _l("Did a public service change because of it?"),
        [Needed(_l("Choose whether a public service changed"))],
        choices=YES_NO,
    )
    informing = LongText(
        _l("How you will keep the group and others informed"),
        [Needed(_l("Enter how you will keep them informed"))],
        most=2000,
        rows=4,
    )

    def told(self) -> OutcomeReport:
        """Return the report that was written."""
        return OutcomeReport(
            summary=self.summary.data or "",
            improved=self.improved.data,
            improvement=self.improvement.data or "",
            influence=self.influence.data or "",
            informing=self.informing.data or "",
            service_changed=self.service_changed.data == "yes",
        )


class YearForm(Form):
    """What only people know of a year: promotion and support (section 32(2)(d))."""

    promoted = LongText(
        _l("What was done to promote participation requests"),
        [Needed(_l("Enter what was done to promote them. If nothing, say so"))],
        most=3000,
    )
    supported = LongText(
        _l("What was done to support groups that made one"),
        [Needed(_l("Enter what was done to support groups. If nothing, say so"))],
        most=3000,
    )
    reason = LongText(_l("Why you publish it again"), most=500, rows=2)
