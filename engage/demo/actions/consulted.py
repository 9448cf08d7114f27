"""The second chapter: plans, and what people answer when they are asked about them."""

from datetime import datetime, timedelta

from engage.bodies.models import CommunityBody
from engage.clock import UK
from engage.consultations.actions import (
    close_if_due,
    create_consultation,
    open_consultation,
    publish_responses,
    save_about,
    save_answers,
    save_comments,
    start_response,
    submit_response,
)
from engage.consultations.models import Consultation, Response
from engage.demo.actions.techniques import hold_evenings
from engage.demo.rules.area import COUNCIL_CODE
from engage.demo.rules.plans import HARBOUR, QUESTIONS, WHOLE_AREA, PlanText
from engage.demo.rules.story import Story
from engage.demo.rules.voices import GROUP_SAYINGS, HARBOUR_THEMES, THEMES, Voice, make_voices
from engage.engagements.actions.planning import invite_bodies, plan_engagement
from engage.engagements.models import Engagement
from engage.extensions import db
from engage.places.queries import find_place
from engage.plans.actions import (
    add_priority,
    create_plan,
    publish_draft,
    start_draft,
    write_draft,
)
from engage.plans.models import Draft, Plan
from engage.plans.rules import WrittenSection

#: Groups that answered about the whole area's plan, and those that were asked and didn't.
ANSWERED = (
    "Lyle Harbour Community Council",
    "Kirkton Community Council",
    "Ardle and Castlehill Community Council",
    "Castlehill Tenants and Residents",
    "Strathlyle Young Carers",
    "Strathlyle Disability Forum",
    "Strathlyle Youth Forum",
    "Islands Ferry Users",
    "Lyle Bus Users",
    "Lyle Foodshare",
    "Climate Lyle",
    "Upper Glenlyle Community Council",
)
SILENT = (
    "The Islands Community Council",
    "East Coast Community Council",
    "Westerfield Community Council",
    "Strathlyle Black and Minority Ethnic Women",
    "Gypsy Traveller Voices",
    "Lyle Recovery Cafe",
)
WHY_NOT_FURTHER = (
    "The law makes the partners sign the plan together. You shape it with us, and sit in the "
    "meeting that decides."
)
RESIDENTS = 150
HARBOUR_RESIDENTS = 34


def write_plan(story: Story, text: PlanText, at: datetime) -> Plan:
    """Write a plan, publish its first draft, and give it its priorities."""
    locality_id = story.localities[text.locality] if text.locality else None
    kind = "locality" if text.locality else "loip"
    plan = create_plan(text.title, kind, locality_id=locality_id, at=at, by=story.officer)
    draft = start_draft(plan)
    write_draft(draft, [WrittenSection(heading, texts) for heading, texts in text.sections])
    publish_draft(draft, at=at, by=story.officer)
    for aim in text.priorities:
        add_priority(plan, aim.title, aim.text, aim.added_value, at=at, by=story.officer)
    return plan


def ask_everybody(story: Story, opens: datetime, closes: datetime) -> Consultation:
    """Ask all of Strathlyle about its plan in the last reporting year, and close it."""
    plan = write_plan(story, WHOLE_AREA, opens - timedelta(days=20))
    consultation = _consult(
        story,
        plan,
        "Strathlyle local plan: what comes first?",
        "We are writing the plan for all of Strathlyle until 2036. Tell us what matters most, "
        "what is missing, and what we got wrong.",
        opens,
        closes,
    )
    _ask(story, consultation.engagement, (*ANSWERED, *SILENT), opens)
    voices = make_voices(story.seed, story.area, list(story.area.zones), RESIDENTS, "residents")
    _answer(story, consultation, voices, opens, closes)
    _let_groups_answer(story, consultation, opens)
    close_if_due(consultation, at=closes + timedelta(minutes=5))
    publish_responses(consultation, at=closes + timedelta(days=30), by=story.officer)
    return consultation


def ask_the_harbour(story: Story) -> Consultation:
    """Ask Lyle Harbour about its locality plan, now: some answered, Bryn has a draft at hand."""
    opens, closes = story.at(-24, 9), story.at(18, 23, 59)
    plan = write_plan(story, HARBOUR, story.at(-40))
    consultation = _consult(
        story,
        plan,
        "Lyle Harbour: the next ten years",
        "We are writing the plan for Lyle Harbour. Tell us which priorities come first, what is "
        "missing, and which paragraphs you would change.",
        opens,
        closes,
        short="The locality's own meeting decides before the winter, and asked for six weeks.",
    )
    asked = ("Lyle Harbour Community Council", "Shore Street Residents", "Harbour Traders")
    _ask(story, consultation.engagement, asked, opens)
    zones = story.area.of("Lyle Harbour")
    voices = make_voices(
        story.seed, story.area, zones, HARBOUR_RESIDENTS, "harbour", HARBOUR_THEMES
    )
    _answer(story, consultation, voices, opens, story.now)
    _leave_a_draft(story, consultation)
    return consultation


def meet_people(story: Story, day: datetime) -> Engagement:
    """Hold evenings in four halls, and count who came (R31)."""
    engagement = plan_engagement(
        "event",
        title="Autumn evenings in four halls",
        purpose="To hear from people who do not answer on paper or online.",
        level="involve",
        open_to_change="Which aims come first, and how we work with groups.",
        fixed="What the law asks of us, and this year's budget.",
        opens_at=day,
        closes_at=day + timedelta(days=28),
        locality_id=None,
        at=day - timedelta(days=30),
        by=story.officer,
        methods="Round tables with a meal, transport and somebody to look after children.",
        support_offered="Lifts, meals, child care, Polish and British Sign Language.",
    )
    hold_evenings(story, engagement, day)
    return engagement


def _consult(
    story: Story,
    plan: Plan,
    title: str,
    purpose: str,
    opens: datetime,
    closes: datetime,
    short: str = "",
) -> Consultation:
    at = opens - timedelta(days=7)
    engagement = plan_engagement(
        "consultation",
        title=title,
        purpose=purpose,
        level="involve",
        open_to_change="What comes first, and what we do about it.",
        fixed="The money that the law ties to a purpose, and duties that the law sets.",
        opens_at=opens,
        closes_at=closes,
        locality_id=plan.locality_id,
        at=at,
        by=story.officer,
        methods="Online, on paper in libraries and surgeries, and at evenings in halls.",
        support_offered="Paper copies, large print, Polish, and somebody to write for you.",
    )
    consultation = create_consultation(
        engagement, plan.drafts[0].id, QUESTIONS, short_notice_reason=short, at=at, by=story.officer
    )
    open_consultation(consultation, at=opens, by=story.officer)
    return consultation


def _ask(story: Story, engagement: Engagement, names: tuple[str, ...], at: datetime) -> None:
    """Ask groups to take part, and say why to those who wish to go further than we offer (R04)."""
    bodies = [db.session.get_one(CommunityBody, story.groups[name]) for name in names]
    invite_bodies(
        engagement,
        bodies,
        level=engagement.level,
        reason=WHY_NOT_FURTHER,
        reason_code="law",
        decided_by="The board of the partnership",
        at=at,
        by=story.officer,
    )


def _answer(
    story: Story,
    consultation: Consultation,
    voices: list[Voice],
    opens: datetime,
    until: datetime,
) -> None:
    """Let residents answer one after the other between two instants."""
    span = (until - opens) * 0.97
    for number, voice in enumerate(voices, start=1):
        at = opens + span * (number / (len(voices) + 1))
        response, reference = start_response(consultation, at=at)
        for theme in voice.themes:
            story.references.setdefault(f"{consultation.engagement.slug}: {theme}", reference)
        placing = find_place(voice.postcode, COUNCIL_CODE)
        save_answers(response, _answers(consultation, *voice.agreement, voice.text), at=at)
        save_comments(response, _comments(consultation, voice.comments), at=at)
        save_about(
            response,
            publish=voice.publish,
            name=voice.name,
            placing=(placing.place, placing.zone_code),
            at=at,
        )
        submit_response(response, at=at, on_day=at.astimezone(UK).date(), channel=voice.channel)


def _let_groups_answer(story: Story, consultation: Consultation, opens: datetime) -> None:
    draw = story.draw("groups")
    for number, name in enumerate(ANSWERED):
        at = opens + timedelta(days=12 + 4 * number, hours=draw.randint(0, 9))
        theme = THEMES[number % len(THEMES)]
        said = f"{draw.choice(GROUP_SAYINGS)} {draw.choice(theme.sayings)}"
        response, _ = start_response(consultation, at=at, body_id=story.groups[name])
        save_answers(response, _answers(consultation, "agree", "neither", said), at=at)
        comments = [(theme.paragraph, draw.choice(theme.sayings))]
        save_comments(response, _comments(consultation, comments), at=at)
        save_about(response, publish="with_name", at=at)
        submit_response(response, at=at, on_day=at.astimezone(UK).date())


def _leave_a_draft(story: Story, consultation: Consultation) -> Response:
    """Let Bryn save half an answer for the community council and go to his tea."""
    at = story.at(-1, 17)
    response, _ = start_response(
        consultation,
        at=at,
        account_id=story.accounts["Bryn"],
        body_id=story.groups["Lyle Harbour Community Council"],
    )
    said = "The council met on Monday and agrees with most of it. Lamps first, then trees."
    save_answers(response, _answers(consultation, "agree", "", said), at=at)
    comments = [("2.1", "Please light the steps too: they are where people fall.")]
    save_comments(response, _comments(consultation, comments), at=at)
    return response


def _answers(consultation: Consultation, *texts: str) -> dict[int, str]:
    return {q.id: text for q, text in zip(consultation.questions, texts, strict=True)}


def _comments(
    consultation: Consultation, comments: list[tuple[str, str]] | tuple[tuple[str, str], ...]
) -> dict[int, str]:
    """Return comments by paragraph id; the draft that was consulted on may lack a paragraph."""
    draft = db.session.get_one(Draft, consultation.draft_id)
    ids = {p.label: p.id for section in draft.sections for p in section.paragraphs}
    return {ids[label]: text for label, text in comments if label in ids}
