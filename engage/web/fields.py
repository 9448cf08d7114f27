"""Fields that keep what was typed, clean it, and speak plainly about what is wrong."""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField, TextAreaField, ValidationError
from wtforms import fields as wtf
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from engage.web.filters import exact_time
from engage.web.pictures import MOST_BYTES, PictureRefused, read_picture
from engage.web.rules import (
    UK,
    clean_text,
    parse_date,
    parse_pounds,
    parse_time,
    split_email,
    uk_instant,
)


class Needed:
    """Refuse an empty answer, in words that say what to do (“Enter your name”)."""

    field_flags = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Field) -> None:
        if field.data is False or field.data in (None, "", [], b""):
            if field.errors:
                raise StopValidation()
            raise StopValidation(str(self.message))


class AtMost:
    """Refuse a text that is longer than ``most`` characters, and say by how many."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, form: Any, field: Field) -> None:
        over = len(field.data or "") - self.most
        if over > 0:
            raise ValidationError(
                str(
                    _l(
                        "“%(label)s” must be %(most)s characters or fewer. Remove %(over)s.",
                        label=field.label.text,
                        most=f"{self.most:,}",
                        over=f"{over:,}",
                    )
                )
            )


class Text(StringField):
    """One line of text, trimmed and composed. ``data`` is '' when nothing was typed."""

    def __init__(self, label: Any, validators: Sequence[Any] = (), most: int = 200, **kw: Any):
        super().__init__(label, [*validators, AtMost(most)], **kw)

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = " ".join(clean_text(valuelist[0]).split("\n"))


class LongText(TextAreaField):
    """Several lines of text. ``most`` is shown and counted down beside the box."""

    def __init__(
        self, label: Any, validators: Sequence[Any] = (), most: int = 5000, rows: int = 6, **kw: Any
    ):
        super().__init__(label, [*validators, AtMost(most)], **kw)
        self.most, self.rows = most, rows

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = clean_text(valuelist[0])


class Email(Text):
    """An e-mail address as it was typed; only its shape is judged."""

    input_type = "email"

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if self.data and not self.errors and split_email(self.data) is None:
            raise ValidationError(str(_l("Enter an email address, like name@example.org")))


class Password(wtf.PasswordField):
    """A password exactly as typed (NFC, never trimmed); it is never written back into a page."""

    def __init__(self, label: Any, validators: Sequence[Any] = (), most: int = 200, **kw: Any):
        super().__init__(label, [*validators, AtMost(most)], **kw)

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            text = "".join(c for c in valuelist[0] if not "\ud800" <= c <= "\udfff")
            self.data = unicodedata.normalize("NFC", text)


NOT_WHOLE = _l("Enter a whole number, like 10")


class Whole(StringField):
    """A whole number; ``data`` is an int, or None when the box is empty.

    ``wrong`` is said of anything else, for a box whose number is a year, say.
    """

    def __init__(
        self,
        label: Any,
        validators: Sequence[Any] = (),
        least: int = 0,
        most: int = 10**9,
        wrong: Any = NOT_WHOLE,
        **kw: Any,
    ):
        super().__init__(label, validators, **kw)
        self.least, self.most, self.wrong = least, most, wrong

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = clean_text(valuelist[0]).replace(",", "") if valuelist else ""
        if not text:
            return
        if not text.isascii() or not text.removeprefix("-").isdigit() or len(text) > 12:
            raise ValueError(str(self.wrong))
        value = int(text)
        if not self.least <= value <= self.most:
            raise ValueError(
                str(
                    _l(
                        "Enter a number from %(least)s to %(most)s",
                        least=f"{self.least:,}",
                        most=f"{self.most:,}",
                    )
                )
            )
        self.data = value


class Pounds(StringField):
    """An amount of money: typed in pounds, ``data`` in whole pence, None when empty.

    ``some``: £0 is no answer.
    """

    def __init__(
        self, label: Any, validators: Sequence[Any] = (), some: bool = False, **kw: Any
    ) -> None:
        super().__init__(label, validators, **kw)
        self.some = some

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        pounds, pence = divmod(self.data, 100)
        return f"{pounds:,}" if not pence else f"{pounds:,}.{pence:02d}"

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = clean_text(valuelist[0]) if valuelist else ""
        if text:
            try:
                self.data = parse_pounds(text)
            except ValueError as error:
                raise ValueError(
                    str(_l("Enter an amount in pounds, like 1,200 or 1200.50"))
                ) from error
            if self.some and not self.data:
                raise ValueError(str(_l("Enter an amount of more than £0")))


class _Boxes(Field):
    """A field of several named boxes that keeps each as it was typed."""

    parts: tuple[str, ...] = ()

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors = []
        self.data = self._default() if data is unset_value else data
        self.object_data = self.data
        self.typed = self._split(self.data)
        if formdata is not None and f"{self.name}-{self.parts[0]}" in formdata:
            self.typed = {p: clean_text(formdata.get(f"{self.name}-{p}", "")) for p in self.parts}
            self.raw_data = [v for v in self.typed.values() if v]
            try:
                self.data = self._join(self.typed) if self.raw_data else None
            except ValueError as error:
                self.data = None
                self.process_errors.append(str(error))

    def _default(self) -> Any:
        default = self.default
        return default() if isinstance(default, Callable) else default  # type: ignore[arg-type]

    def _split(self, value: Any) -> dict[str, str]:
        raise NotImplementedError

    def _join(self, typed: dict[str, str]) -> Any:
        raise NotImplementedError


class Day(_Boxes):
    """A date in three boxes (day, month, year); ``data`` is a date or None."""

    parts = ("day", "month", "year")

    def _split(self, value: date | None) -> dict[str, str]:
        if value is None:
            return dict.fromkeys(self.parts, "")
        return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}

    def _join(self, typed: dict[str, str]) -> date:
        try:
            return parse_date(typed["day"], typed["month"], typed["year"])
        except ValueError as error:
            raise ValueError(str(_l("Enter a real date, like 27 3 2026"))) from error


class Instant(_Boxes):
    """A date and a time of day in the UK; ``data`` is an aware instant in UTC, or None."""

    parts = ("day", "month", "year", "time")

    def _split(self, value: datetime | None) -> dict[str, str]:
        if value is None:
            return dict.fromkeys(self.parts, "")
        local = value.astimezone(UK)
        return {
            "day": str(local.day),
            "month": str(local.month),
            "year": str(local.year),
            "time": exact_time(value),
        }

    def _join(self, typed: dict[str, str]) -> datetime:
        try:
            day = parse_date(typed["day"], typed["month"], typed["year"])
        except ValueError as error:
            raise ValueError(str(_l("Enter a real date, like 27 3 2026"))) from error
        try:
            at: time = parse_time(typed["time"])
        except ValueError as error:
            raise ValueError(str(_l("Enter a time, like 9am or 11:59pm"))) from error
        try:
            return uk_instant(day, at)
        except ValueError as error:
            raise ValueError(
                str(_l("The clocks change at that time. Choose another time"))
            ) from error


class Choice(wtf.RadioField):
    """One of a few choices, as radio buttons. Nothing chosen is None.

    ``choices`` are pairs of value and words, here and in the two fields below. They are set after
    WTForms has made the field, because its own constructor warns of pairs.
    """

    def __init__(
        self, label: Any, validators: Sequence[Any] = (), choices: Sequence[Any] = (), **kw: Any
    ):
        kw.setdefault("coerce", lambda value: value)
        super().__init__(label, validators, **kw)
        self.choices = list(choices)

    def pre_validate(self, form: Any) -> None:
        if self.data not in (None, "") and not _is_choice(self, self.data):
            raise ValidationError(str(_l("Choose one of the answers")))


class Dropdown(wtf.SelectField):
    """One of many choices, as a drop-down list."""

    def __init__(
        self, label: Any, validators: Sequence[Any] = (), choices: Sequence[Any] = (), **kw: Any
    ):
        super().__init__(label, validators, **kw)
        self.choices = list(choices)

    def pre_validate(self, form: Any) -> None:
        if self.data not in (None, "") and not _is_choice(self, self.data):
            raise ValidationError(str(_l("Choose one from the list")))


class Choices(wtf.SelectMultipleField):
    """Any number of choices, as checkboxes; ``data`` is a list, empty when nothing is chosen."""

    def __init__(
        self, label: Any, validators: Sequence[Any] = (), choices: Sequence[Any] = (), **kw: Any
    ):
        super().__init__(label, validators, **kw)
        self.choices = list(choices)

    def pre_validate(self, form: Any) -> None:
        if not all(_is_choice(self, value) for value in self.data or []):
            raise ValidationError(str(_l("Choose from the list")))


def _is_choice(field: Any, value: Any) -> bool:
    return any(value == choice[0] for choice in field.choices or ())


class Agreement(wtf.BooleanField):
    """One checkbox; ``data`` is True when it is ticked."""


class Upload(wtf.FileField):
    """One file; ``data`` is a werkzeug FileStorage, or None when none was sent."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        sent = [v for v in valuelist if getattr(v, "filename", "")]
        self.data = sent[0] if sent else None


class Photograph(Upload):
    """One photograph; ``data`` is a ``pictures.Pair``, made anew in two sizes, None when none came.

    Its form is sent as multipart (``start(form, upload=true)``) and has an ``AltText`` beside it.
    """

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        sent, self.data = self.data, None
        if sent is not None:
            try:
                self.data = read_picture(sent.stream.read(MOST_BYTES + 1))
            except PictureRefused as refusal:
                raise ValueError(gettext(str(refusal))) from refusal


class AltText(Text):
    """What is seen on the photograph of the field ``of``: needed where there is one, or must be."""

    def __init__(
        self, label: Any, validators: Sequence[Any] = (), of: str = "photograph", **kw: Any
    ):
        super().__init__(label, validators, most=250, **kw)
        self.of = of

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        photograph = form[self.of]
        is_due = photograph.data is not None or photograph.errors or photograph.flags.required
        if is_due and not self.data:
            raise ValidationError(str(_l("Describe the photograph for people who cannot see it")))
