"""Money that people decided: the 1% statement (R77), and pounds for each head by fifth (R30).

The base of the 1% is what a council spends net, met other than from council tax (framework of
COSLA and the Scottish Government, 2017). Revenue and capital both count; only sums that people
decided by vote do, and nothing on which they were merely asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from engage.web.rules import N_

RULE = "money decided by vote 1"
FIFTHS = (1, 2, 3, 4, 5)

#: Why the sums of a round don't count towards the 1%.
NOT_A_COUNCIL = N_("A group or another partner ran it, not the council")
NOT_DECIDED = N_("People were asked, and others decided")


@dataclass(frozen=True)
class Award:
    """What one declared round gave to projects of one place, in whole pence.

    ``people`` are the residents of that place by fifth; None: the whole area, or a place where
    nobody is known to live.
    """

    pence: int
    people: Mapping[int, int] | None


@dataclass(frozen=True)
class RoundMoney:
    """What one declared round decided. ``why_not`` is '' where it counts towards the 1%."""

    title: str
    slug: str
    pence: int
    money_kind: str
    money_source: str
    why_not: str
    awards: Sequence[Award]


@dataclass(frozen=True)
class Base:
    """What the 1% is of: whole pence, and where that figure stands."""

    pence: int
    source: str


def why_not_counted(level: str, lead_kind: str | None) -> str:
    """Return why a round's sums don't count towards the council's 1%; '' where they do.

    ``lead_kind`` is the kind of the partner that ran it, None for a group that is none.
    """
    if lead_kind != "council":
        return NOT_A_COUNCIL
    return "" if level == "empower" else NOT_DECIDED


def apportioned(pence: int, people: Mapping[int, int]) -> dict[int, int]:
    """Split whole pence over the fifths by the people who live there, and lose none.

    What a division leaves over goes, a penny each, to the largest remainders, the more deprived
    fifth first among equals.

    >>> apportioned(100, {1: 1, 2: 1, 3: 1})
    {1: 34, 2: 33, 3: 33, 4: 0, 5: 0}
    """
    everybody = sum(people.values())
    shares = {fifth: Fraction(pence * people.get(fifth, 0), everybody) for fifth in FIFTHS}
    parts = {fifth: int(share) for fifth, share in shares.items()}
    left = pence - sum(parts.values())
    by_remainder = sorted(FIFTHS, key=lambda fifth: (parts[fifth] - shares[fifth], fifth))
    for fifth in by_remainder[:left]:
        parts[fifth] += 1
    return parts


def shown_money(
    rounds: Sequence[RoundMoney], base: Base | None, residents: Mapping[int, int], owes: bool
) -> dict[str, Any]:
    """Return the money of a year as plain values, for a page, a file or publication.

    ``residents`` are the people of the whole area by fifth; ``owes`` says that a council is among
    the partners, which alone reports on the 1%. An award for a place counts for the fifths in
    which its people live; one for the whole area stands apart and is never dropped. A percentage
    is rounded to hundredths, pounds for each head to whole pence.
    """
    counted = [r for r in rounds if not r.why_not]
    by_fifth = dict.fromkeys(FIFTHS, 0)
    area_wide = 0
    for award in (award for r in rounds for award in r.awards):
        if not award.people or not sum(award.people.values()):
            area_wide += award.pence
            continue
        for fifth, pence in apportioned(award.pence, award.people).items():
            by_fifth[fifth] += pence
    sums = {
        kind: sum(r.pence for r in counted if r.money_kind == kind)
        for kind in ("revenue", "capital")
    }
    total = sum(sums.values())
    percent = round(float(Fraction(100 * total, base.pence)), 2) if base else None
    return {
        "rounds": [
            {
                "title": r.title,
                "slug": r.slug,
                "pence": r.pence,
                "kind": r.money_kind,
                "source": r.money_source,
                "why_not": r.why_not,
            }
            for r in rounds
        ],
        "statement": {
            **sums,
            "total": total,
            "mainstream": sum(r.pence for r in counted if r.money_source == "mainstream"),
            "base": base.pence if base else None,
            "base_source": base.source if base else "",
            "percent": percent,
        }
        if owes
        else None,
        "fifths": [
            {
                "quintile": fifth,
                "residents": residents.get(fifth, 0),
                "pence": by_fifth[fifth],
                "pence_each": round(Fraction(by_fifth[fifth], residents[fifth]))
                if residents.get(fifth)
                else None,
            }
            for fifth in FIFTHS
        ],
        "area_wide": area_wide,
    }
