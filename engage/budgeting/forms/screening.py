"""Checking a proposal: the criteria, one's interests, the check itself, and a reply to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.budgeting.models import Criterion
from engage.budgeting.rules.rounds import ProposalRefused
from engage.budgeting.rules.screening import MOST_CRITERIA, Answer
from engage.web.fields import Choice, Email, LongText, Needed, Pounds, Text
from engage.web.forms import Form

ANSWERS = [
    ("met", _l("Met")),
    ("not_met", _l("Not met")),
    ("not_relevant", _l("Does not apply")),
]


class CriteriaForm(Form):
    """What every proposal is held against. ``version`` tells whether the round was changed."""

    version = HiddenField()

    @property
    def criteria(self) -> list[str]:
        """The criteria that were entered, in order."""
        boxes = [self[f"words_{number}"].data for number in range(1, MOST_CRITERIA + 1)]
        return [words for words in boxes if words]


for _n in range(1, MOST_CRITERIA + 1):
    setattr(CriteriaForm, f"words_{_n}", Text(_l("Criterion %(n)s", n=_n), most=300))


class InterestForm(Form):
    """Whether somebody who is to check or review a proposal has an interest in it."""

    has_conflict = Choice(
        _l("Do you, or somebody close to you, have an interest in this proposal?"),
        [Needed(_l("Choose whether you have an interest"))],
        choices=[("no", _l("No")), ("yes", _l("Yes, so somebody else must decide"))],
    )
    words = LongText(_l("What is your interest?"), most=500, rows=2)

    def refuse_proposal(self, refusal: ProposalRefused) -> None:
        """Put a refusal on the field that it concerns."""
        self.refuse(refusal, self[refusal.about] if refusal.about else None)


class AnswersForm(Form):
    """How a proposal stands to each criterion; the fields come from the round."""

    asked_first: tuple[str, ...] = ()

    @property
    def answers(self) -> dict[int, Answer]:
        """What was chosen and written, by the criterion's id."""
        return {
            int(field.name[7:]): Answer(field.data or "", self[f"note_{field.name[7:]}"].data or "")
            for field in self
            if field.name.startswith("answer_")
        }

    def refuse_proposal(self, refusal: ProposalRefused) -> None:
        """Put a refusal on the field that it concerns."""
        field = self[refusal.about] if refusal.about in self else None
        self.refuse(refusal, field)


class ScreeningForm(AnswersForm):
    """The check of one proposal; ``version`` tells whether somebody decided it meanwhile."""

    decision = Choice(
        _l("What do you decide?"),
        [Needed(_l("Choose what you decide"))],
        choices=[("accept", _l("Put it on the ballot")), ("leave_out", _l("Leave it out"))],
    )
    cost_pence = Pounds(_l("Cost that you checked"))
    cost_reason = LongText(_l("Why did the cost change?"), most=1000, rows=3)
    reason = LongText(_l("Why is it left out?"), most=1000, rows=3)
    version = HiddenField()


def answers_form(
    of: type[AnswersForm],
    criteria: Sequence[Criterion],
    given: Mapping[int, Answer],
    data: Mapping[str, Any],
) -> Any:
    """Return a form that asks for an answer to each criterion, with those given so far."""
    fields: dict[str, Any] = {}
    shown = dict(data)
    for criterion in criteria:
        key, words = criterion.id, _(criterion.words)
        fields[f"answer_{key}"] = Choice(words, choices=ANSWERS)
        label = _l("Why, or how you know: criterion %(n)s", n=criterion.position)
        fields[f"note_{key}"] = LongText(label, most=500, rows=2)
        if key in given:
            shown[f"answer_{key}"], shown[f"note_{key}"] = given[key].answer, given[key].note
    fields["asked_first"] = tuple(fields)
    return type("CriteriaAnswers", (of,), fields)(data=shown)


class ReplyForm(Form):
    """What somebody replies whose proposal was left out."""

    words = LongText(
        _l("Why should it be on the ballot?"), [Needed(_l("Enter your reply"))], most=2000
    )


class ReviewerForm(Form):
    """Somebody from the community who is to review proposals."""

    name = Text(_l("Their name"), [Needed(_l("Enter their name"))], most=100)
    email = Email(
        _l("Their email address"), [Needed(_l("Enter their email address"))], most=254
    )
