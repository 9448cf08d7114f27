"""What officers enter to consult, and what people answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.consultations.models import Consultation, Question
from engage.consultations.rules import (
    AGREEMENT,
    MOST_TEXT_QUESTIONS,
    PUBLISH,
    PUBLISH_GROUP,
    is_short,
)
from engage.engagements.forms.planning import DatedEngagementForm
from engage.plans.models import Paragraph
from engage.web.fields import Agreement, Choice, Dropdown, Email, LongText, Needed, Text
from engage.web.forms import Form

#: What a consultation's form and its engagement call by the same names.
ABOUT = (
    "title",
    "purpose",
    "level",
    "open_to_change",
    "fixed",
    "support_offered",
    "opens_at",
    "closes_at",
)


class ConsultationForm(DatedEngagementForm):
    """A consultation on a draft. ``drafts`` are pairs of id (as text) and name.

    ``version`` tells whether somebody changed it meanwhile.
    """

    asked_first = ("title", "draft")

    version = HiddenField()
    draft = Dropdown(_l("Which draft is it about?"), [Needed(_l("Choose a draft"))])
    short_notice_reason = LongText(_l("Why does it run for less than 12 weeks?"), most=2000, rows=3)
    overall = Text(
        _l("The overall question"),
        [Needed(_l("Enter the overall question"))],
        most=300,
        default=_l("Overall, how far do you agree with this draft?"),
    )
    overall_is_needed = Agreement(_l("Everybody must answer the overall question"))
    question_1 = Text(_l("Question in people’s own words 1"), most=300)
    question_2 = Text(_l("Question in people’s own words 2"), most=300)
    question_3 = Text(_l("Question in people’s own words 3"), most=300)
    question_4 = Text(_l("Question in people’s own words 4"), most=300)
    question_5 = Text(_l("Question in people’s own words 5"), most=300)

    def __init__(self, *args: Any, drafts: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.draft.choices = [("", _l("Choose a draft")), *drafts]

    @property
    def text_questions(self) -> list[Text]:
        """The boxes for questions that people answer in their own words."""
        return [self[f"question_{number}"] for number in range(1, MOST_TEXT_QUESTIONS + 1)]

    @property
    def about(self) -> dict[str, Any]:
        """What the engagement says of itself, by field."""
        return {name: self[name].data for name in ABOUT} | {"locality_id": self.locality_id}

    @property
    def questions(self) -> list[tuple[str, str, bool]]:
        """Kind, prompt and need of every question that was entered, in order."""
        asked = [("agreement", self.overall.data, self.overall_is_needed.data)]
        return asked + [("text", f.data, False) for f in self.text_questions if f.data]

    def check_dates(self, at: datetime) -> bool:
        """Refuse dates that can't be, and fewer than twelve weeks without a reason (R72)."""
        if not super().check_dates(at):
            return False
        short = is_short(self.opens_at.data, self.closes_at.data)
        if short and not self.short_notice_reason.data:
            self.refuse(_("Enter why it runs for less than 12 weeks"), self.short_notice_reason)
        return not self.short_notice_reason.errors


def consultation_answers(consultation: Consultation) -> dict[str, Any]:
    """Return what a consultation says, by field of its form, for changing it."""
    engagement, (overall, *texts) = consultation.engagement, consultation.questions
    return {
        **{name: getattr(engagement, name) for name in ABOUT},
        "locality": str(engagement.locality_id or ""),
        "draft": str(consultation.draft_id),
        "overall": overall.prompt,
        "overall_is_needed": overall.is_needed,
        **{f"question_{number}": text.prompt for number, text in enumerate(texts, start=1)},
        "short_notice_reason": consultation.short_notice_reason,
        "version": str(consultation.version),
    }


class StartForm(Form):
    """Who answers: “me”, or the address of a body for which the account may answer."""

    who = Choice(_l("Who are you answering for?"), [Needed(_l("Choose who you answer for"))])


class AnswerForm(Form):
    """A page of an answer. ``version`` is that of the response when the page was made."""

    version = HiddenField()

    @property
    def typed(self) -> list[tuple[str, str]]:
        """Pairs of label and text of every box with something in it, to show again."""
        boxes = [f for f in self if f.name not in ("csrf_token", "version")]
        return [(f.label.text, _words(f)) for f in boxes if f.data]

    def differing(self, stored: Mapping[str, str]) -> dict[str, str]:
        """Return what is stored, by field name, where something else was typed."""
        return {
            field.name: stored[field.name]
            for field in self
            if stored.get(field.name) and stored[field.name] != (field.data or "")
        }


class NumberedForm(AnswerForm):
    """A page whose boxes are numbered after what they are about."""

    prefix = ""

    @property
    def texts(self) -> dict[int, str]:
        """What stands in each box, by number; '' where nothing does."""
        boxes = (f for f in self if f.name.startswith(self.prefix))
        return {int(f.name.removeprefix(self.prefix)): f.data or "" for f in boxes}


def answers_form(
    questions: Sequence[Question], kept: Mapping[int, str], *, complete: bool
) -> NumberedForm:
    """Return the page of questions, with the ``kept`` answers by question id.

    ``complete`` False: nothing has to be answered yet, since the writer comes back later.
    """

    class AnswersForm(NumberedForm):
        prefix = "answer_"

    for question in questions:
        setattr(AnswersForm, f"answer_{question.id}", _question_field(question, complete))
    return AnswersForm(data={f"answer_{number}": text for number, text in kept.items()})


def comments_form(paragraphs: Sequence[Paragraph], kept: Mapping[int, str]) -> NumberedForm:
    """Return the page of paragraphs to comment on, with the ``kept`` comments by paragraph id."""

    class CommentsForm(NumberedForm):
        prefix = "comment_"

    for paragraph in paragraphs:
        label = _("Your comment on paragraph %(label)s", label=paragraph.label)
        setattr(CommentsForm, f"comment_{paragraph.id}", LongText(label, rows=4))
    return CommentsForm(data={f"comment_{number}": text for number, text in kept.items()})


class AboutForm(AnswerForm):
    """Who answers as a person, and what may be published."""

    publish = Choice(
        _l("May we publish your answers?"),
        [Needed(_l("Choose if we may publish your answers"))],
        choices=[(key, _l(words)) for key, words in PUBLISH.items()],
    )
    name = Text(_l("Your name"), most=100)
    email = Email(_l("Your email address"), most=254)
    postcode = Text(_l("Your postcode"), most=12)


class AboutGroupForm(AnswerForm):
    """What may be published of a group's answers; who it is, the register knows."""

    publish = Choice(
        _l("May we publish your group’s answers?"),
        [Needed(_l("Choose if we may publish your group’s answers"))],
        choices=[(key, _l(words)) for key, words in PUBLISH_GROUP.items()],
    )


class SendForm(AnswerForm):
    """The button that sends the answers."""


class ReferenceForm(Form):
    """The reference under which answers were saved."""

    reference = Text(_l("Your reference"), [Needed(_l("Enter your reference"))], most=60)


def _question_field(question: Question, complete: bool) -> Choice | LongText:
    if question.kind == "agreement":
        needed = [Needed(_("Choose an answer"))] if question.is_needed and complete else []
        choices = [(key, _(words)) for key, words in AGREEMENT.items()]
        return Choice(question.prompt, needed, choices=choices)
    needed = [Needed(_("Enter an answer"))] if question.is_needed and complete else []
    return LongText(question.prompt, needed)


def _words(field: Any) -> str:
    if field.type == "Choice":
        return str(dict(field.choices).get(field.data, field.data))
    return str(field.data)
