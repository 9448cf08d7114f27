"""What groups with an award tell us, and how people found the vote."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.budgeting.actions.delivery import Purchase, Report
from engage.budgeting.rules.delivery import (
    AwardRefused,
    BankDetails,
    Holder,
    Proposer,
    bank_faults,
    holder_faults,
    read_bank_details,
)
from engage.budgeting.rules.evaluation import QUESTIONS
from engage.web.fields import (
    Agreement,
    AltText,
    Choice,
    Day,
    LongText,
    Needed,
    Photograph,
    Pounds,
    Text,
    Whole,
)
from engage.web.filters import long_date, money
from engage.web.forms import Form


class AwardForm(Form):
    """A form about one award; ``version`` tells whether somebody changed the award meanwhile.

    A form that only adds something sends none: what it adds stands beside whatever else changed.
    """

    version = HiddenField()

    def refuse_all(self, faults: Mapping[str, str]) -> bool:
        """Put each fault on its field, unless that is refused already; False where there is any."""
        for name, words in faults.items():
            if name in self and not self[name].errors:
                self.refuse(_(words), self[name])
        return not faults

    def refuse_award(self, refusal: AwardRefused) -> None:
        """Put a refusal on the field that it concerns."""
        field = self[refusal.about] if refusal.about and refusal.about in self else None
        self.refuse(_(str(refusal)), field)


class ReferenceForm(Form):
    """The reference of a proposal, which opens its award."""

    reference = HiddenField()


class AcceptForm(AwardForm):
    """Who holds the money, and who agrees with the conditions.

    ``proposer`` says which kinds of holder this award may have, and ``body`` is the group's name;
    '' asks one person, who may be under 16.
    """

    age = Choice(
        _l("Are you 16 or over?"), choices=[("yes", _l("Yes")), ("no", _l("No, I am under 16"))]
    )
    holder_kind = Choice(_l("Who holds the money?"), [Needed(_l("Choose who holds the money"))])
    holder_name = Text(_l("Name of the person or organisation that holds the money"), most=150)
    constitution_on = Day(_l("When was your constitution agreed?"))
    agreement_on = Day(_l("When did they agree to hold the money?"))
    agreed = Agreement(
        _l("We have read the conditions and agree to them"),
        [Needed(_l("Tick the box to say that you agree to the conditions"))],
    )
    accepted_name = Text(_l("Your name"), [Needed(_l("Enter your name"))], most=100)
    accepted_role = Text(
        _l("Your role"),
        [Needed(_l("Enter your role, like “treasurer”"))],
        most=100,
    )

    def __init__(
        self, *args: Any, proposer: Proposer, today: date, body: str = "", **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.proposer, self.today = proposer, today
        words = {
            "body": _("%(name)s itself: we have a constitution", name=body),
            "host": _("Another organisation that has agreed to hold it for us"),
            "adult": _("An adult holds it for me"),
            "person": _("I hold it myself: I am 16 or over"),
        }
        self.holder_kind.choices = [(kind, words[kind]) for kind in proposer.holders]
        if body:
            del self.age

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask the age of a person, not of a group, and judge the holder with all else."""
        valid = super().validate(extra_validators)
        if "age" in self and not self.age.data and not self.age.errors:
            self.refuse(_("Choose whether you are 16 or over"), self.age)
            valid = False
        return self.refuse_all(holder_faults(self.holder, self.proposer, self.today)) and valid

    @property
    def holder(self) -> Holder:
        """Who holds the money, as it was answered."""
        return Holder(
            kind=self.holder_kind.data or "",
            name=self.holder_name.data or "",
            constitution_on=self.constitution_on.data,
            agreement_on=self.agreement_on.data,
            is_under_16="age" in self and self.age.data == "no",
        )


class EndForm(AwardForm):
    """Why an award ends before its report."""

    reason = LongText(_l("Why?"), [Needed(_l("Enter the reason"))], most=1000, rows=4)


class BankForm(AwardForm):
    """An account to pay into."""

    account_name = Text(
        _l("Name on the account"), [Needed(_l("Enter the name on the account"))], most=80
    )
    sort_code = Text(
        _l("Sort code"), [Needed(_l("Enter the six digits of the sort code, like 12-34-56"))],
        most=20,
    )  # fmt: skip
    account_number = Text(
        _l("Account number"), [Needed(_l("Enter the eight digits of the account number"))], most=20
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge all three boxes at once."""
        valid = super().validate(extra_validators)
        typed = (self.account_name.data, self.sort_code.data, self.account_number.data)
        return self.refuse_all(bank_faults(*(box or "" for box in typed))) and valid

    @property
    def details(self) -> BankDetails:
        """The account that was typed. Raises AwardRefused for what can't be one."""
        return read_bank_details(
            self.account_name.data or "", self.sort_code.data or "", self.account_number.data or ""
        )


class SpendingForm(AwardForm):
    """Something that the group bought."""

    what = Text(
        _l("What did you buy or pay for?"),
        [Needed(_l("Enter what you bought or paid for"))],
        most=120,
    )
    amount_pence = Pounds(_l("How much was it?"), [Needed(_l("Enter how much it was"))], some=True)
    on_day = Day(_l("When did you pay?"), [Needed(_l("Enter the day on which you paid"))])
    receipt = Photograph(_l("Photograph of the receipt"))
    sure = Agreement(_l("Yes, that is right"))

    def __init__(
        self, *args: Any, today: date, offered_on: date, left_pence: int, **kw: Any
    ) -> None:
        """``left_pence`` is what of the award isn't spent yet, as far as was entered."""
        super().__init__(*args, **kw)
        self.today, self.offered_on, self.left_pence = today, offered_on, left_pence

    @property
    def is_unusual(self) -> bool:
        """Whether what was entered is possible, but more often a slip."""
        pence, day = self.amount_pence.data, self.on_day.data
        return bool((pence and pence > self.left_pence) or (day and day < self.offered_on))

    def validate_sure(self, field: Agreement) -> None:
        """Ask again before everybody sees a total that is more likely a mistake."""
        if not self.is_unusual or field.data:
            return
        if self.on_day.data and self.on_day.data < self.offered_on:
            day = long_date(self.offered_on)
            words = _("You were offered the award on %(day)s. Is this day right?", day=day)
            self.refuse(words, field)
        if self.amount_pence.data and self.amount_pence.data > self.left_pence:
            left = money(max(self.left_pence, 0))
            words = _("That is more than is left of the award, %(left)s. Is it right?", left=left)
            self.refuse(words, field)

    def validate_on_day(self, field: Day) -> None:
        """Refuse a day to come together with all else that is wrong."""
        if field.data and field.data > self.today:
            self.refuse(_("Enter the day on which you paid: today or before"), field)

    @property
    def purchase(self) -> Purchase:
        """What was answered."""
        return Purchase(
            self.what.data or "", self.amount_pence.data, self.on_day.data, self.receipt.data
        )


class PhotoForm(AwardForm):
    """A photograph of the project."""

    photograph = Photograph(_l("Photograph"), [Needed(_l("Choose a photograph"))])
    alt = AltText(_l("What does it show?"), of="photograph")
    agreed = Agreement(
        _l("Everybody who can be recognised has agreed to be shown. For a child, a parent has"),
        [Needed(_l("Tick the box to confirm that everybody on it has agreed"))],
    )


class ReportForm(AwardForm):
    """How a project came out."""

    text = LongText(
        _l("What happened, and what changed for people?"),
        [Needed(_l("Enter what happened"))],
        most=3000,
        rows=8,
    )
    people = Whole(
        _l("How many people benefited?"),
        [Needed(_l("Enter how many people benefited"))],
        most=1_000_000,
    )
    left_pence = Pounds(
        _l("How much money is left over?"), [Needed(_l("Enter how much is left over, or 0"))]
    )

    def is_begun(self) -> bool:
        """Say whether what was sent can be kept as it is: gaps are no fault yet."""
        if not self.is_submitted():
            return False
        self.validate()
        for field in (self.text, self.people, self.left_pence):
            if not (field.raw_data and field.raw_data[0].strip()):
                field.errors = []
        return not self.errors

    @property
    def report(self) -> Report:
        """What was answered."""
        return Report(self.text.data or "", self.people.data, self.left_pence.data)


_YES_NO = {"yes": _l("Yes"), "no": _l("No"), "not_sure": _l("Not sure")}
_EASY = {
    "5": _l("Very easy"),
    "4": _l("Easy"),
    "3": _l("Neither easy nor hard"),
    "2": _l("Hard"),
    "1": _l("Very hard"),
}
_FAIR = {
    "5": _l("Very fair"),
    "4": _l("Fair"),
    "3": _l("Neither fair nor unfair"),
    "2": _l("Unfair"),
    "1": _l("Very unfair"),
}
#: Each question in words, and its answers.
EVALUATION_WORDS: dict[str, tuple[Any, dict[str, Any]]] = {
    "first_time": (_l("Was this the first time you took part in a vote like this?"), _YES_NO),
    "easy": (_l("How easy was it to vote?"), _EASY),
    "fair": (_l("How fair was the vote?"), _FAIR),
    "learned": (_l("Did you learn about other people’s ideas?"), _YES_NO),
    "again": (_l("Would you vote again?"), _YES_NO),
}


def _question(name: str) -> Choice:
    words, answers = EVALUATION_WORDS[name]
    return Choice(words, choices=list(answers.items()), default="")


class EvaluationAnswersForm(Form):
    """How somebody found the vote. Every question may stay open."""

    first_time = _question("first_time")
    easy = _question("easy")
    fair = _question("fair")
    learned = _question("learned")
    again = _question("again")
    better = LongText(_l("What could be better?"), most=1000, rows=4)

    @property
    def answers(self) -> dict[str, str]:
        """The answers; '' for a question that was left open."""
        return {name: self[name].data or "" for name in QUESTIONS}
