"""What an officer is asked before evidence is published, and for the 1% statement."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from engage.evidence.rules.telling import KINDS, WANTED
from engage.web.fields import Choice, Day, Dropdown, Needed, Pounds, Text, Whole
from engage.web.forms import Form


class PublishForm(Form):
    """``correction`` says that an edition stands already: then the reason must be given."""

    reason = Text(_l("What did you correct, and why?"), most=300)

    def __init__(self, *args: Any, correction: bool, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if correction:
            self.reason.validators = [
                Needed(_l("Enter what you corrected, and why")),
                *self.reason.validators,
            ]
            self.reason.flags.required = True
        else:
            del self.reason


class BaseForm(Form):
    """What the 1% of a year is of."""

    pence = Pounds(
        _l("Net spending met other than from council tax"),
        [Needed(_l("Enter the sum in pounds"))],
    )
    source = Text(
        _l("Where does this figure stand?"), [Needed(_l("Enter where it stands"))], most=300
    )


class PublicationForm(Form):
    """One more way in which a year was told."""

    kind = Dropdown(
        _l("In which way?"),
        [Needed(_l("Choose the way"))],
        choices=[("", _l("Choose one")), *((kind, _l(words)) for kind, words in KINDS.items())],
    )
    title = Text(_l("Title"), [Needed(_l("Enter a title"))], most=150)
    format = Text(
        _l("Form"), [Needed(_l("Enter the form, like “web page” or “A4 sheet”"))], most=60
    )
    language = Text(_l("Language"), [Needed(_l("Enter the language"))], most=40, default="English")
    published_on = Day(_l("When?"), [Needed(_l("Enter the day"))])
    audience = Text(_l("For whom?"), [Needed(_l("Enter for whom it was"))], most=150)
    address = Text(_l("Where can people find it?"), most=300)
    reach = Whole(_l("How many people did it reach?"))

    def check_day(self, today: date) -> bool:
        """Refuse a day to come; True if it is fine."""
        if self.published_on.data and self.published_on.data > today:
            self.refuse(_l("Enter a day that is not in the future"), self.published_on)
        return not self.published_on.errors


class ReplyForm(Form):
    """What a reader thinks of how a year was told. Nothing about the reader is asked."""

    understood = Choice(
        _l("Did you understand it?"),
        [Needed(_l("Choose whether you understood it"))],
        choices=[("yes", _l("Yes")), ("no", _l("No"))],
    )
    useful = Choice(
        _l("Was it useful to you?"),
        [Needed(_l("Choose whether it was useful"))],
        choices=[("yes", _l("Yes")), ("no", _l("No"))],
    )
    wanted = Dropdown(
        _l("How would you like to be told next time?"),
        choices=[(way, _l(words)) for way, words in WANTED.items()],
    )
