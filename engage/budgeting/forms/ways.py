"""What officers are asked about the ways in: codes and their prints, lists, and help at a desk."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engage.budgeting.forms.voting import PlaceForm
from engage.budgeting.rules.codes import MOST_CODES
from engage.budgeting.rules.lists import Fact, FactKind, Facts
from engage.budgeting.rules.ways import Connection
from engage.web.fields import Choice, Day, Dropdown, Email, Needed, Text, Upload, Whole
from engage.web.forms import Form

KINDS = [
    (FactKind.NUMBER.value, _l("A number")),
    (FactKind.DATE.value, _l("A date")),
    (FactKind.POSTCODE.value, _l("A postcode")),
    (FactKind.TEXT.value, _l("Letters and numbers")),
]


class CodesForm(Form):
    """How many codes an officer needs."""

    number = Whole(
        _l("How many codes do you need?"),
        [Needed(_l("Enter how many codes you need"))],
        least=1,
        most=MOST_CODES,
    )


class PrintForm(Form):
    """In which shape the codes are handed over: they come once."""

    shape = Choice(
        _l("What do you need?"),
        [Needed(_l("Choose what you need"))],
        choices=[
            ("all", _l("All three files, in one ZIP file")),
            ("cards", _l("Cards to cut out, 8 on a page (PDF)")),
            ("letters", _l("Letters to fold, one on a page (PDF)")),
            ("csv", _l("A list of the codes, for a print shop or a mail merge (CSV)")),
        ],
        default="all",
    )


class ListForm(Form):
    """A list of people who may vote: what it asks for, and its file."""

    first_words = Text(
        _l("What is the first fact?"), [Needed(_l("Enter what the first fact is"))], most=60
    )
    first_kind = Dropdown(_l("Kind of the first fact"), choices=KINDS, default="number")
    second_words = Text(
        _l("What is the second fact?"), [Needed(_l("Enter what the second fact is"))], most=60
    )
    second_kind = Dropdown(_l("Kind of the second fact"), choices=KINDS, default="date")
    file = Upload(_l("The list (CSV)"), [Needed(_l("Choose the file with the list"))])

    def validate_second_words(self, field: Text) -> None:
        """Refuse one fact asked twice."""
        same = (field.data or "").casefold() == (self.first_words.data or "").casefold()
        if field.data and same:
            self.refuse(_("Ask for two different facts"), field)

    @property
    def facts(self) -> Facts:
        """What the list asks for."""
        return Facts(
            Fact(self.first_words.data or "", self.first_kind.data),
            Fact(self.second_words.data or "", self.second_kind.data),
        )


class TheirCodeForm(Form):
    """The voting code of somebody whom an officer helps."""

    code = Text(_l("Their voting code"), [Needed(_l("Enter their voting code"))], most=60)


class DeskForm(PlaceForm):
    """Who somebody is that an officer has checked; kept as keyed hashes only."""

    asked_first = ("name", "born", "email")

    name = Text(_l("Full name"), [Needed(_l("Enter their full name"))], most=100)
    born = Day(_l("Date of birth"), [Needed(_l("Enter their date of birth"))])
    email = Email(_l("Email address, if they have one"), most=254)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, knows_age=True, **kw)
        self.may_vote.label.text = _("I have checked who they are, and that they may vote here")
        if self._only == Connection.LIVE:
            self.postcode.label.text = _("Their postcode")
