"""Counting at the door of a hall."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.web.fields import Needed, Whole
from engage.web.forms import Form


class CountForm(Form):
    """So many more people, or papers; with ``way`` “less” so many fewer, to mend a slip.

    ``what`` is counted, 'people' or 'papers': one page asks for both, each in a form of its own.
    """

    number = Whole(_l("How many?"), [Needed(_l("Enter how many"))], least=1, most=500, default=1)
    way = HiddenField()

    def __init__(self, what: str, **kw: Any) -> None:
        super().__init__(**kw)
        self.number.id = f"{what}-number"

    @property
    def change(self) -> int:
        """The change of the count."""
        number: int = self.number.data
        return -number if self.way.data == "less" else number
