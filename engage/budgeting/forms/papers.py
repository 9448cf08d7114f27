"""What officers type at a station, and of its papers."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField

from engage.budgeting.forms.voting import FactsForm, age_choices
from engage.budgeting.rules.papers import LinesRefused, PapersRefused, Read, Sheet, read_third_look
from engage.web.fields import Dropdown, LongText, Needed, Text, Whole
from engage.web.forms import Form

#: How many bad lines are listed at once; a text with more has one cause for most of them.
MOST_FAULTS = 20
#: How many differences one page asks about.
MOST_LOOKS = 25


class _NumbersForm(Form):
    """How many papers went out and came back."""

    issued = Whole(
        _l("How many papers did the station give out?"),
        [Needed(_l("Enter how many papers the station gave out"))],
        most=100_000,
    )
    declared = Whole(
        _l("How many papers were in its box?"),
        [Needed(_l("Enter how many papers were in the box"))],
        most=100_000,
    )


class StationForm(_NumbersForm):
    """A station of a round."""

    asked_first = ("station",)

    station = Text(
        _l("What is the station called?"), [Needed(_l("Enter what the station is called"))], most=80
    )


class AccountForm(_NumbersForm):
    """The numbers of a station, corrected, and why they don't add up."""

    explanation = LongText(_l("Why do the papers not add up?"), most=1000, rows=3)
    version = HiddenField()


class PapersForm(Form):
    """Papers, one on each line; ``seen`` is how many the page knew of."""

    papers = LongText(
        _l("What do the papers say?"),
        [Needed(_l("Type what the papers say"))],
        most=30_000,
        rows=14,
    )
    seen = HiddenField()

    @property
    def seen_papers(self) -> int:
        """How many papers the page knew of; -1 for a page that is none of ours."""
        typed = self.seen.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else -1

    def refuse_lines(self, refusal: LinesRefused, before: int = 0) -> None:
        """List the papers that can't be read by their place in the pile, the first faults only."""
        for line, words in refusal.faults[:MOST_FAULTS]:
            said = _("Paper %(number)s: %(words)s", number=before + line, words=_(words))
            self.refuse(said, self.papers)
        more = len(refusal.faults) - MOST_FAULTS
        if more > 0:
            self.refuse(_("%(number)s more papers cannot be read", number=more), self.papers)


class WitnessForm(Form):
    """Who heard the papers read back."""

    witness = Text(
        _l("What is the name of the witness?"),
        [Needed(_l("Enter the name of the witness"))],
        most=100,
    )


class _AtStation(Form):
    """Where somebody lives who is about to vote on paper, and their age group where rules need one.

    ``here`` tells the boxes apart from those of the other forms on the page.
    """

    postcode = Text(
        _l("Their postcode"), [Needed(_l("Enter their postcode, like AB10 1AB"))], most=12
    )
    age_band = Dropdown(_l("How old are they?"))

    def __init__(
        self, *args: Any, here: str, min_age: int = 0, knows_age: bool = False, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        if min_age and not knows_age:
            self.age_band.choices = age_choices(min_age)
        else:
            del self.age_band
        for field in filter(None, (self.postcode, self.age_band)):
            field.id = field.label.field_id = f"{here}-{field.name}"

    @property
    def band(self) -> str | None:
        """The age band that they told; None where none was told, or none was asked."""
        return (self.age_band.data or None) if self.age_band else None


class WhoForm(_AtStation):
    """Who is about to vote on paper, by what they hold.

    Asks for a voting code, an email address or either, as the round declares.
    """

    asked_first = ("who",)

    who = Text("", most=254)

    def __init__(self, *args: Any, by_code: bool, by_email: bool, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.by_code, self.by_email = by_code, by_email
        self.who.label.text = self._words(
            _("Their voting code, or their email address"),
            _("Their voting code"),
            _("Their email address"),
        )
        self.who.flags.required = True

    def _words(self, either: str, code: str, email: str) -> str:
        if self.by_code and self.by_email:
            return either
        return code if self.by_code else email

    def validate_who(self, field: Text) -> None:
        """Ask for what the round lets people in by, and for nothing else."""
        is_email = "@" in (field.data or "")
        if not field.data or not (self.by_email if is_email else self.by_code):
            words = self._words(
                _("Enter their voting code or their email address"),
                _("Enter their voting code: this fund does not use email addresses"),
                _("Enter their email address: this fund does not use voting codes"),
            )
            self.refuse(words, field)


class ListedForm(_AtStation, FactsForm):
    """Who is about to vote on paper, by two facts on the list."""

    asked_first = ("first", "second")


class LookForm(Form):
    """A third look at the papers that differ; one that nobody has looked at yet may stay empty."""

    def places(self) -> list[tuple[int, Field]]:
        """The papers asked about, with the box of each."""
        return [(int(f.name.removeprefix("paper_")), f) for f in self if f.name[:6] == "paper_"]

    def found(self, read: Read) -> dict[int, Sheet]:
        """Return what was found, by the paper's place; a line that can't be read is refused."""
        sheets = {}
        for place, field in self.places():
            if field.data:
                try:
                    sheets[place] = read_third_look(field.data, read)
                except PapersRefused as refusal:
                    self.refuse(refusal, field)
        return sheets


def look_form(places: Sequence[int], **given: Any) -> LookForm:
    """Make the form that asks about these papers."""
    fields: Mapping[str, Any] = {
        f"paper_{place}": Text(_l("Paper %(number)s", number=place), most=100) for place in places
    }
    return type("LookForm", (LookForm,), dict(fields))(**given)  # type: ignore[no-any-return]
