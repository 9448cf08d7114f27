"""What an officer says about the partnership and its partners."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.partners.rules import (
    KINDS,
    MOST_LOGO_BYTES,
    ColourRefused,
    LogoRefused,
    read_colour,
    read_logo,
)
from engage.web.fields import Agreement, Choice, Dropdown, Email, Needed, Text, Upload
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
