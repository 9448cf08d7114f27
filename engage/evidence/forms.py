"""What an officer is asked before evidence is published."""

from typing import Any

from flask_babel import lazy_gettext as _l

from engage.web.fields import Needed, Text
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
