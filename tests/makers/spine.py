"""Events that are planned, opened and reviewed, for tests."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from engage.engagements.models import (
    Engagement,
    InformationPack,
    StandardAnswer,
    StandardEvidence,
)
from engage.engagements.rules.standards import EDITION, of_standard
from engage.partners.models import Partner
from tests.conftest import NOW
from tests.makers.engagements import make_engagement

#: Worth enough for the 38 indicators, in pence.
LARGE = 2_500_000


def make_event(session: Any, title: str = "Evening in the hall", **facts: Any) -> Engagement:
    """Make an event that is planned, small and still to come, unless ``facts`` say otherwise."""
    facts = {
        "opens_at": NOW + timedelta(days=10),
        "closes_at": NOW + timedelta(days=12),
        "value_pence": 100_000,
        "methods": "Round tables.",
        **facts,
    }
    return make_engagement(session, title, "event", **facts)


def make_partner(session: Any, name: str = "NHS Strathlyle") -> Partner:
    """Make a partner and commit it."""
    partner = Partner(name=name, kind="health_board", is_statutory=True)
    session.add(partner)
    session.commit()
    return partner


def make_pack(session: Any, engagement: Engagement, **facts: Any) -> InformationPack:
    """Make an information pack that people could read ten days ago."""
    facts = {
        "title": "What it is about",
        "version": "1",
        "format": "web",
        "language": "en",
        "link": "https://example.org/paper",
        "published_on": date(2026, 11, 12),
        **facts,
    }
    pack = InformationPack(engagement_id=engagement.id, **facts)
    session.add(pack)
    session.commit()
    return pack


def answer(
    session: Any,
    engagement: Engagement,
    letters: str,
    phase: str = "plan",
    scope: str = "full",
    shown: bool = False,
    score: int | None = None,
    whose: str = "",
) -> None:
    """Answer whole Standards; ``shown`` attaches a piece of evidence to the first of each."""
    for letter in letters:
        for place, code in enumerate(of_standard(letter, scope)):
            row = StandardAnswer(
                engagement_id=engagement.id,
                edition=EDITION,
                indicator=code,
                phase=phase,
                whose=whose,
                answer="We do.",
                score=score,
                at=NOW,
            )
            if shown and not place:
                row.evidence.append(StandardEvidence(kind="text", reference="Minutes of 3 May"))
            session.add(row)
    session.commit()


def make_large_plan(session: Any, **facts: Any) -> Engagement:
    """Make an event worth the 38 indicators, with all that it needs to open."""
    engagement = make_event(session, **{"value_pence": LARGE, **facts})
    make_pack(session, engagement)
    answer(session, engagement, "ISP")
    return engagement


def opened(session: Any, engagement: Engagement, scope: str = "seven", **facts: Any) -> Engagement:
    """Open an engagement without asking anybody but the database."""
    session.execute(
        update(Engagement)
        .where(Engagement.id == engagement.id)
        .values(
            opened_at=NOW,
            standards_scope=scope,
            standards_edition=EDITION,
            view_code=f"code-{engagement.id}",
            **facts,
        )
    )
    session.commit()
    return session.scalars(select(Engagement).where(Engagement.id == engagement.id)).one()
