"""The first chapter: the map, the partnership, the people who sign in, the groups."""

from datetime import date, datetime

from engage.accounts.actions import create_account
from engage.bodies.actions.register import (
    accept_body,
    decide_regard,
    decline_body,
    propose_body,
    register_body,
)
from engage.bodies.models import CommunityBody
from engage.bodies.rules.register import BodyDetails
from engage.clock import UK
from engage.demo.rules import area as maps
from engage.demo.rules.groups import DECLINED, REGISTERED, WAITING, Group
from engage.demo.rules.people import PASSWORD, PEOPLE
from engage.demo.rules.story import Story
from engage.messages.rules import new_reference
from engage.partners.actions import add_partner, set_up_partnership
from engage.places.actions import (
    define_localities,
    load_index,
    load_population,
    load_postcodes,
)
from engage.places.queries import localities_of

NAME = "Strathlyle Community Planning Partnership"
COLOUR = "#5b2a86"
PARTNERS = (
    ("Strathlyle Council", "council", True),
    ("NHS Lyle", "health_board", True),
    ("Police Scotland", "police", True),
    ("Scottish Fire and Rescue Service", "fire", True),
    ("Lyle College", "college", True),
    ("Strathlyle Voluntary Action", "third_sector", False),
)
SOURCE = "Invented for the demo, in the format of National Records of Scotland"


def draw_the_map(story: Story) -> None:
    """Load index, populations, postcodes and localities from files in the official formats."""
    at, area = story.at(-620), story.area
    load_index(
        maps.index_file(area),
        name=maps.INDEX_NAME,
        version=maps.INDEX_VERSION,
        vintage=maps.VINTAGE,
        at=at,
    )
    load_population(maps.population_file(area), year=maps.POPULATION_YEAR, source=SOURCE, at=at)
    load_postcodes(maps.postcode_file(area), at=at)
    define_localities(maps.localities_file(area), council_code=maps.COUNCIL_CODE, at=at)
    story.localities = {locality.name: locality.id for locality in localities_of(maps.COUNCIL_CODE)}


def bring_the_people(story: Story) -> None:
    """Open the accounts of the demo's people, set up the partnership and its partners."""
    at = story.at(-610)
    for person in PEOPLE:
        account = create_account(person.email, person.name, person.role, at=at, password=PASSWORD)
        story.accounts[person.name] = account.id
    set_up_partnership(
        name=NAME,
        council_code=maps.COUNCIL_CODE,
        colour=COLOUR,
        contact_email="talk@strathlyle.example.org",
        contact_phone="01632 960 010",
        at=at,
        by=story.accounts["Ada"],
        role="administrator",
    )
    for name, kind, is_statutory in PARTNERS:
        add_partner(name, kind, is_statutory, at=at, by=story.officer)


def fill_the_register(story: Story) -> None:
    """Let the groups register over a year, accept them, and leave two waiting and one declined."""
    draw = story.draw("register")
    days = sorted(draw.randint(-600, -480) for _ in REGISTERED)
    for day, group in zip(days, REGISTERED, strict=True):
        asked, accepted = story.at(day, 14), story.at(day + draw.randint(1, 12), 11)
        body = _register(story, group, asked, accepted)
        story.groups[group.name] = body.id
        if group.evidence:
            decide_regard(
                body, True, group.evidence, at=accepted, today=_day(accepted), by=story.officer
            )
    declined, reason = DECLINED
    body = _propose(story, declined, story.at(-200, 9))
    decline_body(body, reason, at=story.at(-196), by=story.officer)
    for day, group in zip((-6, -2), WAITING, strict=True):
        _propose(story, group, story.at(day, 19))


def _register(story: Story, group: Group, asked: datetime, accepted: datetime) -> CommunityBody:
    """Put a group on the register: at its own wish, or by the officer where it wasn't asked yet."""
    if not group.wish:
        return register_body(
            _details(story, group), wish="", at=accepted, today=_day(accepted), by=story.officer
        )
    body = _propose(story, group, asked)
    accept_body(body, at=accepted, today=_day(accepted), by=story.officer)
    return body


def _propose(story: Story, group: Group, at: datetime) -> CommunityBody:
    """Let a group ask for the register, through its secretary's account where there is one."""
    secretary = next((p for p in PEOPLE if p.speaks_for == group.name), None)
    return propose_body(
        _details(story, group),
        wish=group.wish,
        at=at,
        by=story.accounts[secretary.name] if secretary else None,
        role=secretary.role if secretary else "public",
        reference="" if secretary else new_reference(),
    )


def _details(story: Story, group: Group) -> BodyDetails:
    return BodyDetails(
        name=group.name,
        kind=group.kind,
        basis=group.basis,
        is_constituted=group.constituted,
        purpose=group.purpose,
        locality_ids=tuple(story.localities[name] for name in group.places),
        interests=group.interests,
        represents_disadvantage=bool(group.evidence),
        evidence=group.evidence,
        contact_role="Secretary",
    )


def _day(at: datetime) -> date:
    return at.astimezone(UK).date()
