"""The parts of a fund on a form: rows to enter them, without script, and one to choose from."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from wtforms import Field
from wtforms.utils import unset_value
from wtforms.validators import ValidationError

from engage.budgeting.models import Round
from engage.budgeting.rules.pots import MOST_POTS, PotRule
from engage.budgeting.rules.refusals import pounds
from engage.web.filters import money
from engage.web.rules import clean_text, parse_pounds

#: How many rows are free at least, and what stands in each.
FREE_ROWS = 2
CELLS = ("name", "pounds", "place", "theme")


class PotRows(Field):
    """Rows of boxes, one for each part; ``data`` holds those that say something.

    A row's place is the number of its part. The boxes are called NAME-name-1, NAME-pounds-1 and
    so on. ``places`` are pairs of id (as text) and name of the localities. Where a part is for no
    place and no theme is entered, its name is the theme.
    """

    parts = ("name-1",)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.places: Sequence[tuple[str, str]] = ()

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.data: tuple[PotRule, ...] = () if data is unset_value or data is None else tuple(data)
        self.object_data = self.data
        self.typed = {pot.number: _typed(pot) for pot in self.data}
        if formdata is not None and f"{self.name}-name-1" in formdata:
            self.typed = self._read(formdata)
            pots = [self._pot(number, row) for number, row in self.typed.items() if any(row)]
            self.data = tuple(pot for pot in pots if pot is not None)
        self.raw_data = [cell for row in self.typed.values() for cell in row if cell]
        wanted = min(max(self.typed, default=0) + FREE_ROWS, MOST_POTS)
        self.typed = {n: self.typed.get(n, ("", "", "", "")) for n in range(1, wanted + 1)}

    def _read(self, formdata: Any) -> dict[int, tuple[str, str, str, str]]:
        rows = {}
        for number in range(1, MOST_POTS + 1):
            cells = [formdata.get(f"{self.name}-{cell}-{number}", "") for cell in CELLS]
            name, amount, place, theme = (" ".join(clean_text(cell).split()) for cell in cells)
            if any((name, amount, place, theme)):
                rows[number] = (name, amount, place, theme)
        return rows

    def _pot(self, number: int, row: tuple[str, str, str, str]) -> PotRule | None:
        """Return a part that is whole; else note what it lacks."""
        name, amount, place, theme = row
        if not name:
            self.process_errors.append(_("Part %(number)s: enter its name", number=number))
        if len(name) > 100 or len(theme) > 100:
            words = _("Part %(number)s: say it in 100 characters or fewer", number=number)
            self.process_errors.append(words)
        try:
            pence = parse_pounds(amount)
        except ValueError:
            pence = 0
        if not pence:
            self.process_errors.append(
                _("Part %(number)s: enter an amount in pounds, like 1,200", number=number)
            )
        if self.process_errors:
            return None
        locality_id = int(place) if place.isascii() and place.isdigit() else None
        return PotRule(number, name, pence, locality_id, theme or (name if not place else ""))

    def pre_validate(self, form: Any) -> None:
        """Refuse a place that was not offered."""
        known = {id_ for id_, _name in self.places}
        strange = [n for n, row in self.typed.items() if row[2] and row[2] not in known]
        if strange:
            self.data = tuple(
                replace(pot, locality_id=None) if pot.number in strange else pot
                for pot in self.data
            )
            raise ValidationError(
                _("Part %(number)s: choose a place on the list", number=strange[0])
            )


def _typed(pot: PotRule) -> tuple[str, str, str, str]:
    theme = "" if pot.theme == pot.name else pot.theme
    amount = pounds(pot.pence).removeprefix("£")
    return pot.name, amount, str(pot.locality_id or ""), theme


def pot_choices(round_: Round) -> list[tuple[str, str]]:
    """Return number (as text) and words of each part of a round's fund, to be chosen from."""
    return [
        (str(pot.number), _("%(part)s (%(amount)s)", part=pot.name, amount=money(pot.pence)))
        for pot in round_.pots
    ]
