"""Asking about a proposal, answering, and deciding whether others read it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.budgeting.rules.discussion import (
    MOST_ANSWERED,
    MOST_ASKED,
    REASONS,
    DiscussionRefused,
    Reason,
    State,
)
from engage.web.fields import Agreement, Choice, Dropdown, Email, LongText, Needed, Text
from engage.web.forms import Form


def reason_words() -> dict[str, str]:
    """Return the reasons for holding back, in the reader's language."""
    return {reason.value: _(words) for reason, words in REASONS.items()}


class _RefusingForm(Form):
    def refuse_post(self, refusal: DiscussionRefused) -> None:
        """Put a refusal on the field that it concerns."""
        self.refuse(refusal, next((f for f in self if f.name == refusal.about), None))


class QuestionForm(_RefusingForm):
    """A question. ``reference`` was made with the page, so that sending it twice asks once.

    ``projects`` are pairs of public id and title.
    """

    project = Dropdown(
        _l("Which project is it about?"), [Needed(_l("Choose the project you are asking about"))]
    )
    words = LongText(
        _l("Your question"), [Needed(_l("Enter your question"))], most=MOST_ASKED, rows=4
    )
    name = Text(_l("Your name"), most=100)
    show_name = Agreement(_l("Show my name beside my question"))
    email = Email(_l("Your email address"), most=254)
    reference = HiddenField()

    def __init__(self, *args: Any, projects: Sequence[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.project.choices = [("", _("Choose a project")), *projects]

    def validate_show_name(self, field: Agreement) -> None:
        """Only a name that was given can be shown."""
        if field.data and not self.name.data:
            self.refuse(_("Enter the name that we should show"), self.name)

    @property
    def shown_name(self) -> str:
        """The name to show; '' for “A resident”, and then none is kept."""
        return (self.name.data or "") if self.show_name.data else ""


class AnswerForm(_RefusingForm):
    """An answer to a question."""

    words = LongText(
        _l("Your answer"), [Needed(_l("Enter your answer"))], most=MOST_ANSWERED, rows=6
    )


class DecisionForm(_RefusingForm):
    """What becomes of a question or an answer; ``version`` is how often it was decided before.

    ``others`` are pairs of public id and words of the questions that could have been asked before.
    """

    decision = Choice(
        _l("What do you decide?"),
        [Needed(_l("Choose what you decide"))],
        choices=[
            (State.PUBLISHED.value, _l("Publish it")),
            (State.HELD_BACK.value, _l("Hold it back")),
        ],
    )
    reason = Choice(_l("Why is it held back?"))
    same_as = Dropdown(_l("Which question was asked before?"))
    version = HiddenField()

    def __init__(
        self, *args: Any, is_answer: bool, others: Sequence[tuple[str, str]] = (), **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        reasons: Mapping[str, str] = reason_words()
        self.reason.choices = [
            (key, words)
            for key, words in reasons.items()
            if not (is_answer and key == Reason.ASKED_ALREADY)
        ]
        self.same_as.choices = [("", _("Choose a question")), *others]
