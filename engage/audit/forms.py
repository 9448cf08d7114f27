"""What the trail may be searched by."""

from typing import Any

from flask_babel import lazy_gettext as _l

from engage.web.fields import Day, Dropdown, Text
from engage.web.forms import Form


class TrailForm(Form):
    """A filter in the address: what happened, to what, on which day. It changes nothing."""

    class Meta(Form.Meta):
        csrf = False

    action = Dropdown(_l("What happened"))
    object = Text(_l("To what, like round:12"), most=120)
    day = Day(_l("On which day"))

    def __init__(self, *args: Any, actions: Any = (), **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.action.choices = [("", _l("Anything")), *((a, a) for a in actions)]
