"""What somebody who votes is asked besides their choices: a code or an address, where they live."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.budgeting.rules.codes import MOST_CODES
from engage.web.fields import Agreement, Email, Needed, Text, Whole
from engage.web.forms import Form


class CodeForm(Form):
    """The one box for a voting code."""

    code = Text(_l("Your voting code"), [Needed(_l("Enter your voting code"))], most=60)


class _EligibleForm(Form):
    """Where somebody lives, and that they may vote; ``min_age`` 0 asks for no age."""

    postcode = Text(
        _l("Your postcode"), [Needed(_l("Enter your postcode, like AB10 1AB"))], most=12
    )
    may_vote = Agreement("")

    def __init__(self, *args: Any, min_age: int = 0, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.may_vote.label.text = (
            _("I am %(age)s or older, and I may vote here", age=min_age)
            if min_age
            else _("I may vote here")
        )

    def validate_may_vote(self, field: Agreement) -> None:
        """Ask for the tick: nobody votes without having said that they may."""
        if not field.data:
            self.refuse(_("Confirm that you may vote"), field)


class PlaceForm(_EligibleForm):
    """Asked once of somebody whose code is used for the first time; ``proof`` says which code."""

    proof = HiddenField()


class EmailForm(_EligibleForm):
    """How somebody without a code asks for a link."""

    asked_first = ("email",)

    email = Email(
        _l("Your email address"),
        [Needed(_l("Enter your email address, like name@example.org"))],
        most=254,
    )


class ReceiptForm(Form):
    """A receipt, to be looked for in the ballot box."""

    receipt = Text(_l("Your receipt"), [Needed(_l("Enter your receipt"))], most=60)


class CodesForm(Form):
    """How many codes an officer needs."""

    number = Whole(
        _l("How many codes do you need?"),
        [Needed(_l("Enter how many codes you need"))],
        least=1,
        most=MOST_CODES,
    )
