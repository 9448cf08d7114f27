"""What a whole council area writes down over the years, for the pages that list it."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from engage.accounts.rules import token_hash
from engage.bodies.models import BodyReview, ParticipationWish
from engage.engagements.models import (
    AgendaItem,
    Assessment,
    CalendarEntry,
    Coproduction,
    Declination,
    Election,
    EngagementDecision,
    EngagementEvent,
    EngagementMethod,
    EvidenceUse,
    GroupMeeting,
    GroupSeat,
    InformationPack,
    Invitation,
    LeapRecord,
    MeetingBody,
    OutreachAttempt,
    ParticipationFact,
    PartnershipGroup,
    PeerLink,
    PlaceStandardAnswer,
    PlaceStandardExercise,
    PlaceStandardResponse,
    PlaceStandardTheme,
    PlaceStandardVersion,
    StandardAnswer,
    SupportNeed,
)
from engage.engagements.rules.standard_themes import AXES
from engage.evidence.models import Publication, ReaderReply
from engage.messages.models import Errand, Message
from engage.partners.models import Partner, PartnerContribution
from engage.plans.models import CommunityPlan, CommunityPlanLocality, Draft, Plan
from engage.requests.models import ParticipationRequest, RequestQuestion
from tests.conftest import NOW

DAY = NOW.date()
PARTNERS = 8
#: How many there are of what is written down about bodies, and about engagements.
OF_BODIES, OF_ENGAGEMENTS = 2000, 500
#: How many Place Standards, and answers to each.
EXERCISES, ANSWERED = 12, 60
#: The token that opens the yearly review of one group.
TOKEN = "a-token-of-the-crowd"


def fill_rooms(session: Any, localities: tuple[int, int], account: int) -> None:
    """Write what the rooms list: of 2,000 bodies and of 500 engagements; ``account`` wrote it."""
    rows = session.execute
    rows(
        sa.insert(Partner),
        [{"id": n, "name": f"Partner {n}", "kind": "other"} for n in range(1, PARTNERS + 1)],
    )
    _of_bodies(session)
    _of_engagements(session, localities)
    _of_partners(session, localities)
    _requests_and_plans(session, localities)
    _seats(session)
    _events(session, localities)
    _place_standard(session, localities, account)
    _messages(session)


def _of_bodies(session: Any) -> None:
    bodies = range(1, OF_BODIES + 1)
    session.execute(
        sa.insert(ParticipationWish),
        [
            {"body_id": n, "level": "collaborate", "topic": "Buses" if n % 2 else "",
             "topic_key": "buses" if n % 2 else "", "stage": "" if n % 2 else "design",
             "recorded_at": NOW, "source": "the group"}
            for n in bodies
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(OutreachAttempt),
        [
            {"body_id": n, "on_day": DAY - timedelta(days=n % 400), "channel": "phone",
             "partner_id": 1 + n % PARTNERS, "offered": "To take part.",
             "response": ("yes", "no", "none")[n % 3], "recorded_at": NOW}
            for n in bodies
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(SupportNeed),
        [
            {"body_id": n, "engagement_id": 1 + n % OF_ENGAGEMENTS, "partner_id": 1 + n % PARTNERS,
             "raised_on": DAY - timedelta(days=n % 400), "barrier": ("bsl", "childcare")[n % 2],
             "wanted": "Somebody.", "support": "Somebody came.", "cost_pence": 100 * n,
             "outcome": "met" if n % 3 else "", "settled_on": DAY if n % 3 else None}
            for n in bodies
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(PeerLink),
        [
            {"from_body_id": n, "to_body_id": n + 1, "on_day": DAY, "activity": "A visit.",
             "lesson": "Ask early.", "recorded_at": NOW}
            for n in range(1, 301)
        ],
    )  # fmt: skip
    wishes = session.execute(
        sa.select(ParticipationWish.id, ParticipationWish.body_id)
        .where(ParticipationWish.level == "collaborate")
        .limit(200)
    )
    session.execute(
        sa.insert(Coproduction),
        [
            {"service": f"Service {w.id}", "body_id": w.body_id, "partner_id": 1, "wish_id": w.id,
             "stage": "design", "who_decides": "Both", "who_holds_money": "Both",
             "recorded_at": NOW}
            for w in wishes
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(BodyReview).values(
            body_id=2000, year=2026, asked_at=NOW, told=1, token_hash=token_hash(TOKEN)
        )
    )


def _of_engagements(session: Any, localities: tuple[int, int]) -> None:
    numbers = range(1, OF_ENGAGEMENTS + 1)
    offers = session.execute(
        sa.select(Invitation.id, Invitation.body_id, Invitation.engagement_id).where(
            Invitation.reason != ""
        )
    )
    session.execute(
        sa.insert(Declination),
        [
            {"body_id": o.body_id, "kind": "offer", "invitation_id": o.id,
             "engagement_id": o.engagement_id, "wish": "empower", "offer": "involve",
             "reason_code": "law", "reason": "The law fixes the rest.", "decided_by": "The board",
             "decided_on": DAY, "due_on": DAY, "recorded_at": NOW,
             "state": "closed" if told else "open", "notified_on": DAY if told else None,
             "channel": "email" if told else ""}
            for told, o in ((o.id % 4, o) for o in offers)
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(InformationPack),
        [
            {"engagement_id": n, "title": "About it", "version": "1", "format": "web",
             "language": "en", "link": "https://example.org/", "published_on": DAY}
            for n in numbers
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(StandardAnswer),
        [
            {"engagement_id": n, "edition": "2016", "indicator": letter, "phase": phase,
             "answer": "So.", "score": 1 + n % 6, "at": NOW}
            for n in numbers
            for letter in "ISPWMCX"
            for phase in ("plan", "review")
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(EngagementDecision),
        [
            {"engagement_id": n, "kind": "invest", "title": f"Decision {n}", "decided_on": DAY,
             "level_offered": "involve", "at": NOW}
            for n in numbers
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(EvidenceUse),
        [
            {"engagement_id": n, "item": "findings", "item_reference": "What they said",
             "plan_kind": "loip", "plan_reference": "The plan", "basis": "notice", "at": NOW}
            for n in numbers
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(Assessment),
        [
            {"kind": kind, "engagement_id": n, "needed": False, "reason": "No effect.",
             "screened_on": DAY, "signed_at": NOW, "signed_role": "Head", "published_on": DAY}
            for n in numbers
            for kind in ("equality", "children")
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(LeapRecord),
        [{"engagement_id": n, "need": "So.", "changed_at": NOW} for n in numbers],
    )
    session.execute(
        sa.insert(CalendarEntry),
        [
            {"title": f"Entry {n}", "kind": "other", "partner_id": 1 + n % PARTNERS,
             "uid": f"entry-{n}", "locality_id": localities[n % 2], "is_public": True,
             "opens_at": NOW + timedelta(days=n - 250), "closes_at": NOW + timedelta(days=n - 249),
             "changed_at": NOW}
            for n in numbers
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(Election).values(
            title="Council", poll_on=date(2027, 5, 6), quiet_from=date(2027, 3, 22), source="Law"
        )
    )


def _of_partners(session: Any, localities: tuple[int, int]) -> None:
    session.execute(
        sa.insert(PartnerContribution),
        [
            {"partner_id": partner, "year_start": date(year, 4, 1), "kind": kind, "amount": 100,
             "unit": "hours", "value_pence": 1000, "purpose": "To take part.", "recorded_at": NOW}
            for partner in range(1, PARTNERS + 1)
            for year in (2024, 2025, 2026)
            for kind in ("funds", "staff", "premises", "equipment", "data", "expertise")
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(Publication),
        [
            {"year_start": date(2025, 4, 1), "kind": "poster", "title": f"Poster {n}",
             "format": "Paper", "language": "English", "published_on": DAY, "audience": "All",
             "recorded_at": NOW}
            for n in range(1, 101)
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(ReaderReply),
        [
            {"year_start": date(2025, 4, 1), "understood": True, "useful": True, "on_day": DAY}
            for _ in range(500)
        ],
    )


def _requests_and_plans(session: Any, localities: tuple[int, int]) -> None:
    session.execute(
        sa.insert(ParticipationRequest),
        [
            {"id": n, "public_id": f"request-{n}", "slug": f"request-{n}", "body_id": n,
             "authority_id": 1 + n % PARTNERS, "maker": "group", "stage": "sent",
             "title": f"Request {n}", "outcome": "Safer.", "reasons": "We see it.",
             "knowledge": "We counted.", "improvement": "Lights.", "started_at": NOW,
             "received_on": DAY, "whole_on": DAY}
            for n in range(1, 301)
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(RequestQuestion),
        [{"request_id": n, "what": "Where?", "asked_on": DAY} for n in range(1, 301)],
    )
    session.execute(
        sa.insert(CommunityPlan),
        [
            {"id": n, "slug": f"made-{n}", "body_id": 1 + n // 10, "kind": "minutes",
             "title": f"Minutes {n}", "made_on": DAY, "summary": "What was said.",
             "link": "https://example.org/", "stage": "registered", "sent_at": NOW,
             "decided_at": NOW}
            for n in range(1, 501)
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(CommunityPlanLocality),
        [{"plan_id": n, "locality_id": localities[n % 2]} for n in range(1, 501)],
    )
    session.execute(
        sa.insert(Plan),
        [{"id": 1, "slug": "plan-1", "title": "Plan", "kind": "loip", "created_at": NOW}],
    )
    session.execute(
        sa.insert(Draft),
        [{"plan_id": 1, "number": 1, "published_at": NOW}, {"plan_id": 1, "number": 2}],
    )


def _seats(session: Any) -> None:
    groups = range(1, 21)
    session.execute(
        sa.insert(PartnershipGroup),
        [{"id": n, "name": f"Table {n}", "level": "theme", "has_seats": True} for n in groups],
    )
    session.execute(
        sa.insert(GroupSeat),
        [
            {"group_id": n, "body_id": n * 20 + k, "votes": True, "from_on": date(2024, 4, 1)}
            for n in groups
            for k in range(10)
        ],
    )
    meetings = [(12 * (n - 1) + k + 1, n, k) for n in groups for k in range(12)]
    session.execute(
        sa.insert(GroupMeeting),
        [
            {"id": meeting, "group_id": n, "on_day": DAY - timedelta(days=30 * k), "people": 3}
            for meeting, n, k in meetings
        ],
    )
    session.execute(
        sa.insert(MeetingBody),
        [
            {"meeting_id": meeting, "body_id": n * 20 + k}
            for meeting, n, _ in meetings
            for k in range(8)
        ],
    )
    session.execute(
        sa.insert(AgendaItem),
        [
            {"meeting_id": meeting, "body_id": n * 20 + k, "what": "A path."}
            for meeting, n, _ in meetings
            for k in range(3)
        ],
    )


def _events(session: Any, localities: tuple[int, int]) -> None:
    session.execute(
        sa.insert(EngagementMethod),
        [{"key": "crowded-method", "name": "Crowded", "is_offered": True}],
    )
    numbers = range(1, OF_ENGAGEMENTS + 1)
    session.execute(
        sa.insert(EngagementEvent),
        [
            {"id": n, "slug": f"event-{n}", "engagement_id": n, "method_key": "crowded-method",
             "title": f"Event {n}", "starts_at": begins, "ends_at": begins + timedelta(hours=2),
             "place": "The hall", "locality_id": localities[n % 2],
             "attended": 20 if begins < NOW - timedelta(days=1) else None,
             "counted_at": NOW if begins < NOW - timedelta(days=1) else None}
            for n, begins in ((n, NOW + timedelta(days=n - 400)) for n in numbers)
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(ParticipationFact),
        [
            {"engagement_id": n, "act": "attendance", "place": "not_given", "channel": "event",
             "people": 10, "on_day": DAY, "event_id": n}
            for n in range(1, 390)
        ],
    )  # fmt: skip


def _place_standard(session: Any, localities: tuple[int, int], account: int) -> None:
    session.execute(sa.insert(PlaceStandardVersion), [{"id": 1, "name": "2022"}])
    session.execute(
        sa.insert(PlaceStandardTheme),
        [
            {"id": n, "version_id": 1, "position": n, "axis": axis, "label": axis, "prompt": ""}
            for n, axis in enumerate(AXES, start=1)
        ],
    )
    exercises = range(1, EXERCISES + 1)
    session.execute(
        sa.insert(PlaceStandardExercise),
        [
            {"id": n, "slug": f"exercise-{n}", "engagement_id": n, "version_id": 1,
             "title": f"Exercise {n}", "locality_id": localities[n % 2], "place_name": "Kirkton",
             "opens_on": DAY - timedelta(days=9), "closes_on": DAY + timedelta(days=9)}
            for n in exercises
        ],
    )  # fmt: skip
    session.execute(sa.update(PlaceStandardExercise).values(stage="open"))
    answers = [((n - 1) * ANSWERED + k + 1, n) for n in exercises for k in range(ANSWERED)]
    session.execute(
        sa.insert(PlaceStandardResponse),
        [
            {"id": number, "exercise_id": n, "press": str(number), "kind": "individual",
             "channel": "online", "on_day": DAY}
            for number, n in answers
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(PlaceStandardAnswer),
        [
            {"response_id": number, "theme_id": theme, "score": 1 + (number + theme) % 7,
             "good": "The path." if theme == 1 else "",
             "reading": "waiting" if theme == 1 else "none"}
            for number, _ in answers
            for theme in range(1, len(AXES) + 1)
        ],
    )  # fmt: skip
    ends = sa.update(PlaceStandardExercise).where(PlaceStandardExercise.id.between(2, 8))
    session.execute(
        sa.update(PlaceStandardAnswer)
        .where(PlaceStandardAnswer.reading == "waiting", PlaceStandardAnswer.response_id > ANSWERED)
        .values(reading="shown", read_at=NOW, read_by=account)
    )
    session.execute(ends.values(stage="closed"))
    session.execute(ends.values(stage="published", published_at=NOW))


def _messages(session: Any) -> None:
    session.execute(
        sa.insert(Message),
        [
            {"once": f"message-{n}", "channel": "email", "address": f"{n}@example.org",
             "subject": "News", "body": "News.", "created_at": NOW, "due_at": NOW,
             "state": "sent" if n % 10 else "failed", "sent_at": NOW if n % 10 else None,
             "failure": None if n % 10 else "No such box", "ref": f"ref-{n}"}
            for n in range(1, 5001)
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(Errand),
        [
            {"once": f"errand-{n}", "kind": "post", "reader": "A street.", "subject": "News",
             "body": "News.", "created_at": NOW}
            for n in range(1, 301)
        ],
    )  # fmt: skip
