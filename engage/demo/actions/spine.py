"""Engagements planned and reviewed against the Standards, and all partners on one calendar."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from engage.bodies.models import CommunityBody
from engage.consultations.models import Consultation
from engage.demo.rules import spine as told
from engage.demo.rules.story import Story
from engage.engagements import gates
from engage.engagements.actions.calendar import enter
from engage.engagements.actions.decisions import record_decision, use_again
from engage.engagements.actions.details import add_pack, change_details, plan_event
from engage.engagements.actions.leap import judge_indicators, set_indicators, write_stage
from engage.engagements.actions.opening import close_engagement, open_engagement
from engage.engagements.actions.planning import invite_bodies
from engage.engagements.actions.standards import Said, answer_standard, say_how_it_was
from engage.engagements.forms.file import file_answers
from engage.engagements.models import Engagement
from engage.engagements.queries.file import scope_of
from engage.engagements.queries.leap import indicators_of
from engage.engagements.queries.planning import engagement_by_slug
from engage.engagements.rules.standards import STANDARDS, of_standard
from engage.extensions import db
from engage.partners.queries import partner_by_name
from engage.web.rules import UK

COUNCIL, COLLEGE = "Strathlyle Council", "Lyle College"
CASTLEHILL = "Ardle and Castlehill"
ASKED = (
    "Ardle and Castlehill Community Council", "Castlehill Tenants and Residents",
    "Strathlyle Young Carers",
)  # fmt: skip
NOTICE = (
    "We use what you say to design this. What we publish, which names nobody, may be used in other "
    "plans for Strathlyle, so that we need not ask you twice."
)


def tell_the_year(story: Story, consultation_id: int) -> None:
    """Tell of one large event, two small ones and a consultation, and of what partners run."""
    _heat_the_hill(story)
    _review_the_evenings(story)
    _review_the_consultation(story, consultation_id)
    _plan_a_walk(story)
    _plan_what_is_blocked(story)
    for one in told.ELSEWHERE:
        _enter(story, one)


def _partner(name: str) -> int:
    partner = partner_by_name(name)
    assert partner is not None  # noqa: S101 - the first chapter added them
    return partner.id


def _who(story: Story, at: datetime) -> dict[str, Any]:
    return {"at": at, "by": story.officer}


def _about(story: Story, **own: Any) -> dict[str, Any]:
    """Return what an event says, over what most of them say."""
    return {
        "level": "involve",
        "fixed": "The year's budget, and what the law asks of us.",
        "support_offered": "Lifts, a meal, childcare, Polish and British Sign Language.",
        "locality_id": story.localities[CASTLEHILL],
        "stage": "design",
        "topic": "",
        "changed_since": "",
        "minutes_asked": 120,
        "is_public": True,
        "reuse_notice": "published",
        "reuse_words": NOTICE,
        "lead_partner_id": _partner(COUNCIL),
        **own,
    }


def _heat_the_hill(story: Story) -> None:
    """The large one: planned with 38 questions, held, reviewed and closed."""
    opens = story.at(-75, 18)
    about = _about(
        story,
        title="Warm homes on the hill: the design",
        purpose="To agree how the heat network of Castlehill is built, and where it begins.",
        open_to_change="Where the works begin, what is insulated first, and how works are run.",
        methods="Two evenings, a walk, and a table in the shop on Saturdays.",
        opens_at=opens,
        closes_at=opens + timedelta(days=30),
        value_pence=64_000_000,
        topic="housing",
    )
    at = opens - timedelta(days=35)
    engagement = plan_event(about, [_partner(COLLEGE)], **_who(story, at))
    _pack(engagement, opens - timedelta(days=20), "Warm homes in pictures", story)
    _plan(engagement, story, at)
    _invite(engagement, story, at)
    open_engagement(engagement, **_who(story, opens - timedelta(days=14)))
    _review(engagement, story, engagement.closes_at + timedelta(days=10), people=12)


def _review_the_evenings(story: Story) -> None:
    """Last year's evenings in four halls: a small one, whose file is closed."""
    engagement = engagement_by_slug("autumn-evenings-in-four-halls")
    assert engagement is not None  # noqa: S101 - an earlier chapter held them
    opens = engagement.opens_at
    about = {
        **_details(engagement), "value_pence": 1_200_000, "topic": "planning",
        "stage": "prioritise", "minutes_asked": 150, "reuse_notice": "plans", "reuse_words": NOTICE,
        "lead_partner_id": _partner(COUNCIL),
    }  # fmt: skip
    at = opens - timedelta(days=20)
    change_details(engagement, about, [_partner("Strathlyle Voluntary Action")], **_who(story, at))
    _pack(engagement, opens - timedelta(days=15), "What the plan is for", story)
    _plan(engagement, story, at)
    open_engagement(engagement, **_who(story, opens - timedelta(days=7)))
    _review(engagement, story, engagement.closes_at + timedelta(days=30), people=9)
    use_again(
        engagement,
        item="notes",
        item_reference="Notes of the four evenings, theme “getting about”",
        plan_kind="transport",
        plan_reference="Strathlyle transport strategy, chapter 2",
        basis="notice",
        **_who(story, engagement.closes_at + timedelta(days=60)),
    )


def _review_the_consultation(story: Story, consultation_id: int) -> None:
    """Review last year's consultation; so few said how it was that their scores are held back."""
    engagement = db.session.get_one(Consultation, consultation_id).engagement
    after = engagement.closes_at + timedelta(days=45)
    about = {
        **_details(engagement), "value_pence": 2_000_000, "topic": "planning",
        "stage": "prioritise", "minutes_asked": 60,
        "changed_since": "The evenings gave us the questions that we ask now.",
        "lead_partner_id": _partner(COUNCIL),
    }  # fmt: skip
    change_details(engagement, about, [], **_who(story, after))
    _review(engagement, story, after, people=3)


def _plan_a_walk(story: Story) -> None:
    """A small one to come, open to everybody: no partner asked about this here before."""
    opens = story.at(16, 11)
    about = _about(
        story,
        title="A walk along Shore Street",
        purpose="To see where people cannot cross, sit or see at night, and mark it on a map.",
        open_to_change="Crossings, benches and lights along the street.",
        methods="A walk of an hour with stops, wheelchairs first, and tea after it.",
        opens_at=opens,
        closes_at=opens + timedelta(hours=3),
        locality_id=story.localities["Lyle Harbour"],
        value_pence=900_000,
        topic="places",
    )
    at = story.at(-6)
    engagement = plan_event(about, [_partner("Police Scotland")], **_who(story, at))
    _pack(engagement, story.at(-4), "Map of the walk", story)
    open_engagement(engagement, **_who(story, story.at(-3)))


def _plan_what_is_blocked(story: Story) -> None:
    """A large one that nobody may open yet: its file says what is missing."""
    opens = story.at(40, 18)
    about = _about(
        story,
        title="Who gets the warm homes grants?",
        purpose="To agree who is helped first when the grants begin.",
        open_to_change="The order in which homes are helped.",
        methods="Evenings in the hall.",
        opens_at=opens,
        closes_at=opens + timedelta(days=21),
        value_pence=31_000_000,
        topic="housing",
        support_offered="",
        reuse_notice="",
        reuse_words="",
        lead_partner_id=None,
    )
    plan_event(about, [], **_who(story, story.at(-1)))


def _details(engagement: Engagement) -> dict[str, Any]:
    """Return what the file of an engagement says now, by column."""
    said = file_answers(engagement, [])
    names = (
        "title", "purpose", "level", "open_to_change", "fixed", "support_offered", "opens_at",
        "closes_at", "methods", "stage", "topic", "changed_since", "minutes_asked", "reuse_notice",
        "reuse_words",
    )  # fmt: skip
    return {
        **{name: said[name] for name in names},
        "locality_id": engagement.locality_id,
        "is_public": engagement.is_public,
    }


def _pack(engagement: Engagement, at: datetime, title: str, story: Story) -> None:
    for form, language in (("pdf", "en"), ("easy_read", "en"), ("web", "pl")):
        add_pack(
            engagement,
            title=title,
            version="1",
            format_=form,
            language=language,
            link=f"https://strathlyle.example.org/{engagement.slug}/{form}-{language}",
            published_on=at.astimezone(UK).date(),
            **_who(story, at),
        )


def _plan(engagement: Engagement, story: Story, at: datetime) -> None:
    scope = scope_of(engagement)
    for letter in STANDARDS:
        said = {code: Said(told.PLANNED[letter]) for code in of_standard(letter, scope)}
        answer_standard(engagement, "plan", letter, said, **_who(story, at))
    for stage in ("analyse", "plan"):
        write_stage(engagement, stage, told.LEAP[stage], **_who(story, at))
    set_indicators(engagement, told.INDICATORS)


def _invite(engagement: Engagement, story: Story, at: datetime) -> None:
    bodies = [db.session.get_one(CommunityBody, story.groups[name]) for name in ASKED]
    why = "The council signs for the money, so it decides at the end. You shape the design with us."
    invite_bodies(engagement, bodies, level="involve", reason=why, **_who(story, at))


def _review(engagement: Engagement, story: Story, at: datetime, people: int) -> None:
    who = _who(story, at)
    _score(engagement, told.OFFICERS, who, shown=told.SHOWN)
    _score(engagement, told.PARTNER, {**who, "partner_id": _partner("Strathlyle Voluntary Action")})
    for number in range(people):
        scores = {
            letter: min(6, max(1, score + (number % 3) - 1))
            for letter, score in told.PEOPLE.items()
        }
        say_how_it_was(engagement, scores, told.FELT[number % len(told.FELT)], at=at)
    for stage in ("do", "review"):
        write_stage(engagement, stage, told.LEAP[stage], **who)
    judged = zip(indicators_of(engagement.id), told.JUDGED, strict=False)
    judge_indicators(engagement, {i.id: result for (i, _standing), result in judged}, **who)
    for one in told.DECISIONS.get(engagement.slug, ()):
        day = engagement.closes_at + timedelta(days=one.after)
        record_decision(
            engagement,
            kind=one.kind,
            title=one.words,
            decided_on=day.astimezone(UK).date(),
            **who,
        )
    if not any(hurdle.blocks for hurdle in gates.hurdles(gates.CLOSING, engagement, at)):
        close_engagement(engagement, **who)


def _score(
    engagement: Engagement,
    scores: Mapping[str, int],
    who: dict[str, Any],
    shown: Mapping[str, tuple[str, str]] | None = None,
) -> None:
    scope = scope_of(engagement)
    for letter, score in scores.items():
        said = {}
        for place, code in enumerate(of_standard(letter, scope)):
            evidence = (shown or {}).get(letter) if place == 0 else None
            words = told.REVIEWED[letter] if shown is not None else ""
            said[code] = Said(words, min(6, score + place % 2), evidence)
        answer_standard(engagement, "review", letter, said, **who)


def _enter(story: Story, one: told.Elsewhere) -> None:
    opens = story.at(one.first, 10)
    enter(
        {
            "title": one.title,
            "about": one.about,
            "kind": one.kind,
            "topic": one.topic,
            "changed_since": one.changed,
            "partner_id": _partner(one.partner),
            "locality_id": story.localities[one.place] if one.place else None,
            "opens_at": opens,
            "closes_at": opens + timedelta(days=one.days),
            "link": "",
            "is_public": True,
        },
        **_who(story, story.at(min(one.first, 0) - 10)),
    )
