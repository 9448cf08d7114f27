"""Rows of what the money pays for, each with its amount: as many as are needed, without script."""

from typing import Any

from flask_babel import gettext as _
from wtforms import Field
from wtforms.utils import unset_value

from engage.budgeting.rules.proposing import MOST_ITEMS, CostItem
from engage.budgeting.rules.refusals import pounds
from engage.web.rules import clean_text, parse_pounds

#: How many rows stand there at first, and how many more the button adds.
ROWS = 4


class CostRows(Field):
    """Pairs of boxes; ``data`` are the rows that hold something, ``typed`` all as they were typed.

    The boxes are called NAME-what-0 and NAME-pounds-0, and so on.
    """

    parts = ("what-0",)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors = []
        self.data: tuple[CostItem, ...] = () if data is unset_value or data is None else data
        self.object_data = self.data
        self.typed = [(item.what, pounds(item.pence).removeprefix("£")) for item in self.data]
        if formdata is not None and f"{self.name}-what-0" in formdata:
            self.typed = self._read(formdata)
            self.raw_data = [cell for row in self.typed for cell in row if cell]
            rows = [self._item(n, *row) for n, row in enumerate(self.typed, 1) if any(row)]
            self.data = tuple(item for item in rows if item is not None)
        self.show(len([row for row in self.typed if any(row)]))

    def show(self, rows: int) -> None:
        """Have at least ``rows`` rows on the page, and one that is free."""
        wanted = min(max(ROWS, rows + 1), MOST_ITEMS)
        self.typed = [*self.typed, *[("", "")] * (wanted - len(self.typed))]

    def more(self) -> None:
        """Have some more rows on the page."""
        self.show(len(self.typed) + ROWS - 1)

    def _value(self) -> str:
        return "; ".join(f"{what}: £{amount}" for what, amount in self.typed if what or amount)

    def _read(self, formdata: Any) -> list[tuple[str, str]]:
        rows = []
        for n in range(MOST_ITEMS):
            if f"{self.name}-what-{n}" not in formdata:
                break
            cells = (formdata.get(f"{self.name}-{part}-{n}", "") for part in ("what", "pounds"))
            what, amount = (clean_text(cell) for cell in cells)
            rows.append((" ".join(what.split()), amount))
        return rows

    def _item(self, number: int, what: str, amount: str) -> CostItem | None:
        """Return a row that is whole; else note what it lacks."""
        if not what:
            self.process_errors.append(_("Row %(number)s: enter what it is for", number=number))
        elif len(what) > 100:
            self.process_errors.append(
                _("Row %(number)s: say it in 100 characters or fewer", number=number)
            )
        try:
            pence = parse_pounds(amount)
        except ValueError:
            pence = 0
        if not pence:
            self.process_errors.append(
                _("Row %(number)s: enter an amount in pounds, like 1,200", number=number)
            )
        return CostItem(what, pence) if what and pence else None
