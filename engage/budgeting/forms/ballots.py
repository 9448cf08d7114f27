"""The ballot paper as a form, one for each type of ballot; each works without any script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import Field, HiddenField
from wtforms.utils import unset_value

from engage.budgeting.rules.ballot_types import BallotKind, BallotTerms, Chosen, in_parts
from engage.budgeting.rules.looks import SENT
from engage.budgeting.rules.pots import PotRule
from engage.web.fields import Choice, Choices
from engage.web.forms import Form
from engage.web.rules import clean_text

#: What every ballot's form sends beside its choices. `reckon` is the button that only asks what
#: the choices cost; those of a look only change what is seen.
COMMON = {"csrf_token", "submission_id", "base_version", "ballot_hash", "reckon", *SENT}


class Numbers(Field):
    """A box for a number beside each project; ``data`` holds those above 0 by project id.

    ``typed`` is what stands in each box, ``wrong`` the message at each box that holds no number.
    ``choices`` are pairs of id (as text) and title.
    """

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.choices: list[tuple[str, str]] = []

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.typed: dict[str, str] = {}
        self.wrong: dict[str, str] = {}
        self.data: dict[str, int] = {}
        for name in formdata or ():
            if name.startswith(f"{self.name}-"):
                self._read(name.removeprefix(f"{self.name}-"), clean_text(formdata[name]))

    def _read(self, id_: str, text: str) -> None:
        self.typed[id_] = text
        if text and not (text.isascii() and text.isdigit() and len(text) < 5):
            self.wrong[id_] = _("Enter a whole number, like 3, or leave the box empty")
        elif text and int(text):
            self.data[id_] = int(text)

    @property
    def parts(self) -> list[str]:
        """The ids whose boxes stand at fault, or else all: the first is where a link leads."""
        ids = [id_ for id_, _title in self.choices]
        return [id_ for id_ in ids if id_ in self.wrong] or ids

    def pre_validate(self, form: Form) -> None:
        """Say in the summary which project's box holds no number."""
        for id_, title in self.choices:
            if id_ in self.wrong:
                form.refuse(_("%(title)s: %(fault)s", title=title, fault=self.wrong[id_]), self)


@dataclass(frozen=True)
class BallotPart:
    """The projects of one part of the fund on a ballot paper, each as its place on the whole paper,
    its id (as text) and its title. ``pot`` None: the fund is one whole."""

    pot: PotRule | None
    listed: list[tuple[int, str, str]]

    @property
    def number(self) -> int:
        """The number of the part; 0 is the whole."""
        return self.pot.number if self.pot is not None else 0


class BallotForm(Form):
    """The ballot paper. ``projects`` are pairs of id (as text) and title, in the voter's order.

    The hidden fields say which page it was; its choices are judged by the rules of the count.
    ``paper`` is the name of the field that asks for them. ``pot_of`` is the number of the part of
    the fund that pays for each project, by its id (as text): parts stand one below the other.
    """

    paper = ""
    submission_id = HiddenField()
    base_version = HiddenField()
    ballot_hash = HiddenField()

    def __init__(
        self,
        *args: Any,
        projects: Sequence[tuple[str, str]],
        terms: BallotTerms,
        pot_of: Mapping[str, int | None] | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.terms, self.pot_of, self.listed = terms, dict(pot_of or {}), list(projects)
        if terms.pots:
            titles = dict(projects)
            self.listed = [(id_, titles[id_]) for id_ in in_parts(list(titles), self.pot_of)]
        self.offer()

    @property
    def parts(self) -> list[BallotPart]:
        """The paper part by part of the fund, without those that have no project."""
        places = [(at, id_, title) for at, (id_, title) in enumerate(self.listed)]
        if not self.terms.pots:
            return [BallotPart(None, places)]
        found = [
            BallotPart(pot, [p for p in places if self.pot_of.get(p[1]) == pot.number])
            for pot in self.terms.pots
        ]
        return [part for part in found if part.listed]

    def is_from_here(self) -> bool:
        """Judge the token alone: who only changes the look isn't told of mistakes yet."""
        return bool(self.csrf_token.validate(self))

    def offer(self) -> None:
        """Put the projects to the fields that ask for them."""
        self[self.paper].choices = self.listed

    @property
    def names(self) -> set[str]:
        """The names of all that the page sends; a request with another isn't from our page."""
        return COMMON | {f"{self.paper}-{id_}" for id_, _title in self.listed}

    @property
    def said(self) -> list[tuple[str, int]]:
        """What the voter says of each project that they chose, in the ballot's order."""
        numbers = self[self.paper].data
        return [(id_, numbers[id_]) for id_, _title in self.listed if id_ in numbers]

    @property
    def chosen(self) -> Chosen:
        """The choices as they are cast."""
        points = tuple(number for _id, number in self.said) if self.terms.has_points else None
        return Chosen(tuple(int(id_) for id_, _number in self.said), points)

    def note(self, id_: str, number: int) -> str:
        """Return what stands beside a chosen project where the choices are shown again."""
        return ""

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Title and note of each chosen project, for a page that keeps the choices."""
        titles = dict(self.listed)
        return [(titles[id_], self.note(id_, number)) for id_, number in self.said]

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Name and value of each choice, for a page that sends the same vote again."""
        return [(f"{self.paper}-{id_}", str(number)) for id_, number in self.said]


class ProjectsForm(BallotForm):
    """Choose projects: so many of them, or what the fund pays for."""

    paper = "projects"
    projects = Choices("")

    @property
    def names(self) -> set[str]:
        """All boxes have one name."""
        return COMMON | {self.paper}

    @property
    def said(self) -> list[tuple[str, int]]:
        """One for each chosen project, as they came: twice where one came twice."""
        known = dict(self.listed)
        return [(id_, 1) for id_ in self.projects.data or [] if id_ in known]

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Every box that was ticked."""
        return [(self.paper, id_) for id_, _number in self.said]


class BoostForm(ProjectsForm):
    """Choose projects, and boost one of them or none."""

    boost = Choice("", default="")

    def offer(self) -> None:
        """The boost is offered beside each project of its part of the fund."""
        super().offer()
        for part in self.parts:
            offered = [(id_, title) for _at, id_, title in part.listed]
            self.boost_in(part.number).choices = [("", _("Boost none")), *offered]

    def boost_in(self, number: int) -> Choice:
        """Return the field that asks which project of a part is boosted; 0 is the whole fund."""
        return self[f"boost_{number}" if number else "boost"]

    @property
    def boosts(self) -> list[Choice]:
        """The boost of each part."""
        return [self.boost_in(part.number) for part in self.parts]

    @property
    def names(self) -> set[str]:
        """The boxes, and one boost for each part."""
        return super().names | {field.name for field in self.boosts}

    @property
    def said(self) -> list[tuple[str, int]]:
        """What each vote counts."""
        worth, boosted = self.terms.boost_worth, {field.data for field in self.boosts}
        return [(id_, worth if id_ in boosted else 1) for id_, _number in super().said]

    @property
    def sent(self) -> list[tuple[str, str]]:
        """The boxes, and the boosts."""
        return [*super().sent, *((field.name, field.data or "") for field in self.boosts)]

    def note(self, id_: str, number: int) -> str:
        """Say which project is boosted."""
        return _("boosted") if number > 1 else ""

    def validate(self, extra_validators: Any = None) -> bool:
        """A boost alone is no vote: whoever forgot the tick is told, and nothing is guessed."""
        is_fine = bool(super().validate(extra_validators))
        forgotten = [f for f in self.boosts if f.data and f.data not in (self.projects.data or [])]
        for field in forgotten:
            self.refuse(_("Choose the project that you boost, too"), field)
        return is_fine and not forgotten


class PointsForm(BallotForm):
    """Share out points."""

    paper = "points"
    points = Numbers("")

    def note(self, id_: str, number: int) -> str:
        """Say how many points a project has."""
        return ngettext("%(num)d point", "%(num)d points", number)


class RankingForm(BallotForm):
    """Put projects in order, by the numbers 1, 2, 3 and so on."""

    paper = "rank"
    rank = Numbers("")

    @property
    def said(self) -> list[tuple[str, int]]:
        """The places, the best of each part of the fund first."""
        return sorted(super().said, key=lambda place: (self.pot_of.get(place[0]) or 0, place[1]))

    def note(self, id_: str, number: int) -> str:
        """Say which choice it is."""
        return _("choice %(number)s", number=number)

    def validate_rank(self, field: Numbers) -> None:
        """Two projects of one part of the fund at one place are in no order."""
        places = [(self.pot_of.get(id_), place) for id_, place in self.said]
        names = {pot.number: pot.name for pot in self.terms.pots}
        for part, place in sorted({p for p in places if places.count(p) > 1}, key=str):
            words = _("Only one project can be your choice %(number)s", number=place)
            self.refuse(f"{names[part]}: {words}" if part in names else words, field)
            same = [i for i, n in field.data.items() if (self.pot_of.get(i), n) == (part, place)]
            field.wrong |= dict.fromkeys(same, words)


FORMS: dict[BallotKind, type[BallotForm]] = {
    BallotKind.APPROVAL: ProjectsForm,
    BallotKind.SPEND: ProjectsForm,
    BallotKind.POINTS: PointsForm,
    BallotKind.RANKING: RankingForm,
    BallotKind.BOOST: BoostForm,
}


def ballot_of_terms(terms: BallotTerms) -> type[BallotForm]:
    """Return the form of a ballot paper: with parts of the fund, one boost for each of them."""
    form = FORMS[terms.kind]
    if form is not BoostForm or not terms.pots:
        return form
    fields: dict[str, Any] = {f"boost_{pot.number}": Choice("", default="") for pot in terms.pots}
    return type("BoostInParts", (BoostForm,), {**fields, "boost": None})
