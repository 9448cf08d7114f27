"""What people can take part in, and what was decided."""

from datetime import datetime, timedelta

from sqlalchemy import Select, case, func, or_, select

from engage.budgeting.models import Result, Round
from engage.clock import UK
from engage.consultations.models import Consultation
from engage.engagements.models import Engagement, PlaceStandardExercise
from engage.engagements.rules.calendar import bounds
from engage.extensions import db
from engage.home.rules import Decided, Opening, RoundDates, now_and_coming, round_span
from engage.influence.models import Finding, Influence
from engage.places.models import Locality
from engage.web.rules import day_of


def openings(at: datetime, locality_id: int | None = None) -> tuple[list[Opening], list[Opening]]:
    """Return what is open at ``at`` (closing soonest first) and what comes (opening soonest first).

    With a locality: what is for it or for the whole council area.
    """
    return now_and_coming(
        [
            *_consultations(at, locality_id),
            *_rounds(at, locality_id),
            *_place_standards(at, locality_id),
            *_events(at, locality_id),
        ],
        at,
    )


def recent_decisions(most: int = 4) -> list[Decided]:
    """Return the latest decisions, newest first: results of funds, and what we did with what
    people said."""
    found = [*_results(most), *_ledgers(most)]
    return sorted(found, key=lambda d: (d.on, d.title), reverse=True)[:most]


def _consultations(at: datetime, locality_id: int | None) -> list[Opening]:
    rows = db.session.execute(
        _for_area(
            select(Engagement, Locality.name)
            .join(Consultation, Consultation.engagement_id == Engagement.id)
            .outerjoin(Locality, Locality.id == Engagement.locality_id)
            .where(Consultation.stage == "open", Engagement.closes_at > at),
            locality_id,
        )
    )
    return [_opening("consultation", e, name, e.opens_at, e.closes_at) for e, name in rows]


def _rounds(at: datetime, locality_id: int | None) -> list[Opening]:
    rows = db.session.execute(
        _for_area(
            select(Round, Engagement, Locality.name)
            .join(Engagement, Engagement.id == Round.engagement_id)
            .outerjoin(Locality, Locality.id == Engagement.locality_id)
            .where(
                Round.stage.in_(("proposals", "screening", "voting")),
                Round.voting_closes_at > at,
                Round.is_imported.is_(False),
            ),
            locality_id,
        )
    )
    found = []
    for round_, engagement, name in rows:
        dates = RoundDates(
            round_.proposals_open_at,
            round_.proposals_close_at,
            round_.voting_opens_at,
            round_.voting_closes_at,
        )
        span = round_span(round_.stage, dates, at)
        if span is not None:
            found.append(_opening(span[0], engagement, name, span[1], span[2]))
    return found


def _place_standards(at: datetime, locality_id: int | None) -> list[Opening]:
    """The exercises that take answers, of engagements for everybody, by their days in the UK."""
    one, today = PlaceStandardExercise, day_of(at)
    query = (
        select(one.slug, one.title, one.about, one.place_name, one.opens_on, one.closes_on)
        .join(Engagement, Engagement.id == one.engagement_id)
        .where(one.stage == "open", one.closes_on >= today, Engagement.is_public)
    )
    if locality_id is not None:
        query = query.where(or_(one.locality_id.is_(None), one.locality_id == locality_id))
    found = []
    for slug, title, about, where, opens_on, closes_on in db.session.execute(query):
        opens, closes = bounds(opens_on, closes_on + timedelta(days=1))
        found.append(Opening("place", slug, title, about, where, opens, closes))
    return found


def _events(at: datetime, locality_id: int | None) -> list[Opening]:
    """Events for everybody that were opened and have not closed; one whose Place Standard takes
    answers, or soon will, stands there by that."""
    asks = select(PlaceStandardExercise.id).where(
        PlaceStandardExercise.engagement_id == Engagement.id,
        PlaceStandardExercise.stage == "open",
        PlaceStandardExercise.closes_on >= day_of(at),
    )
    rows = db.session.execute(
        _for_area(
            select(Engagement, Locality.name)
            .outerjoin(Locality, Locality.id == Engagement.locality_id)
            .where(
                Engagement.kind == "event",
                Engagement.is_public,
                Engagement.opened_at.is_not(None),
                Engagement.closed_at.is_(None),
                Engagement.closes_at > at,
                ~asks.exists(),
            ),
            locality_id,
        )
    )
    return [_opening("event", e, name, e.opens_at, e.closes_at) for e, name in rows]


def _for_area(statement: Select[*tuple[object, ...]], locality_id: int | None) -> Select:  # type: ignore[type-arg]
    if locality_id is None:
        return statement
    return statement.where(
        or_(Engagement.locality_id.is_(None), Engagement.locality_id == locality_id)
    )


def _opening(
    kind: str, engagement: Engagement, where: str | None, opens: datetime, closes: datetime
) -> Opening:
    return Opening(
        kind, engagement.slug, engagement.title, engagement.purpose, where or "", opens, closes
    )


def _results(most: int) -> list[Decided]:
    rows = db.session.execute(
        select(Result.declared_at, Engagement.slug, Engagement.title)
        .join(Round, Round.id == Result.round_id)
        .join(Engagement, Engagement.id == Round.engagement_id)
        .order_by(Result.declared_at.desc())
        .limit(most)
    )
    return [
        Decided("result", slug, title, declared.astimezone(UK).date())
        for declared, slug, title in rows
    ]


def _ledgers(most: int) -> list[Decided]:
    latest = func.max(Influence.decided_on)
    changed = func.count(case((Influence.effect == "changed", Finding.id)).distinct())
    rows = db.session.execute(
        select(
            Engagement.slug, Engagement.title, latest, func.count(Finding.id.distinct()), changed
        )
        .join(Finding, Finding.engagement_id == Engagement.id)
        .join(Influence, Influence.finding_id == Finding.id)
        .group_by(Engagement.id, Engagement.slug, Engagement.title)
        .order_by(latest.desc())
        .limit(most)
    )
    return [
        Decided("ledger", slug, title, on, findings, changed_count)
        for slug, title, on, findings, changed_count in rows
    ]
