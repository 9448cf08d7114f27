"""What somebody who votes is asked besides their choices: a code or an address, where they live."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.budgeting.rules.lists import (
    MOST_FACT,
    Fact,
    FactKind,
    FactRefused,
    Facts,
    canonical,
)
from engage.budgeting.rules.ways import USUAL_CONNECTION, Connection
from engage.places.forms import PlacedForm
from engage.places.rules import bands_from
from engage.web.fields import Agreement, Choice, Dropdown, Email, Needed, Text
from engage.web.filters import ages
from engage.web.forms import Form

LINK_WORDS = {
    Connection.LIVE: _l("I live here"),
    Connection.WORK: _l("I work here"),
    Connection.STUDY: _l("I go to school, college or university here"),
    Connection.VOLUNTEER: _l("I volunteer here"),
}
PLACE_WORDS = {
    Connection.WORK: _l("Postcode of your workplace"),
    Connection.STUDY: _l("Postcode of your school, college or university"),
    Connection.VOLUNTEER: _l("Postcode of where you volunteer"),
}
FACT_HINTS = {
    FactKind.NUMBER: _l("Numbers only. Spaces do not matter."),
    FactKind.DATE: _l("Like 27 3 2010."),
    FactKind.POSTCODE: _l("Like AB10 1AB."),
    FactKind.TEXT: _l("Capitals, spaces and dashes do not matter."),
}


class CodeForm(Form):
    """The one box for a voting code."""

    code = Text(_l("Your voting code"), [Needed(_l("Enter your voting code"))], most=60)


def age_choices(min_age: int) -> list[tuple[str, str]]:
    """Return the age bands from which somebody may choose, after the answer that says nothing."""
    bands = [(name, ages(ends)) for name, ends in bands_from(min_age).items()]
    return [("", _("I would rather not say")), *bands]


class _EligibleForm(PlacedForm):
    """Where somebody lives, and that they may vote; ``min_age`` 0 asks for no age.

    An age band is asked where the rules need an age anyway, ``knows_age`` apart; nobody must say.
    ``connection`` is what counts as a link with the area. Which one it is is asked only where
    there are several, to know whose postcode it is, and kept nowhere.
    """

    link = Choice(
        _l("What is your link with the area?"),
        [Needed(_l("Choose your link with the area"))],
    )
    age_band = Dropdown(_l("How old are you?"))
    may_vote = Agreement("")

    def __init__(
        self,
        *args: Any,
        min_age: int = 0,
        connection: str = USUAL_CONNECTION,
        knows_age: bool = False,
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        if min_age and not knows_age:
            self.age_band.choices = age_choices(min_age)
        else:
            del self.age_band
        self.may_vote.label.text = (
            _("I am %(age)s or older, and I may vote here", age=min_age)
            if min_age
            else _("I may vote here")
        )
        links = connection.split(",")
        self._only = links[0] if len(links) == 1 else ""
        if self._only:
            del self.link
        else:
            self.link.choices = [(link, LINK_WORDS[Connection(link)]) for link in links]
        if self._only != Connection.LIVE:
            self.postcode.label.text = PLACE_WORDS.get(self._only, _("Postcode of that place"))

    @property
    def lives_here(self) -> bool:
        """Whether the postcode says where somebody lives, and not where they work, say."""
        return (self._only or self.link.data) == Connection.LIVE

    @property
    def band(self) -> str | None:
        """The age band that was chosen; None where none was, or none was asked."""
        return (self.age_band.data or None) if self.age_band else None

    def validate_may_vote(self, field: Agreement) -> None:
        """Ask for the tick: nobody votes without having said that they may."""
        if not field.data:
            self.refuse(_("Confirm that you may vote"), field)


class PlaceForm(_EligibleForm):
    """Asked once of somebody who votes for the first time; ``proof`` says by what they came in."""

    proof = HiddenField()


class EmailForm(_EligibleForm):
    """How somebody without a code asks for a link."""

    asked_first = ("email",)

    email = Email(
        _l("Your email address"),
        [Needed(_l("Enter your email address, like name@example.org"))],
        most=254,
    )


class AccountForm(_EligibleForm):
    """How somebody votes who is signed in."""


class FactsForm(Form):
    """The two facts by which a list knows somebody, in the words of ``facts``."""

    first = Text("", most=MOST_FACT)
    second = Text("", most=MOST_FACT)

    def __init__(self, *args: Any, facts: Facts, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.facts = facts
        for field, fact in ((self.first, facts.first), (self.second, facts.second)):
            field.label.text = fact.words
            field.flags.required = True

    @property
    def hints(self) -> tuple[Any, Any]:
        """What stands under each box."""
        first, second = (FactKind(fact.kind) for fact in (self.facts.first, self.facts.second))
        return FACT_HINTS[first], FACT_HINTS[second]

    @property
    def typed(self) -> tuple[str, str]:
        """Both answers."""
        return self.first.data or "", self.second.data or ""

    def validate_first(self, field: Text) -> None:
        """Ask for the first fact in its own shape."""
        self._spelled(field, self.facts.first)

    def validate_second(self, field: Text) -> None:
        """Ask for the second fact in its own shape."""
        self._spelled(field, self.facts.second)

    def _spelled(self, field: Text, fact: Fact) -> None:
        if not field.data:
            self.refuse(_("Enter this: %(fact)s", fact=fact.words), field)
            return
        try:
            canonical(fact.kind, field.data)
        except FactRefused as refusal:
            self.refuse(_(str(refusal)), field)


class ReceiptForm(Form):
    """A receipt, to be looked for in the ballot box."""

    receipt = Text(_l("Your receipt"), [Needed(_l("Enter your receipt"))], most=60)
