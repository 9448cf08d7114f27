"""Gathering a reporting year's figures, and working published ones out again."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import case, func, select

from engage.audit.rules import canonical_json
from engage.bodies.models import CommunityBody
from engage.budgeting.models import Round
from engage.clock import UK
from engage.disclosure.rules import RULE as DISCLOSURE_RULE
from engage.engagements.models import Engagement, Invitation, ParticipationFact
from engage.engagements.queries.planning import facts_between
from engage.evidence.models import PublishedEvidence
from engage.evidence.queries.money import base_of, money_of, owes_a_statement
from engage.evidence.rules.figures import (
    AGES_RULE,
    ATTENDANCE_RULE,
    Measure,
    YearFigures,
    shown_figures,
)
from engage.evidence.rules.money import RULE as MONEY_RULE
from engage.evidence.rules.money import shown_money
from engage.evidence.rules.reach import FIFTHS
from engage.evidence.rules.reach import RULE as REACH_RULE
from engage.extensions import db
from engage.influence.queries import effect_counts
from engage.places.models import (
    DeprivationIndex,
    LocalityZone,
    PopulationEstimate,
    ZoneDeprivation,
    ZonePopulation,
)
from engage.places.queries import (
    quintile_rows,
    residents_by_age,
    zone_quintiles,
)
from engage.places.rules import AGE_CUTS, QuintileRow
from engage.web.years import ReportingYear, reporting_year


def years_with_facts(today: date) -> list[ReportingYear]:
    """Return the reporting years from the first participation fact to today's, newest first."""
    first = db.session.scalar(select(func.min(ParticipationFact.on_day))) or today
    years = [reporting_year(min(first, today))]
    while years[-1].last < today:
        years.append(years[-1].next())
    return years[::-1]


def year_figures(
    year: ReportingYear,
    until: date,
    index: DeprivationIndex,
    estimate: PopulationEstimate,
    council_code: str,
    *,
    with_money: bool = True,
    with_ages: bool = True,
    with_attendance: bool = True,
) -> YearFigures:
    """Count a reporting year from its first day to ``until`` (its last, or an earlier day).

    All counts are drawn from what is stored about those days, so the same call gives the same
    figures later: that is how published ones are worked out again (R83).
    """
    facts, fifth_of = facts_between(year.first, until), zone_quintiles(index)
    groups = [fact for fact in facts if fact.body_id is not None]
    by_group = {fact.body_id for fact in groups}
    rows_from = cache(partial(quintile_rows, council_code, index, estimate))
    areas = rows_from(0)
    return YearFigures(
        year=year.label,
        first=year.first.isoformat(),
        until=until.isoformat(),
        groups={
            **_register(_start_of(until + timedelta(days=1))),
            "asked": _groups_asked(year.first, until),
            "took_part": len(by_group),
        },
        group_responses=sum(1 for fact in groups if fact.act == "response"),
        proposals=(
            sum(f.people for f in facts if f.act == "proposal" and f.body_id is None),
            sum(1 for fact in groups if fact.act == "proposal"),
        ),
        measures=[
            _measure(act, facts, fifth_of, index, estimate, council_code, rows_from, with_ages)
            for act in ("ballot", "response", *(("attendance",) if with_attendance else ()))
        ],
        findings=_findings(year.first, until),
        coverage=(areas[0].population, sum(row.population for row in areas)),
        money=shown_money(
            money_of(year.first, until, index, estimate),
            base_of(year.first),
            {row.quintile: row.population for row in areas},
            owes_a_statement(),
        )
        if with_money
        else None,
    )


def _register(before: datetime) -> dict[str, int]:
    """Count the groups that stood on the register before that instant, by what they are of."""
    decided = func.coalesce(CommunityBody.decided_at, CommunityBody.proposed_at)
    speaks = func.sum(case((CommunityBody.represents_disadvantage, 1), else_=0))
    rows = db.session.execute(
        select(CommunityBody.basis, func.count(), speaks)
        .where(CommunityBody.stage == "registered", decided < before)
        .group_by(CommunityBody.basis)
    ).all()
    basis = {row[0]: row[1] for row in rows}
    return {
        "registered": sum(basis.values()),
        "place": basis.get("place", 0),
        "interest": basis.get("interest", 0),
        "both": basis.get("both", 0),
        "particular_regard": sum(int(row[2] or 0) for row in rows),
    }


def _groups_asked(first: date, last: date) -> int:
    return (
        db.session.scalar(
            select(func.count(Invitation.body_id.distinct())).where(
                Invitation.invited_at >= _start_of(first),
                Invitation.invited_at < _start_of(last + timedelta(days=1)),
            )
        )
        or 0
    )


def _findings(first: date, last: date) -> dict[str, int]:
    counts = effect_counts(first, last)
    return {**asdict(counts), "decided": counts.decided}


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UK)


# Reach -----------------------------------------------------------------------------------------


def _measure(
    act: str,
    facts: Sequence[Any],
    fifth_of: Mapping[str, int],
    index: DeprivationIndex,
    estimate: PopulationEstimate,
    council_code: str,
    rows_from: Callable[[int], list[QuintileRow]],
    with_ages: bool,
) -> Measure:
    """Count the people who did ``act`` by the fifth they live in, and who could have.

    Somebody who voted in two rounds counts in each: nothing links them, on purpose. Eligible are
    the residents of the areas that were asked, from the youngest voting age of the rounds; anybody
    of any age may answer a consultation or come to an event. Somebody who came to two is counted
    at each.
    """
    people = [fact for fact in facts if fact.act == act and fact.body_id is None]
    asked = {fact.engagement_id for fact in people}
    min_age = _min_age(asked) if act == "ballot" else 0
    zones = _zones_asked(asked)
    counted: Counter[int] = Counter()
    elsewhere: Counter[str] = Counter()
    aged: Counter[str] = Counter()
    for fact in people:
        fifth = fifth_of.get(fact.zone_code or "") if fact.place == "matched" else None
        if fifth is not None and (zones is None or fact.zone_code in zones):
            counted[fifth] += fact.people
            if fact.age_band is not None:
                aged[fact.age_band] += fact.people
        elif fact.place == "matched":
            elsewhere["unmatched" if fifth is None else "outside"] += fact.people
        else:
            elsewhere[fact.place] += fact.people
    return Measure(
        act=act,
        min_age=min_age,
        engagements=len(asked),
        eligible=_eligible(zones, index, estimate, rows_from, min_age),
        people=dict(counted),
        elsewhere=dict(elsewhere),
        ages=residents_by_age(zones, council_code, estimate, min_age)
        if with_ages and act == "ballot"
        else None,
        aged=dict(aged),
    )


def _min_age(engagement_ids: Collection[int]) -> int:
    """Return the youngest voting age of the rounds, as the nearest younger age that bands allow."""
    if not engagement_ids:
        return min(AGE_CUTS)
    youngest = db.session.scalar(
        select(func.min(Round.min_age)).where(Round.engagement_id.in_(engagement_ids))
    )
    return max(age for age in AGE_CUTS if age <= (youngest or 0))


def _zones_asked(engagement_ids: Collection[int]) -> set[str] | None:
    """Return the zones of the localities that were asked; None for the whole council area."""
    if not engagement_ids:
        return None
    localities = set(
        db.session.scalars(select(Engagement.locality_id).where(Engagement.id.in_(engagement_ids)))
    )
    if not localities or None in localities:
        return None
    zones = select(LocalityZone.zone_code).where(LocalityZone.locality_id.in_(localities))
    return set(db.session.scalars(zones))


def _eligible(
    zones: set[str] | None,
    index: DeprivationIndex,
    estimate: PopulationEstimate,
    rows_from: Callable[[int], list[QuintileRow]],
    min_age: int,
) -> dict[int, int]:
    if zones is None:
        return {row.quintile: row.eligible for row in rows_from(min_age)}
    found = db.session.execute(
        select(ZoneDeprivation.quintile, func.sum(ZonePopulation.people))
        .join(ZonePopulation, ZonePopulation.zone_code == ZoneDeprivation.zone_code)
        .where(
            ZoneDeprivation.index_id == index.id,
            ZonePopulation.estimate_id == estimate.id,
            ZonePopulation.age_from >= min_age,
            ZonePopulation.zone_code.in_(zones),
        )
        .group_by(ZoneDeprivation.quintile)
    )
    counted = {fifth: int(people) for fifth, people in found}
    return {fifth: counted.get(fifth, 0) for fifth in FIFTHS}


# What was published ------------------------------------------------------------------------------


def basis_of(
    index: DeprivationIndex, estimate: PopulationEstimate, council_code: str, threshold: int
) -> str:
    """Return, as canonical JSON, all that figures rest on: rules, index, estimate, area."""
    return canonical_json(
        {
            "reach": REACH_RULE,
            "money": MONEY_RULE,
            "ages": AGES_RULE,
            "attendance": ATTENDANCE_RULE,
            "disclosure": DISCLOSURE_RULE,
            "threshold": threshold,
            "index": index.label,
            "index_file": index.file_hash,
            "estimate": estimate.label,
            "estimate_file": estimate.file_hash,
            "council": council_code,
        }
    )


def published_years() -> list[PublishedEvidence]:
    """Return the latest edition of each published year, newest year first."""
    editions = db.session.scalars(
        select(PublishedEvidence).order_by(
            PublishedEvidence.year_start.desc(), PublishedEvidence.edition
        )
    )
    return list({published.year_start: published for published in editions}.values())


def editions_of(year: ReportingYear) -> list[PublishedEvidence]:
    """Return the published editions of a year, the latest first."""
    return list(
        db.session.scalars(
            select(PublishedEvidence)
            .where(PublishedEvidence.year_start == year.first)
            .order_by(PublishedEvidence.edition.desc())
        )
    )


def edition_of(year: ReportingYear, edition: int | None = None) -> PublishedEvidence | None:
    """Return one edition of a year's evidence; None for the latest."""
    found: Sequence[PublishedEvidence] = editions_of(year)
    if edition is None:
        return found[0] if found else None
    return next((published for published in found if published.edition == edition), None)


def worked_out_again(published: PublishedEvidence) -> str:
    """Return, as canonical JSON, what the figures of an edition come to today.

    They are drawn from the stored facts by the index, the estimate, the area, the days and the
    threshold that the edition names. They differ from ``published.figures`` where what is stored
    about those days was corrected since.
    """
    figures, basis = json.loads(published.figures), json.loads(published.basis)
    again = year_figures(
        ReportingYear(published.year_start),
        date.fromisoformat(figures["until"]),
        db.session.get_one(DeprivationIndex, published.index_id),
        db.session.get_one(PopulationEstimate, published.estimate_id),
        basis["council"],
        with_money="money" in basis,
        with_ages="ages" in basis,
        with_attendance="attendance" in basis,
    )
    return canonical_json(shown_figures(again, basis["threshold"]))
