"""What officers say of awards: the offer, payments, steps, reports, freed money, evaluation."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.budgeting.actions.awards import Terms
from engage.budgeting.actions.delivery import Movement
from engage.budgeting.forms.delivery import AwardForm
from engage.budgeting.rules.delivery import Dates, date_faults
from engage.web.fields import Choice, Day, LongText, Needed, Pounds, Text
from engage.web.forms import Form


class TermsForm(AwardForm):
    """What awards are offered on."""

    conditions = LongText(
        _l("Conditions"), [Needed(_l("Enter the conditions"))], most=6000, rows=14
    )
    answer_by = Day(
        _l("When must they answer by?"), [Needed(_l("Enter the day by which they answer"))]
    )
    deliver_by = Day(
        _l("When must the project be finished by?"),
        [Needed(_l("Enter the day by which it is done"))],
    )
    report_by = Day(
        _l("When must they report by?"), [Needed(_l("Enter the day by which they report"))]
    )

    def __init__(self, *args: Any, today: date, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.today = today

    @property
    def terms(self) -> Terms:
        """The answers, once they are valid."""
        dates = Dates(self.answer_by.data, self.deliver_by.data, self.report_by.data)
        return Terms(self.conditions.data or "", dates)

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the days with all else, as soon as there are three."""
        valid = super().validate(extra_validators)
        if "answer_by" not in self:
            return valid
        dates = self.terms.dates
        if None in (dates.answer_by, dates.deliver_by, dates.report_by):
            return valid
        return self.refuse_all(date_faults(dates, self.today)) and valid


class FreedForm(TermsForm):
    """What becomes of the money of an award that ended early. ``may_offer``: a project is next."""

    decision = Choice(
        _l("What happens to the money?"), [Needed(_l("Choose what happens to the money"))]
    )
    freed_reason = LongText(_l("Why?"), [Needed(_l("Enter the reason"))], most=1000, rows=3)
    asked_first = ("decision", "freed_reason")

    def __init__(self, *args: Any, may_offer: bool = False, **kw: Any) -> None:
        super().__init__(*args, **kw)
        offered = [("offered", _("Offer it to the next project"))] if may_offer else []
        self.decision.choices = [*offered, ("kept", _("Keep it for the next fund"))]
        if not may_offer:
            for name in ("conditions", "answer_by", "deliver_by", "report_by"):
                del self[name]


class PaymentForm(AwardForm):
    """Money that moved."""

    kind = Choice(
        _l("Which way did the money go?"),
        [Needed(_l("Choose which way the money went"))],
        choices=[("paid", _l("We paid it")), ("returned", _l("It came back to us"))],
        default="paid",
    )
    amount_pence = Pounds(_l("How much?"), [Needed(_l("Enter how much"))], some=True)
    on_day = Day(_l("When?"), [Needed(_l("Enter the day on which the money moved"))])
    reference = Text(_l("Payment reference"), [Needed(_l("Enter the payment reference"))], most=60)

    def __init__(self, *args: Any, today: date, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.today = today

    def validate_on_day(self, field: Day) -> None:
        """Refuse a day to come together with all else that is wrong."""
        if field.data and field.data > self.today:
            self.refuse(_("Enter the day on which the money moved: today or before"), field)

    @property
    def movement(self) -> Movement:
        """What was answered."""
        return Movement(
            self.kind.data, self.amount_pence.data, self.on_day.data, self.reference.data or ""
        )


class MilestoneForm(AwardForm):
    """A step that was agreed with the group."""

    what = Text(_l("What will be done?"), [Needed(_l("Enter what will be done"))], most=120)
    due_on = Day(_l("By when?"), [Needed(_l("Enter by when it will be done"))])


class HolderCheckForm(AwardForm):
    """What an officer saw who checked the holder of an award."""

    note = LongText(_l("What did you see?"), most=1000, rows=3)


class StopForm(AwardForm):
    """How an officer ends an award before its report, and why."""

    stage = Choice(
        _l("What happened?"),
        [Needed(_l("Choose what happened"))],
        choices=[
            ("withdrawn", _l("The group gave it up, or did not answer")),
            ("failed", _l("The project failed, or broke the conditions")),
        ],
    )
    reason = LongText(_l("Why?"), [Needed(_l("Enter the reason"))], most=1000, rows=3)


class JudgeForm(AwardForm):
    """Yes to a report or a photograph; or no, and why."""

    decision = Choice(
        _l("What do you decide?"),
        [Needed(_l("Choose what you decide"))],
        choices=[("yes", _l("Accept it")), ("no", _l("Do not accept it"))],
    )
    reason = LongText(_l("Why not?"), most=1000, rows=3)
    picture = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the reason of a no."""
        valid = super().validate(extra_validators)
        if self.decision.data == "no" and not self.reason.data:
            self.refuse(_("Enter the reason"), self.reason)
            return False
        return bool(valid)

    @property
    def why_not(self) -> str:
        """The reason of a no; '' for a yes."""
        return (self.reason.data or "") if self.decision.data == "no" else ""


class TextForm(Form):
    """Whether one text from the evaluation is shown. ``key`` says which."""

    key = HiddenField()
    state = HiddenField()


class PublishForm(Form):
    """What was learned from a round."""

    learned = LongText(
        _l("What did you learn?"), [Needed(_l("Enter what you learned"))], most=3000, rows=6
    )
    changes = LongText(
        _l("What will you change next time?"),
        [Needed(_l("Enter what you will change"))],
        most=3000,
        rows=6,
    )
