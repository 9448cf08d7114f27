"""The form that every page's form grows from: protected, and never losing what was typed."""

from collections import Counter
from functools import cached_property
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField
from wtforms.csrf.core import CSRFTokenField


class _Token(CSRFTokenField):
    """The token against forgery, signed when a page shows it: a form that is only judged, as a
    vote is, needs none."""

    def process(self, *args: Any, **kw: Any) -> None:
        HiddenField.process(self, *args, **kw)

    @cached_property
    def current_token(self) -> str:
        """The token that goes with the form; a page of many buttons asks for it at each."""
        return str(self.csrf_impl.generate_csrf_token(self))


class _Protection(FlaskForm.Meta.csrf_class):  # type: ignore[misc, name-defined]
    field_class = _Token


class Form(FlaskForm):
    """A form with a CSRF token, whose errors can be listed in the order of its fields."""

    class Meta:
        locales = False  # every message is our own; WTForms has none in Gaelic
        csrf_class = _Protection

    #: Names of the fields that the page asks first, where its order isn't that of the classes.
    asked_first: tuple[str, ...] = ()

    @property
    def expired(self) -> bool:
        """True when the form's token was missing or of another session."""
        return bool(getattr(self, "csrf_token", None) and self.csrf_token.errors)

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """Pairs of anchor and message for the error summary, in the order of the page.

        A fault that several fields have, or that any field of its kind could have, names its
        field, so that nobody must guess.
        """
        listed = [("", str(message)) for message in self.form_errors]
        if self.expired:
            listed.append(("", str(EXPIRED)))
        faults = [(field, message) for field in self._as_asked() for message in _messages(field)]
        same = Counter(message for _field, message in faults)
        for field, message in faults:
            general = same[message] > 1 or message in map(str, field.process_errors)
            named = _named(field, message) if general else message
            listed.append((anchor(field), named))
        return listed

    def _as_asked(self) -> list[Field]:
        first = [self[name] for name in self.asked_first]
        return first + [f for f in self if f not in first and f.name != "csrf_token"]

    def refuse(self, message: Any, field: Field | None = None) -> None:
        """Put ``message`` on ``field``, or at the head of the form where it concerns all of it.

        A refusal's words stand in rules, which know no language: they are translated here.
        """
        if isinstance(message, Exception):
            message = gettext(str(message))
        if field is None:
            self.form_errors = [*self.form_errors, str(message)]
        else:
            field.errors = [*field.errors, str(message)]


class ActionForm(Form):
    """A form that is only a button: the token proves that the person meant it."""


EXPIRED = _l("This page was open too long. Check your answers, then send them again.")


def anchor(field: Field) -> str:
    """Return the id of the first control of ``field``, for the link in the error summary."""
    if hasattr(field, "parts"):
        return f"{field.id}-{field.parts[0]}"
    if field.type in ("Choice", "Choices", "RadioField"):
        return f"{field.id}-0"
    return str(field.id)


def _named(field: Field, message: str) -> str:
    """Put the question before a message: “Smallest award: Enter an amount in pounds”."""
    label = str(field.label.text)
    return f"{label} {message}" if label.endswith("?") else f"{label}: {message}"


def _messages(field: Field) -> list[str]:
    """Flatten the errors of a field; those of a FieldList or FormField stand on its parts."""
    flat: list[str] = []
    for error in field.errors:
        if isinstance(error, (list, tuple)):
            flat += [str(e) for e in error]
        elif isinstance(error, dict):
            flat += [str(e) for errors in error.values() for e in errors]
        else:
            flat.append(str(error))
    return flat
