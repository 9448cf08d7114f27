"""Who voted in a declared round, by age and by locality: never so few that it tells of somebody."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from engage.budgeting.models import Round
from engage.disclosure.rules import Cell, hold_back_linked
from engage.engagements.models import ParticipationFact
from engage.extensions import db
from engage.partners.queries import partnership
from engage.places.queries import localities_by_zone
from engage.places.rules import bands_from

#: Where those are counted who gave no age, and who live in no locality that is known.
UNKNOWN = ""
#: With fewer voters nothing is told but how many they are.
LEAST = 10


@dataclass(frozen=True)
class Turnout:
    """How many voted of each age and in each locality; one of the two may be empty.

    ``ages`` are by the ends of each band, None for those who did not say; ``localities`` by name,
    '' for all others.
    """

    ages: Sequence[tuple[tuple[int, int | None] | None, Cell]] = ()
    localities: Sequence[tuple[str, Cell]] = ()


def turnout_of(round_: Round) -> Turnout:
    """Return the turnout of a round by the last batch of its voters, small numbers held back.

    Ages and localities are of the same people, so what both give away is held back together.
    Where that would take the number of voters itself, which stands on the same page, or where
    fewer than ten voted, nothing is told.
    """
    facts = db.session.execute(
        select(
            ParticipationFact.age_band, ParticipationFact.zone_code, ParticipationFact.people
        ).where(
            ParticipationFact.engagement_id == round_.engagement_id,
            ParticipationFact.act == "ballot",
        )
    ).all()
    by_zone = localities_by_zone(partnership().council_code)
    ages: Counter[str] = Counter()
    localities: Counter[str] = Counter()
    for age_band, zone_code, people in facts:
        ages[age_band or UNKNOWN] += people
        localities[by_zone.get(zone_code or "", UNKNOWN)] += people
    if ages.total() < LEAST:
        return Turnout()
    ends = bands_from(round_.min_age)
    bands = [*ends, UNKNOWN] if ages[UNKNOWN] < ages.total() and round_.min_age else []
    several = round_.engagement.locality_id is None and len(set(by_zone.values())) > 1
    is_known = several and localities[UNKNOWN] < localities.total()
    places = [*sorted(set(by_zone.values())), UNKNOWN] if is_known else []
    cells = _held_back(
        [("age", band, ages[band]) for band in bands],
        [("place", name, localities[name]) for name in places],
        ages.total(),
    )
    if not isinstance(cells["total"], int):
        return Turnout()
    return Turnout(
        ages=[(ends.get(band), cells["age", band]) for band in bands],
        localities=[(name, cells["place", name]) for name in places],
    )


def _held_back(
    ages: list[tuple[str, str, int]], places: list[tuple[str, str, int]], total: int
) -> dict[Hashable, Cell]:
    """Hold small numbers back in two lists that add up to the same total."""
    links: dict[Hashable, tuple[int, Hashable, Hashable]] = {}
    between = "both" if ages and places else "end" if ages else "start"
    for kind, key, people in ages:
        links[kind, key] = (people, "start", between)
    for kind, key, people in places:
        links[kind, key] = (people, between, "end")
    links["total"] = (total, "end" if links else "start", "start")
    return hold_back_linked(links, totals=("total",))
