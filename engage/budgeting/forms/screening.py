"""Checking a proposal: the criteria, one's interests, the check itself, and a reply to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.budgeting.models import Criterion
from engage.budgeting.rules.merging import Together
from engage.budgeting.rules.refusals import ProposalRefused
from engage.budgeting.rules.screening import MOST_CRITERIA, Answer
from engage.budgeting.rules.wordings import EASY, GAELIC, MOST_EASY
from engage.web.fields import (
    Agreement,
    Choice,
    Choices,
    Dropdown,
    Email,
    LongText,
    Needed,
    Pounds,
    Text,
)
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
        known = refusal.about in self
        self.refuse(refusal, self[refusal.about] if known else None)


class ScreeningForm(AnswersForm):
    """The check of one proposal; ``version`` tells whether somebody decided it meanwhile.

    ``offer_pots`` says which parts the fund has, before it is validated.
    """

    decision = Choice(
        _l("What do you decide?"),
        [Needed(_l("Choose what you decide"))],
        choices=[("accept", _l("Put it on the ballot")), ("leave_out", _l("Leave it out"))],
    )
    theme = Dropdown(_l("Theme"))
    cost_pence = Pounds(_l("Cost that you checked"))
    cost_reason = LongText(_l("Why did the cost change?"), most=1000, rows=3)
    pot = Dropdown(_l("Which part of the fund is it for?"))
    pot_reason = LongText(_l("Why is it for another part?"), most=1000, rows=3)
    reason = LongText(_l("Why is it left out?"), most=1000, rows=3)
    version = HiddenField()

    def offer_pots(self, pots: Sequence[tuple[str, str]]) -> None:
        """Ask for the part of the fund, or for nothing where it has none."""
        self.pot.choices = [("", _l("Choose a part")), *pots]
        if not pots:
            del self.pot, self.pot_reason

    @property
    def chosen_pot(self) -> int | None:
        """The number of the part of the fund that was chosen; None where there is none."""
        return int(self.pot.data) if "pot" in self and self.pot.data else None

    def offer_themes(self, themes: Mapping[int, str]) -> None:
        """Offer the themes of the round, by id; ask for none where it has none."""
        self.theme.choices = [("", _("Leave it as it is"))]
        self.theme.choices += [(str(number), name) for number, name in themes.items()]
        if not themes:
            del self.theme

    @property
    def theme_id(self) -> int | None:
        """The theme that was chosen; None leaves it as it is."""
        return int(self.theme.data) if self.theme is not None and self.theme.data else None


class WordingsForm(Form):
    """A proposal in easier words and in Gaelic, and which of them everybody may read.

    ``version`` tells whether the proposal was changed meanwhile.
    """

    version = HiddenField()
    easy_title = Text(_l("Easy-read title"), most=120)
    easy_summary = LongText(_l("Easy-read summary"), most=MOST_EASY, rows=5)
    easy_shown = Agreement(_l("I have read the easy-read words, and they may be shown"))
    gaelic_title = Text(_l("Gaelic title"), most=120)
    gaelic_summary = LongText(_l("Gaelic summary"), most=2000)
    gaelic_shown = Agreement(_l("Somebody who reads Gaelic has read it, and it may be shown"))

    @property
    def given(self) -> dict[str, tuple[str, str, bool]]:
        """Title, summary and whether to show them, by kind."""
        return {
            kind: (
                self[f"{kind}_title"].data or "",
                self[f"{kind}_summary"].data or "",
                bool(self[f"{kind}_shown"].data),
            )
            for kind in (EASY, GAELIC)
        }


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
    email = Email(_l("Their email address"), [Needed(_l("Enter their email address"))], most=254)


class MergeForm(Form):
    """Which proposals are to become one, and in which words; ``proposals`` are id and title."""

    parts = Choices(
        _l("Which proposals do you want to combine?"), [Needed(_l("Choose two proposals or more"))]
    )
    lead = Dropdown(
        _l("Whose author takes the lead?"),
        [Needed(_l("Choose the proposal whose author takes the lead"))],
    )
    title = Text(_l("What will it be called?"), [Needed(_l("Enter a title"))], most=120)
    summary = LongText(_l("What will it do?"), [Needed(_l("Enter what it will do"))], most=5000)
    cost_pence = Pounds(_l("What does it cost?"), [Needed(_l("Enter what it costs"))])

    def __init__(self, proposals: Sequence[tuple[str, str]], **kw: Any) -> None:
        super().__init__(**kw)
        self.parts.choices = list(proposals)
        self.lead.choices = [("", _l("Choose one of them")), *proposals]

    def validate_lead(self, field: Dropdown) -> None:
        """The lead is one of the chosen."""
        if field.data and field.data not in (self.parts.data or []):
            self.refuse(_("Choose one of the proposals you are combining"), field)

    @property
    def together(self) -> Together:
        """The words and the cost of the whole."""
        return Together(self.title.data or "", self.summary.data or "", self.cost_pence.data or 0)


class AgreeForm(Form):
    """What an author says to a suggestion."""

    agrees = Choice(
        _l("Do you want to combine your proposal with these?"),
        [Needed(_l("Choose yes or no"))],
        choices=[("yes", _l("Yes, in these words")), ("no", _l("No, it stays on its own"))],
    )
