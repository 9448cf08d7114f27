"""The pages on which somebody writes a proposal, one thing a page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.budgeting.forms.costs import CostRows
from engage.budgeting.rules.proposing import (
    Asked,
    Asks,
    Content,
    money_gaps,
    new_answers,
    read_point,
)
from engage.budgeting.rules.refusals import ProposalRefused
from engage.budgeting.rules.wordings import MOST_EASY
from engage.places.forms import PlacedForm
from engage.web.fields import (
    AltText,
    Choice,
    Day,
    Email,
    LongText,
    Needed,
    Photograph,
    Pounds,
    Text,
)
from engage.web.forms import Form

OTHER_WORDS = ("easy_title", "easy_summary", "gaelic_title", "gaelic_summary")
YES_NO = [("yes", _l("Yes")), ("no", _l("No"))]


class StepForm(Form):
    """A page of a proposal. ``version`` is that of the draft when the page was made.

    ``complete`` False: nothing has to be said yet, since the writer comes back later.
    """

    version = HiddenField()

    def __init__(self, *args: Any, complete: bool = True, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.complete = complete
        if not complete:
            for field in self:
                field.validators = [v for v in field.validators if not isinstance(v, Needed)]

    def apply(self, content: Content) -> Content:
        """Return the content with what stands on this page."""
        raise NotImplementedError

    @property
    def typed(self) -> list[tuple[str, str]]:
        """Pairs of label and text of every box with something in it, to show again."""
        boxes = [f for f in self if not isinstance(f, HiddenField)]
        return [(str(f.label.text), _words(f)) for f in boxes if f.raw_data and _words(f)]


class IdeaForm(StepForm):
    """What the project is. ``reference`` was made with the first page, so that sending it twice
    starts one draft."""

    title = Text(
        _l("What is your project called?"),
        [Needed(_l("Enter what your project is called"))],
        most=120,
    )
    summary = LongText(_l("What will it do?"), [Needed(_l("Enter what it will do"))], most=2000)
    beneficiaries = LongText(
        _l("Who is it for?"), [Needed(_l("Enter who it is for"))], most=1000, rows=3
    )
    theme = Choice(_l("What is it about?"), [Needed(_l("Choose what it is about"))])
    reference = HiddenField()

    def __init__(self, *args: Any, themes: Mapping[int, str], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.theme.choices = [(str(number), name) for number, name in themes.items()]
        if not themes:
            del self.theme

    def apply(self, content: Content) -> Content:
        chosen = self.theme.data if "theme" in self else None
        return replace(
            content,
            theme_id=int(chosen) if chosen else None,
            title=self.title.data or "",
            summary=self.summary.data or "",
            beneficiaries=self.beneficiaries.data or "",
        )


class MoneyForm(StepForm):
    """What it costs, who else pays, and whether less would help.

    ``content`` is what was said before, ``asks`` what the round asks for. ``pots``
    are pairs of number (as text) and words of the parts of the fund, none where it is one whole."""

    pot = Choice(_l("Which part of the fund is it for?"))
    cost_pence = Pounds(_l("How much money does it need from this fund?"))
    items = CostRows(_l("What will that money pay for?"))
    match_pence = Pounds(_l("How much money comes from somewhere else?"))
    match_from = Text(_l("Who gives that money?"), most=200)
    match_agreed = Choice(_l("Have they agreed to give it?"), choices=YES_NO)
    takes_less = Choice(_l("Would a smaller award help too?"), choices=YES_NO)
    smallest_pence = Pounds(_l("What is the smallest amount that would help?"))

    def __init__(
        self,
        *args: Any,
        content: Content,
        asks: Asks,
        pots: Sequence[tuple[str, str]] = (),
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.content, self.asks = content, asks
        self.pot.choices = list(pots)
        if not pots:
            del self.pot

    def apply(self, content: Content) -> Content:
        match_pence = self.match_pence.data or 0
        takes_less = _yes(self.takes_less.data)
        return replace(
            content,
            pot=int(self.pot.data) if "pot" in self and self.pot.data else None,
            cost_pence=self.cost_pence.data,
            items=self.items.data,
            match_pence=match_pence,
            match_from=self.match_from.data or "",
            match_agreed=_yes(self.match_agreed.data) if match_pence else None,
            takes_less=takes_less,
            smallest_pence=self.smallest_pence.data if takes_less else None,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the amounts by the round's limits together with all else that is wrong."""
        super().validate(extra_validators)
        for gap in money_gaps(self.apply(self.content), self.asks, complete=self.complete):
            if not self[gap.about].errors:
                self.refuse(_(gap.words), self[gap.about])
        return not self.errors


class PlaceForm(StepForm):
    """Where it is. ``places`` are pairs of id (as text) and name of the localities."""

    where = Choice(_l("Where is it?"), [Needed(_l("Choose where it is"))])
    near = Text(_l("What is it near?"), most=200)
    point = Text(_l("Its position on a map, if you know it"), most=60)

    def __init__(self, *args: Any, whole: str, places: Sequence[tuple[str, str]], **kw: Any):
        super().__init__(*args, **kw)
        other = _("Somewhere else, or in more than one place") if places else _("In one place")
        self.where.choices = [("whole", whole), *places, ("place", other)]
        self.found: tuple[float, float] | None = None

    def validate_point(self, field: Any) -> None:
        """Refuse what is no point in Scotland."""
        try:
            self.found = read_point(field.data or "")
        except ProposalRefused as refusal:
            field.errors = [*field.errors, _(str(refusal))]

    def validate_near(self, field: Any) -> None:
        """Ask for words where nothing else says where it is."""
        if self.complete and self.where.data == "place" and not field.data:
            field.errors = [*field.errors, _("Enter what it is near")]

    def apply(self, content: Content) -> Content:
        chosen = self.where.data or ""
        place = chosen if chosen in ("", "whole") else "place"
        latitude, longitude = self.found or (None, None)
        at_a_place = place == "place"
        return replace(
            content,
            where=place,
            locality_id=int(chosen) if chosen.isdigit() else None,
            near=(self.near.data or "") if at_a_place else "",
            latitude=latitude if at_a_place else None,
            longitude=longitude if at_a_place else None,
        )


class WordsForm(StepForm):
    """The same in easier words and in Gaelic; nobody has to say any of it."""

    easy_title = Text(_l("Easy-read title"), most=120)
    easy_summary = LongText(_l("Easy-read summary"), most=MOST_EASY, rows=5)
    gaelic_title = Text(_l("Gaelic title"), most=120)
    gaelic_summary = LongText(_l("Gaelic summary"), most=2000)

    def apply(self, content: Content) -> Content:
        return replace(content, **{name: self[name].data or "" for name in OTHER_WORDS})


class SenderForm(StepForm, PlacedForm):
    """Who sends it. ``bodies`` are pairs of slug and name of the sender's own groups."""

    body = Choice(_l("Who is it from?"), default="")
    name = Text(_l("Your name"), most=100)
    email = Email(_l("Your email address"), most=254)

    def __init__(
        self, *args: Any, bodies: Sequence[tuple[str, str]] = (), placed: bool = False, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.body.choices = [("", _("From me")), *bodies]
        if placed:  # the postcode was looked up and forgotten: it may stay so
            self.postcode.validators = [
                v for v in self.postcode.validators if not isinstance(v, Needed)
            ]


class PaperForm(SenderForm):
    """Who sent it on paper, and when it came in; an officer types it."""

    asked_first = ("received_on",)

    received_on = Day(_l("When did it arrive?"), [Needed(_l("Enter the day it arrived"))])


def questions_form(
    questions: Sequence[Asked], content: Content, *, complete: bool
) -> "QuestionsForm":
    """Return the page of the round's own questions, with the answers so far."""
    fields = {f"answer_{question.id}": _question(question) for question in questions}
    page = type("QuestionsPage", (QuestionsForm,), fields)
    kept = {f"answer_{question.id}": content.answer_to(question.id) for question in questions}
    form: QuestionsForm = page(complete=complete, data=kept)
    return form


class QuestionsForm(StepForm):
    """The questions that a round adds; the fields come from the round."""

    def apply(self, content: Content) -> Content:
        boxes = {int(f.name[7:]): f.data or "" for f in self if f.name.startswith("answer_")}
        answers = new_answers(content, list(boxes.items()), boxes.keys())
        return replace(content, answers=answers)


def _question(question: Asked) -> Text | LongText:
    needed = [Needed(_("Answer this question"))] if question.is_needed else []
    if question.kind == "short":
        return Text(question.prompt, needed, most=300)
    return LongText(question.prompt, needed, most=2000, rows=4)


class PhotographForm(Form):
    """One photograph more."""

    photograph = Photograph(_l("Photograph"), [Needed(_l("Choose a photograph"))])
    alt = AltText(_l("What can be seen on it?"))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was chosen and nothing typed, so that going on loses nothing."""
        sent = self.photograph.data or self.photograph.process_errors
        return not (sent or self.alt.data)


class SendForm(Form):
    """Sending; ``version`` is that of the draft that was checked."""

    version = HiddenField()


class ReferenceForm(Form):
    """The reference that opens something that was saved or sent."""

    reference = Text(_l("Your reference"), [Needed(_l("Enter your reference"))], most=40)


class InviteForm(Form):
    """Asking somebody to write too: by e-mail, or with a reference to hand over."""

    email = Email(_l("Their email address"), most=254)


def idea_answers(content: Content) -> dict[str, Any]:
    """Return what the first page shows."""
    shown = {name: getattr(content, name) for name in ("title", "summary", "beneficiaries")}
    return {**shown, "theme": str(content.theme_id) if content.theme_id is not None else None}


def words_answers(content: Content) -> dict[str, Any]:
    """Return what the page about other words shows."""
    return {name: getattr(content, name) for name in OTHER_WORDS}


def money_answers(content: Content) -> dict[str, Any]:
    """Return what the page about money shows."""
    return {
        "pot": str(content.pot) if content.pot is not None else None,
        "cost_pence": content.cost_pence,
        "items": content.items,
        "match_pence": content.match_pence or None,
        "match_from": content.match_from,
        "match_agreed": _word(content.match_agreed),
        "takes_less": _word(content.takes_less),
        "smallest_pence": content.smallest_pence,
    }


def place_answers(content: Content) -> dict[str, Any]:
    """Return what the page about the place shows."""
    point = "" if content.latitude is None else f"{content.latitude}, {content.longitude}"
    where = str(content.locality_id) if content.locality_id is not None else content.where
    return {"where": where or None, "near": content.near, "point": point}


def _words(field: Any) -> str:
    """Return what was typed or chosen, to be copied by who typed it."""
    if isinstance(field, Choice):
        return str(dict(field.choices).get(field.data, ""))
    if isinstance(field, Day):
        return " ".join(field.typed.values())
    return str(field._value() or "")


def _yes(chosen: str | None) -> bool | None:
    return None if chosen not in ("yes", "no") else chosen == "yes"


def _word(chosen: bool | None) -> str | None:
    return None if chosen is None else "yes" if chosen else "no"
