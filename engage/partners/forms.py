"""What an officer says about the partnership and its partners."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.partners.rules import (
    GIVEN,
    KINDS,
    MOST_LOGO_BYTES,
    UNITS,
    ColourRefused,
    LogoRefused,
    read_colour,
    read_days,
    read_logo,
)
from engage.web.fields import (
    Agreement,
    Choice,
    Dropdown,
    Email,
    LongText,
    Needed,
    Pounds,
    Text,
    Upload,
    Whole,
)
from engage.web.forms import Form


class PartnershipForm(Form):
    """Whose site this is. ``councils`` are pairs of code and name."""

    name = Text(
        _l("Name of the partnership"), [Needed(_l("Enter the name of the partnership"))], most=100
    )
    council_code = Dropdown(_l("Council area"))
    colour = Text(_l("Colour"), [Needed(_l("Enter a colour, like #0065bd"))], most=20)
    logo = Upload(_l("Logo"))
    drop_logo = Agreement(_l("Take the logo off the site"))
    contact_email = Email(_l("Email address for questions"), most=254)
    screening_binds = Agreement(
        _l("We are a public authority: publish no fund or plan that was not screened for impacts")
    )
    contact_phone = Text(_l("Phone number for questions"), most=40)

    #: What was judged: the colour as “#rrggbb”, the logo's bytes (None where none was sent).
    chosen_colour: str = ""
    logo_png: bytes | None = None

    def __init__(self, *args: Any, councils: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.council_code.choices = [("", _l("Choose a council area")), *councils]

    def validate_colour(self, field: Any) -> None:
        """Refuse a colour on which white text is hard to read."""
        if field.data:
            try:
                self.chosen_colour = read_colour(field.data)
            except ColourRefused as refusal:
                raise ValidationError(str(refusal)) from refusal

    def validate_logo(self, field: Any) -> None:
        """Refuse what is not a small PNG file."""
        if field.data is not None:
            try:
                self.logo_png = read_logo(field.data.stream.read(MOST_LOGO_BYTES + 1))
            except LogoRefused as refusal:
                raise ValidationError(str(refusal)) from refusal


class PartnerForm(Form):
    """One more partner."""

    name = Text(_l("Name of the partner"), [Needed(_l("Enter the name of the partner"))], most=100)
    kind = Dropdown(
        _l("Kind of partner"),
        [Needed(_l("Choose the kind of partner"))],
        choices=[("", _l("Choose a kind")), *((code, _l(words)) for code, words in KINDS.items())],
    )
    is_statutory = Choice(
        _l("Does the law name it as a partner?"),
        [Needed(_l("Choose whether the law names it as a partner"))],
        choices=[
            ("yes", _l("Yes, in Schedule 1 of the Act")),
            ("no", _l("No, it joined by agreement")),
        ],
    )


class WorkingDaysForm(Form):
    """Within how many working days we tell reasons, and when the council is closed besides."""

    reason_days = Whole(
        _l("Within how many working days do groups read our reasons?"),
        [Needed(_l("Enter a number of working days"))],
        least=1,
        most=100,
    )
    holidays = LongText(_l("Local holidays"), most=2000, rows=6)

    #: What was judged.
    days: list[date] = []

    def validate_holidays(self, field: Any) -> None:
        """Refuse a line that holds no date, and say which."""
        try:
            self.days = read_days(field.data or "")
        except ValueError as error:
            line = str(error)[:40]
            raise ValidationError(
                str(
                    _l(
                        "Write one date on each line, like 5 October 2026. Look at: %(line)s",
                        line=line,
                    )
                )
            ) from error


class ContributionForm(Form):
    """What a partner gave in a year. ``partners`` are pairs of id (as text) and name."""

    partner = Dropdown(_l("Partner"), [Needed(_l("Choose the partner"))])
    kind = Choice(
        _l("What did it give?"),
        [Needed(_l("Choose what it gave"))],
        choices=[(kind, _l(words)) for kind, words in GIVEN.items()],
    )
    amount = Whole(_l("How much or how many?"), [Needed(_l("Enter how much"))], least=1)
    unit = Dropdown(
        _l("Counted in"),
        [Needed(_l("Choose what it is counted in"))],
        choices=[("", _l("Choose one")), *((unit, _l(words)) for unit, words in UNITS.items())],
    )
    value = Pounds(_l("What is it worth?"))
    purpose = LongText(
        _l("What was it for?"), [Needed(_l("Enter what it was for"))], most=500, rows=3
    )
    decision = Text(_l("Where did the partnership decide it?"), most=150)

    def __init__(self, *args: Any, partners: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.partner.choices = [("", _l("Choose a partner")), *partners]

    def validate_value(self, field: Any) -> None:
        """Ask what anything but money is worth."""
        if self.unit.data and self.unit.data != "pounds" and field.data is None:
            raise ValidationError(str(_l("Enter what it is worth, 0 if you do not know")))

    @property
    def value_pence(self) -> int:
        """What it is worth: money is worth what it is."""
        return (self.amount.data or 0) * 100 if self.unit.data == "pounds" else self.value.data or 0


class NilForm(Form):
    """That a partner gave nothing in a year, and why."""

    nil_partner = Dropdown(_l("Partner that gave nothing"), [Needed(_l("Choose the partner"))])
    nil_reason = LongText(
        _l("Why did it give nothing?"), [Needed(_l("Enter why it gave nothing"))], most=500, rows=3
    )

    def __init__(self, *args: Any, partners: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.nil_partner.choices = [("", _l("Choose a partner")), *partners]
