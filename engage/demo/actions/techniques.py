"""A chapter of the demo: where people met, how good their places are, what groups planned alone."""

from collections import Counter
from datetime import datetime, timedelta

from flask import current_app

from engage.bodies.models import CommunityBody
from engage.clock import UK
from engage.demo.rules import techniques as texts
from engage.demo.rules.area import COUNCIL_CODE
from engage.demo.rules.drawing import ALT, draw_seat
from engage.demo.rules.story import Story
from engage.engagements.actions.events import (
    add_photograph,
    count_attendance,
    plan_event,
    publish_notes,
    write_notes,
)
from engage.engagements.actions.opening import open_engagement
from engage.engagements.actions.place_standard import move_exercise, plan_exercise
from engage.engagements.actions.planning import plan_engagement
from engage.engagements.actions.standard_answers import answer_online, load_answers, read_comments
from engage.engagements.models import Engagement, EngagementEvent, PlaceStandardExercise
from engage.engagements.queries.place_standard import comments_of
from engage.engagements.rules.answer_files import FiledAnswer
from engage.engagements.rules.events import Attendance, EventFacts
from engage.engagements.rules.place_standard import Said
from engage.engagements.rules.standard_themes import AXES
from engage.extensions import db
from engage.influence.actions import record_finding, record_influence, tell_contributors
from engage.places.queries import find_places
from engage.plans.actions.community import send_plan
from engage.plans.models import CommunityPlan
from engage.plans.queries import priorities_of
from engage.plans.queries.drafts import plan_by_slug
from engage.plans.rules.community import PlanFacts, PlanFile
from engage.web.pictures import read_picture


def hold_evenings(story: Story, engagement: Engagement, first: datetime) -> None:
    """Hold an evening in each of four halls, a week apart, and count who came (R31)."""
    draw = story.draw("evenings")
    for number, (hall, (place, notes)) in enumerate(texts.EVENINGS.items()):
        starts = first + timedelta(days=7 * number, hours=9)
        event = plan_event(
            engagement.id,
            EventFacts(
                title=f"An evening in {hall}",
                method="meeting",
                starts_at=starts,
                ends_at=starts + timedelta(hours=2),
                place=place,
                locality_id=story.localities[hall],
                access=("no_steps", "toilet", "loop"),
                support=("travel", "childcare", "bsl", "language", "food"),
                ask_for_support=texts.ASK_FOR_SUPPORT,
            ),
            at=first - timedelta(days=20),
            by=story.officer,
        )
        zones = story.area.of(hall)
        postcodes = {_tidy(zone.postcodes[0]): draw.randint(1, 9) for zone in zones}
        _count(story, event, postcodes, unsaid=draw.randint(5, 9))
        _tell(story, event, notes)


def use_techniques(story: Story, consulted: Engagement) -> None:
    """Meet on the harbour, ask about places, and keep what groups planned on their own."""
    for told in texts.HARBOUR_EVENTS:
        _hold(story, consulted, told)
    places = [_ask(story, one) for one in (texts.BEFORE, texts.NOW, texts.KIRKTON, texts.GLEN)]
    plans = [_send(story, one) for one in texts.OWN_PLANS]
    _learn(story, places[1], plans[0])


def _hold(story: Story, engagement: Engagement, told: texts.Told) -> None:
    event = plan_event(
        engagement.id,
        EventFacts(
            title=told.title,
            method=told.method,
            starts_at=story.at(told.day, told.hours[0]),
            ends_at=story.at(told.day, told.hours[1]),
            place=told.place,
            locality_id=story.localities[told.locality],
            capacity=40,
            access=told.access,
            access_note=told.note,
            support=told.support,
            ask_for_support=texts.ASK_FOR_SUPPORT if told.support else "",
        ),
        at=story.at(-22),
        by=story.officer,
    )
    if told.came is None:
        return
    by_postcode, by_area, unsaid = told.came
    zones = story.area.of(told.locality)
    where = Counter(_tidy(zones[n % len(zones)].postcodes[0]) for n in range(by_postcode))
    areas = {story.localities["Kirkton"]: by_area}
    _count(story, event, where, areas, unsaid, told.groups)
    _tell(story, event, told.notes, told.rough)
    add_photograph(
        event,
        read_picture(draw_seat()),
        ALT,
        consent="nobody",
        consent_on=event.ends_at.astimezone(UK).date(),
        at=event.ends_at + timedelta(days=1),
        by=story.officer,
    )


def _count(
    story: Story,
    event: EngagementEvent,
    postcodes: dict[str, int],
    areas: dict[int, int] | None = None,
    unsaid: int = 0,
    groups: tuple[str, ...] = (),
) -> None:
    areas = areas or {}
    people = sum(postcodes.values()) + sum(areas.values()) + unsaid
    count_attendance(
        event,
        Attendance(people, postcodes, areas),
        find_places(postcodes, COUNCIL_CODE),
        [story.groups[name] for name in groups],
        at=event.ends_at + timedelta(hours=2),
        by=story.officer,
    )


def _tell(story: Story, event: EngagementEvent, notes: str, rough: str = "") -> None:
    write_notes(event, rough, notes)
    publish_notes(event, at=event.ends_at + timedelta(days=2), by=story.officer)


def _tidy(postcode: str) -> str:
    return postcode.replace(" ", "")


def _ask(story: Story, one: texts.Exercise) -> PlaceStandardExercise:
    """Ask about one place; all but the one that is open now are closed, read and published."""
    first, last = (story.at(day) for day in one.days)
    engagement = plan_engagement(
        "event",
        title=f"{one.title} A Place Standard",
        purpose=f"To hear how good {one.place} is, in 14 themes, from those who live there.",
        level="involve",
        open_to_change="What the plan for the place puts first.",
        fixed="This year's budget.",
        opens_at=first,
        closes_at=last + timedelta(days=1),
        locality_id=story.localities[one.place],
        at=first - timedelta(days=14),
        by=story.officer,
        methods="Place Standard, online, on paper and in groups.",
    )
    engagement.value_pence = 400_000
    open_engagement(engagement, at=first - timedelta(days=12), by=story.officer)
    exercise = plan_exercise(
        engagement.id,
        {
            "title": one.title,
            "about": "We compare what you say with what the plan puts first, and with what people "
            "say elsewhere and later.",
            "locality_id": story.localities[one.place],
            "place_name": one.place,
            "opens_on": first.astimezone(UK).date(),
            "closes_on": last.astimezone(UK).date(),
            "version": one.version,
        },
        at=first - timedelta(days=10),
        by=story.officer,
    )
    move_exercise(exercise, "open", at=first, by=story.officer)
    _answer(story, exercise, one, first)
    if last < story.now:
        after = last + timedelta(days=1)
        move_exercise(exercise, "closed", at=after, by=story.officer)
        _read(story, exercise, after)
        move_exercise(exercise, "published", at=after + timedelta(days=3), by=story.officer)
    return exercise


def _answer(
    story: Story, exercise: PlaceStandardExercise, one: texts.Exercise, first: datetime
) -> None:
    """Let people answer, most of them on paper that an officer loads, and groups."""
    draw = story.draw(one.title)
    kinds = [("individual", 1)] * one.people + [("group", people) for people in one.groups]
    answers = []
    for number, (kind, people) in enumerate(kinds):
        chosen = draw.sample(one.priorities, 2) if number % 3 else list(one.priorities)
        said = {}
        for axis, middle in zip(AXES, one.tends_to, strict=True):
            score = min(7, max(1, middle + draw.choice((-1, 0, 0, 1))))
            said[axis] = Said(
                score if draw.random() > 0.06 else None,
                one.good.get(axis, "") if number % 7 == 2 else "",
                one.better.get(axis, "") if number % 6 == 1 else "",
                axis in chosen,
            )
        answers.append(FiledAnswer(number + 2, kind, people, exercise.opens_on, said))
    online, filed = answers[:4], answers[4:]
    for answer in online:
        press = f"demo-{exercise.slug}-{answer.line}"[:64]
        answer_online(exercise, answer.kind, answer.people, answer.said, press=press, at=first)
    load_answers(exercise, filed, f"demo-{exercise.slug}", at=first, by=story.officer)


def _read(story: Story, exercise: PlaceStandardExercise, at: datetime) -> None:
    waiting = comments_of(exercise.id, "waiting")
    decisions = {
        (one.response_id, one.theme_id): "held"
        if one.better.startswith(texts.HELD_BACK)
        else "shown"
        for one in waiting
    }
    read_comments(exercise, waiting, decisions, at=at, by=story.officer)


def _send(story: Story, one: texts.OwnPlan) -> CommunityPlan:
    at = story.at(one.day)
    return send_plan(
        db.session.get_one(CommunityBody, story.groups[one.group]),
        PlanFacts(
            kind=one.kind,
            title=one.title,
            made_on=at.astimezone(UK).date(),
            method=one.method,
            summary=one.summary,
            link=one.link,
            locality_ids=tuple(story.localities[name] for name in one.localities),
        ),
        PlanFile("pdf", one.file) if one.file else None,
        at=at,
        by=story.officer,
        is_checked=not one.waits,
    )


def _learn(story: Story, exercise: PlaceStandardExercise, plan: CommunityPlan) -> None:
    """Draw a finding from the harbour's exercise and its own plan, and let the board decide."""
    at = story.at(-6)
    found = plan_by_slug("lyle-harbour-locality-plan")
    priorities = {one.title: one for one in priorities_of(found.id)} if found else {}
    finding = record_finding(
        exercise.engagement,
        kind="need",
        theme="Feeling safe",
        statement="The way from the harbour to Shore Street is dark, and people avoid it.",
        sources=[("exercise", exercise.id), ("plan", plan.id)],
        at=at,
        by=story.officer,
    )
    record_influence(
        finding,
        effect="confirmed",
        priority=priorities["Safe streets"],
        reason="The draft says that the path is lit. Both ask for it, so it stays first.",
        decided_by="The Lyle Harbour locality group",
        decided_on=story.at(-5).astimezone(UK).date(),
        at=story.at(-5),
        by=story.officer,
    )
    link = f"{current_app.config['BASE_URL']}/decisions/{exercise.engagement.slug}/"
    tell_contributors(exercise.engagement, link=link, at=story.at(-4), by=story.officer)
