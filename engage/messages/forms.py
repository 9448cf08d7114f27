"""What a reader is asked about what it hears, and how."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.messages.rules import FORMS, TOPICS, WAYS, Wish
from engage.web.fields import Choice, Choices, LongText, Text
from engage.web.forms import Form

#: A number that can be phoned has so many digits at the least.
FEWEST_DIGITS = 6


class HearingForm(Form):
    """Topics, way, form and language.

    ``kept`` is what is known of a reader whose address this page must not show: what it leaves
    empty stays as it is.
    """

    topics = Choices(
        _l("What do you want to hear about?"),
        choices=[(code, _l(words)) for code, words in TOPICS.items()],
    )
    way = Choice(
        _l("How do you want to hear from us?"),
        choices=[(code, _l(words)) for code, words in WAYS.items()],
        default="email",
    )
    postal = LongText(_l("Postal address"), most=250, rows=4)
    phone = Text(_l("Phone number"), most=40)
    form = Choice(
        _l("In which form?"),
        choices=[(code, _l(words)) for code, words in FORMS.items()],
        default="plain",
    )
    language = Text(_l("In another language than English? Which one?"), most=40)

    def __init__(self, *args: Any, kept: Wish | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = kept or Wish()

    def validate_postal(self, field: Any) -> None:
        """Ask for the address of who wants letters."""
        if self.way.data == "post" and not (field.data or self.kept.postal):
            raise ValidationError(str(_l("Enter the address for our letters")))

    def validate_phone(self, field: Any) -> None:
        """Ask for the number of who wants calls."""
        if self.way.data == "phone" and not (field.data or self.kept.phone):
            raise ValidationError(str(_l("Enter the number that we should phone")))
        if field.data and sum(letter.isdigit() for letter in field.data) < FEWEST_DIGITS:
            raise ValidationError(str(_l("Enter a phone number, like 01632 960 001")))

    def wish(self) -> Wish:
        """Return what was chosen."""
        language = self.language.data or ""
        return Wish(
            way=self.way.data or "email",
            form=self.form.data or "plain",
            language="" if language.casefold() == "english" else language,
            postal=self.postal.data or self.kept.postal,
            phone=self.phone.data or self.kept.phone,
            unwanted=frozenset(TOPICS) - frozenset(self.topics.data or ()),
        )


def as_chosen(wish: Wish) -> dict[str, Any]:
    """Return what the form shows of a wish."""
    return {
        "topics": [topic for topic in TOPICS if topic not in wish.unwanted],
        "way": wish.way,
        "postal": wish.postal,
        "phone": wish.phone,
        "form": wish.form,
        "language": wish.language,
    }
