"""What an officer is asked before evidence is published, and for the 1% statement."""

from typing import Any

from flask_babel import lazy_gettext as _l

from engage.web.fields import Needed, Pounds, Text
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
