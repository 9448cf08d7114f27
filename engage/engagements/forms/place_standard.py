"""A Place Standard as people answer it, and what officers say of an exercise and a version."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.engagements.forms.events import RefusingForm
from engage.engagements.models import PlaceStandardExercise
from engage.engagements.rules.place_standard import (
    KINDS,
    MOST_IN_GROUP,
    MOST_PRIORITIES,
    SCORES,
    Said,
)
from engage.engagements.rules.standard_themes import AXES, ThemeText, VersionText
from engage.web.fields import Choice, Choices, Day, Dropdown, LongText, Needed, Text, Upload, Whole
from engage.web.forms import Form

#: What a radio button sends for a theme that isn't answered.
NO_ANSWER = "0"
_PRESS = re.compile(r"[A-Za-z0-9_-]{16,64}")


class AnswerForm(RefusingForm):
    """One answer to an exercise; the themes come from its version (``answer_form``).

    ``press`` is drawn when the page is shown: sent twice, it is the same answer.
    """

    asked_first = ("kind", "people")
    axes: tuple[str, ...] = AXES

    kind = Choice(
        _l("Who is answering?"),
        [Needed(_l("Choose who is answering"))],
        choices=[(key, _l(words)) for key, words in KINDS.items()],
        default="individual",
    )
    people = Whole(_l("How many people are in the group?"), least=2, most=MOST_IN_GROUP)
    press = HiddenField()

    def theme(self, axis: str) -> tuple[Choice, LongText, LongText]:
        """Return the fields of one theme: its number, what is good, what could be better."""
        return (self[f"score_{axis}"], self[f"good_{axis}"], self[f"better_{axis}"])

    @property
    def said(self) -> dict[str, Said]:
        """What is said of each theme."""
        chosen = set(self["priorities"].data or ())
        found = {}
        for axis in self.axes:
            score, good, better = self.theme(axis)
            number = int(score.data) if score.data and score.data != NO_ANSWER else None
            found[axis] = Said(number, good.data or "", better.data or "", axis in chosen)
        return found

    @property
    def number(self) -> int:
        """How many people answer: one, or those of the group (0 where nobody said)."""
        return 1 if self.kind.data == "individual" else self.people.data or 0

    @property
    def once(self) -> str:
        """What names this press of the button."""
        pressed = self.press.data or ""
        return pressed if _PRESS.fullmatch(pressed) else secrets.token_urlsafe(24)


class PaperForm(AnswerForm):
    """An answer that was written on paper, with the day on which it was."""

    asked_first = ("on_day", "kind", "people")
    on_day = Day(_l("On which day was it filled in?"), [Needed(_l("Enter the day"))])


def answer_form(themes: Sequence[ThemeText], kind: type[AnswerForm] = AnswerForm) -> AnswerForm:
    """Return an empty form for these themes, or the one that was sent."""
    fields: dict[str, Any] = {"axes": tuple(theme.axis for theme in themes)}
    scores = [(str(score), str(score)) for score in SCORES] + [(NO_ANSWER, _("No answer"))]
    for theme in themes:
        fields |= {
            f"score_{theme.axis}": Choice(_(theme.label), choices=scores, default=NO_ANSWER),
            f"good_{theme.axis}": LongText(_("What is good now?"), most=1000, rows=3),
            f"better_{theme.axis}": LongText(_("What could be better?"), most=1000, rows=3),
        }
    fields["priorities"] = Choices(
        _("Which matter most to improve? Choose %(most)s at most.", most=MOST_PRIORITIES),
        choices=[(theme.axis, _(theme.label)) for theme in themes],
    )
    form: AnswerForm = type("ThemesForm", (kind,), fields)(
        data={"press": secrets.token_urlsafe(24)}
    )
    return form


class ExerciseForm(RefusingForm):
    """What is said of an exercise; ``engagements`` is None for one that has its engagement."""

    engagement = Dropdown(
        _l("Which consultation, vote or other engagement is it part of?"),
        [Needed(_l("Choose what it is part of"))],
    )
    title = Text(_l("What is it called?"), [Needed(_l("Enter what it is called"))], most=120)
    about = LongText(_l("What will you do with the answers?"), most=2000, rows=4)
    locality = Dropdown(_l("Which area is it about?"))
    place_name = Text(_l("What do people call the place?"), most=100)
    version = Dropdown(_l("Which version of the themes?"), [Needed(_l("Choose a version"))])
    opens_on = Day(_l("First day"), [Needed(_l("Enter the first day"))])
    closes_on = Day(_l("Last day"), [Needed(_l("Enter the last day"))])
    edition = HiddenField()

    def __init__(
        self,
        *args: Any,
        versions: Sequence[VersionText],
        localities: Sequence[tuple[str, str]],
        engagements: Sequence[tuple[str, str]] | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.version.choices = [(version.name, version.name) for version in versions]
        self.locality.choices = [("", _("Another place, named below")), *localities]
        self.names = dict(localities)
        if engagements is None:
            del self.engagement
        else:
            self.engagement.choices = [("", _("Choose")), *engagements]

    def complete(self) -> bool:
        """Say whether the place is known too: one of our areas, or a name."""
        if not (self.locality.data or self.place_name.data):
            self.refuse(_("Choose an area, or enter what people call the place"), self.place_name)
        return not self.place_name.errors

    @property
    def facts(self) -> dict[str, Any]:
        """The answers as values."""
        locality = self.locality.data
        return {
            "title": self.title.data,
            "about": self.about.data or "",
            "locality_id": int(locality) if locality else None,
            "place_name": self.place_name.data or self.names.get(locality, ""),
            "version": self.version.data,
            "opens_on": self.opens_on.data,
            "closes_on": self.closes_on.data,
        }


def exercise_answers(exercise: PlaceStandardExercise) -> dict[str, Any]:
    """Return what a form shows of an exercise that is being changed."""
    same = ("title", "about", "place_name", "opens_on", "closes_on")
    return {name: getattr(exercise, name) for name in same} | {
        "locality": str(exercise.locality_id or ""),
        "version": exercise.standard.name,
        "edition": str(exercise.edition),
    }


class AnswersFileForm(RefusingForm):
    """A CSV file of answers."""

    file = Upload(_l("The file"), [Needed(_l("Choose the file"))])


class VersionForm(RefusingForm):
    """How a version words its themes; the fields of each theme come by ``version_form``."""

    name = Text(_l("Name of the version"), [Needed(_l("Enter a name, like “2022”"))], most=60)
    source = Text(_l("Where do the themes come from?"), most=300)

    @property
    def themes(self) -> list[ThemeText]:
        """The themes as they were worded, in the order of the axes on the form."""
        return [
            ThemeText(axis, self[f"label_{axis}"].data, self[f"prompt_{axis}"].data)
            for axis in self.axes  # type: ignore[attr-defined]
        ]


def version_form(version: VersionText, *, is_new: bool) -> VersionForm:
    """Return the form of a version, filled in with its words; a new one starts without a name."""
    fields: dict[str, Any] = {"axes": tuple(theme.axis for theme in version.themes)}
    data = {"name": "" if is_new else version.name, "source": version.source}
    for number, theme in enumerate(version.themes, start=1):
        label = Text(
            _("Theme %(number)s", number=number),
            [Needed(_("Enter a name for each theme"))],
            most=60,
        )
        prompt = Text(_("What is asked of theme %(number)s?", number=number), most=300)
        fields |= {f"label_{theme.axis}": label, f"prompt_{theme.axis}": prompt}
        data |= {f"label_{theme.axis}": theme.label, f"prompt_{theme.axis}": theme.prompt}
    form: VersionForm = type("ThemesForm", (VersionForm,), fields)(data=data)
    return form


class CompareForm(Form):
    """Which exercises are compared; sent by GET, so it has no token."""

    class Meta(Form.Meta):
        csrf = False

    first = Dropdown(_l("First"))
    second = Dropdown(_l("Second"))
    third = Dropdown(_l("Third"))

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        for field in (self.first, self.second, self.third):
            field.choices = [("", _("Choose")), *choices]

    @property
    def chosen(self) -> list[str]:
        """The addresses that were chosen, each once."""
        fields = (self.first, self.second, self.third)
        return list(dict.fromkeys(f.data for f in fields if f.data and not f.errors))


def decisions_sent(sent: Mapping[str, str]) -> dict[tuple[int, int], str]:
    """Return what an officer decided of each comment, by (response, theme).

    Fields are called “comment-<response>-<theme>”; others are passed over.
    """
    found = {}
    for name, value in sent.items():
        match = re.fullmatch(r"comment-([0-9]{1,9})-([0-9]{1,9})", name)
        if match:
            found[int(match[1]), int(match[2])] = value
    return found


def day_of_paper(exercise: PlaceStandardExercise, today: date) -> date:
    """Return the day that the form for paper starts with: today, or the last day before it."""
    return min(max(today, exercise.opens_on), exercise.closes_on)
