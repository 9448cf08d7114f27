"""Keeping the register over the year: reviews, communities, council areas, support."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from engage.bodies.actions import areas, communities, network, representing, reviews
from engage.bodies.actions.register import register_body
from engage.bodies.models import CommunityBody, CouncilArea
from engage.bodies.rules.areas import AreaRow
from engage.bodies.rules.communities import CommunityDetails
from engage.bodies.rules.register import BodyDetails
from engage.demo.rules import register as texts
from engage.demo.rules.story import Story
from engage.extensions import db
from engage.places.actions.points import place_locality


def keep_the_register(story: Story) -> None:
    """Tell how the register was kept: everything that an officer finds on its pages."""
    for name, point in texts.POINTS.items():
        place_locality(story.localities[name], *point)
    _review(story)
    for named in texts.COMMUNITIES:
        _name(story, named)
    _answer_areas(story)
    _support(story)
    bryn: dict[str, Any] = {"by": story.accounts["Bryn"], "role": "representative"}
    council = _body(story, "Lyle Harbour Community Council")
    representing.invite_representative(
        council, texts.INVITED, "member", at=story.at(-2, 20), **bryn
    )


def _review(story: Story) -> None:
    """Let every group but three say that its entry is right, ask two of those, and end one."""
    changed, note = texts.SAID_CHANGED
    gone, reason = texts.LAPSED
    for number, (name, body_id) in enumerate(sorted(story.groups.items())):
        body, days = db.session.get_one(CommunityBody, body_id), -200 + number * 3
        today = story.today + timedelta(days=days)
        at = story.at(days, 11)
        if name in (changed, texts.SILENT):
            reviews.ask_for_review(body, at=story.at(-40), today=_day(story, -40))
        else:
            reviews.review_body(body, at=at, today=today, by=story.officer)
    traders = db.session.get_one(CommunityBody, story.groups[changed])
    reviews.answer_review(traders, "changed", note, at=story.at(-37), today=_day(story, -37))
    details = BodyDetails(gone, "informal", "place", True, "To play bowls on the green.")
    club = register_body(
        details, wish="inform", at=story.at(-500), today=_day(story, -500), by=story.officer
    )
    ended = _day(story, -130)
    reviews.lapse_body(
        club, ended, reason, at=story.at(-120), today=_day(story, -120), by=story.officer
    )
    second = BodyDetails(
        texts.TWICE,
        "residents",
        "place",
        False,
        "Tenants in Castlehill.",
        (story.localities["Ardle and Castlehill"],),
    )
    register_body(second, wish="", at=story.at(-25), today=_day(story, -25), by=story.officer)


def _name(story: Story, named: texts.Named) -> None:
    who: dict[str, Any] = {"by": story.officer}
    places = tuple(story.localities[name] for name in named.places)
    zones = [
        zone.code
        for name in named.places
        for zone in story.area.of(name)
        if story.area.fifth(zone) == 1
    ]
    details = CommunityDetails(
        name=named.name,
        kind="place" if places else "interest",
        definition=named.definition,
        locality_ids=() if named.fifth and zones else places,
        zone_codes=tuple(sorted(zones)) if named.fifth else (),
        disadvantaged=True,
        evidence=named.evidence,
    )
    at, today = story.at(-90), _day(story, -90)
    community = communities.define_community(details, at=at, today=today, **who)
    for voice in named.voices:
        body = _body(story, voice)
        evidence = body.evidence or f"{voice} works with them every week."
        communities.name_voice(community, body, evidence, at=at, today=today, **who)
    if named.planned is None:
        return
    what, whom, days = named.planned
    action = communities.plan_action(
        community, what, whom, story.today + timedelta(days=days), at=at, today=today, **who
    )
    if named.done:
        db.session.flush()
        communities.finish_action(
            action, community, named.done, at=story.at(-30), today=_day(story, -30), **who
        )


def _answer_areas(story: Story) -> None:
    rows = [AreaRow(name, story.localities[place]) for name, place, *_rest in texts.AREAS]
    areas.add_areas(rows, at=story.at(-100), by=story.officer)
    kept = {area.name: area for area in db.session.scalars(select(CouncilArea))}
    for name, _place, group, why in texts.AREAS:
        answer, _colon, reason = why.partition(": ")
        if not group and not why:
            continue
        areas.answer_area(
            kept[name],
            answer or "body",
            _body(story, group) if group else None,
            reason,
            at=story.at(-95),
            today=_day(story, -95),
            by=story.officer,
        )


def _support(story: Story) -> None:
    interface = _body(story, texts.INTERFACE)
    at, today = story.at(-80), _day(story, -80)
    network.decide_standing(interface, "partner", "", at=at, today=today, by=story.officer)
    for name, what, days in texts.SUPPORT:
        since = story.today - timedelta(days=days)
        body = _body(story, name)
        network.link_support(
            interface, body, what, since, at=story.at(-20), today=story.today, by=story.officer
        )


def _body(story: Story, name: str) -> CommunityBody:
    return db.session.get_one(CommunityBody, story.groups[name])


def _day(story: Story, days: int) -> date:
    return story.today + timedelta(days=days)
