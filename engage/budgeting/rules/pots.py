"""The parts of a fund, each with money of its own: for a locality, for a theme, or for both."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from engage.budgeting.rules.refusals import pounds
from engage.web.rules import N_

#: A fund has no parts, or so many.
FEWEST_POTS, MOST_POTS = 2, 20


class EachVoter(StrEnum):
    """In how many parts one person votes: in every one, or in one that they pick."""

    ALL = "all"
    ONE = "one"


@dataclass(frozen=True)
class PotRule:
    """One part of a fund. It is for a locality, for what ``theme`` names, or for both.

    ``number`` is what proposals and the ballot paper know it by; a part that was taken out
    before the fund was public leaves a gap.
    """

    number: int
    name: str
    pence: int
    locality_id: int | None = None
    theme: str = ""


def plain_pot(pot: PotRule) -> dict[str, Any]:
    """Return a part as plain values, as it is hashed and published; what is not said is left out.

    >>> plain_pot(PotRule(1, "Northport", 100, theme="Play"))
    {'number': 1, 'name': 'Northport', 'pence': 100, 'theme': 'Play'}
    """
    return {name: value for name, value in asdict(pot).items() if value not in (None, "")}


def read_pots(plain: Sequence[Mapping[str, Any]]) -> tuple[PotRule, ...]:
    """Return what ``plain_pot`` made of each part. Raises TypeError or ValueError for all else."""
    pots = tuple(PotRule(**held) for held in plain)
    kinds = {"number": int, "name": str, "pence": int, "theme": str}
    for pot in pots:
        if any(type(getattr(pot, name)) is not kind for name, kind in kinds.items()):
            raise TypeError(pot)
        if pot.locality_id is not None and type(pot.locality_id) is not int:
            raise TypeError(pot)
    if len({pot.number for pot in pots}) < len(pots):
        raise ValueError(pots)
    return pots


def as_pots(pots: Sequence[PotRule | Mapping[str, Any]]) -> tuple[PotRule, ...]:
    """Return parts in the order of their numbers, also where each came as a mapping."""
    names = {field.name for field in fields(PotRule)}
    values = (
        pot if isinstance(pot, PotRule) else PotRule(**{n: pot[n] for n in names if n in pot})
        for pot in pots
    )
    return tuple(sorted(values, key=lambda pot: pot.number))


def pot_fault(pots: Sequence[PotRule], each_voter: str, pot_pence: int) -> str:
    """Return why the parts of a fund don't fit together, or ''."""
    if not pots:
        return N_("Enter the parts of the fund") if each_voter else ""
    together = sum(pot.pence for pot in pots)
    checks = (
        (len(pots) < FEWEST_POTS, N_("Enter two parts or more, or leave all of them empty")),
        (len(pots) > MOST_POTS, f"Enter {MOST_POTS} parts or fewer"),
        (
            len({pot.number for pot in pots}) < len(pots)
            or not all(1 <= pot.number <= MOST_POTS for pot in pots),
            N_("Number the parts of the fund from 1 on"),
        ),
        (any(not pot.name.strip() for pot in pots), N_("Give each part of the fund a name")),
        (
            len({pot.name.strip().casefold() for pot in pots}) < len(pots),
            N_("Give each part of the fund a name of its own"),
        ),
        (any(pot.pence <= 0 for pot in pots), N_("Give each part of the fund more than £0")),
        (
            any(pot.locality_id is None and not pot.theme.strip() for pot in pots),
            N_("Say what each part of the fund is for: a place, a theme or both"),
        ),
        (
            together != pot_pence,
            f"Make the parts add up to the fund of {pounds(pot_pence)}: they add up to "
            f"{pounds(together)}",
        ),
        (
            each_voter not in {way.value for way in EachVoter},
            N_("Choose in how many parts of the fund one person votes"),
        ),
    )
    return next((words for wrong, words in checks if wrong), "")


def pot_numbered(pots: Sequence[PotRule], number: int | None) -> PotRule | None:
    """Return the part with this number; None where there is none."""
    return next((pot for pot in pots if pot.number == number), None)
