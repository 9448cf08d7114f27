"""Counting at the door of a hall."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.budgeting.models import PaperBatch
from engage.web.fields import Choices, Needed, Whole
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


class HallStationsForm(Form):
    """Which of the round's stations stand in the hall."""

    stations = Choices(_l("Which stations stand in this hall?"))

    def __init__(self, batches: Sequence[PaperBatch], **kw: Any) -> None:
        super().__init__(data={"stations": [str(b.id) for b in batches if b.in_hall]}, **kw)
        self.stations.choices = [(str(batch.id), batch.station) for batch in batches]

    @property
    def ids(self) -> list[int]:
        """The stations that were chosen."""
        return [int(chosen) for chosen in self.stations.data or ()]
