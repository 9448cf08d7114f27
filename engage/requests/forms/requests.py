"""What a group is asked for its request, and what it may say later."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.requests.rules.requests import MAKERS, RequestText
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


class RequestForm(Form):
    """A request, kept as a draft until it is sent: only what names it is needed at once.

    ``partners`` are pairs of id (as text) and name.
    """

    title = Text(
        _l("What is your request about?"),
        [Needed(_l("Enter in a few words what your request is about"))],
        most=120,
    )
    maker = Choice(
        _l("Who makes this request?"),
        [Needed(_l("Choose who makes this request"))],
        choices=[(code, _l(words)) for code, words in MAKERS.items()],
    )
    authority = Dropdown(
        _l("Which authority do you ask?"), [Needed(_l("Choose the authority that you ask"))]
    )
    others = Choices(_l("Should other authorities take part too?"))
    outcome = LongText(_l("Which outcome do you want to improve?"), most=3000)
    reasons = LongText(_l("Why should your group take part?"), most=3000)
    knowledge = LongText(
        _l("What knowledge, expertise and experience does your group bring?"), most=3000
    )
    improvement = LongText(_l("How would the outcome get better if you take part?"), most=3000)
    version = Whole(_l("Version"))

    def __init__(self, *args: Any, partners: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.authority.choices = [("", _l("Choose an authority")), *partners]
        self.others.choices = partners

    def validate_others(self, field: Any) -> None:
        """Refuse the same authority twice."""
        if self.authority.data and self.authority.data in (field.data or ()):
            raise ValidationError(str(_l("Choose other authorities than the one that you ask")))

    def text(self) -> RequestText:
        """Return what was written so far."""
        return RequestText(
            title=self.title.data or "",
            maker=self.maker.data,
            authority_id=int(self.authority.data),
            other_ids=tuple(sorted(int(number) for number in self.others.data or ())),
            outcome=self.outcome.data or "",
            reasons=self.reasons.data or "",
            knowledge=self.knowledge.data or "",
            improvement=self.improvement.data or "",
        )


class PaperRequestForm(RequestForm):
    """A request that came on paper, from a group on the register."""

    asked_first = ("group", "received_on")

    group = Text(
        _l("Name of the group, as on the register"),
        [Needed(_l("Enter the name of the group"))],
        most=150,
    )
    received_on = Day(_l("When did it come?"), [Needed(_l("Enter when it came"))])


class CommentForm(Form):
    """What a group says: about a proposed process, or about how a process went."""

    text = LongText(
        _l("What do you want to tell us?"), [Needed(_l("Enter your comments"))], most=5000
    )


class WithdrawForm(Form):
    """The second step before a request is withdrawn or a draft is thrown away."""

    sure = Agreement(
        _l("Yes, this is what we want"), [Needed(_l("Tick the box to say that you are sure"))]
    )


def stored_text(text: RequestText, version: int) -> dict[str, Any]:
    """Return what the form of a request shows first."""
    return {
        **vars(text),
        "authority": str(text.authority_id),
        "others": [str(number) for number in text.other_ids],
        "version": version,
    }
