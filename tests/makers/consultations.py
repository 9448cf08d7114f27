"""Consultations and responses for other tests to stand on."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from engage.consultations.actions import (
    save_about,
    save_answers,
    save_comments,
    start_response,
    submit_response,
)
from engage.consultations.models import Consultation, Question, Response
from engage.engagements.models import Engagement
from engage.plans.models import Plan
from engage.plans.queries import paragraphs_of
from tests.makers.plans import make_plan

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def make_consultation(
    session: Any,
    plan: Plan | None = None,
    *,
    title: str = "Mastrick plan: what do you think?",
    slug: str = "mastrick-plan-what-do-you-think",
    opens_at: datetime = NOW - timedelta(days=14),
    closes_at: datetime = NOW + timedelta(days=70),
    stage: str = "open",
    overall_is_needed: bool = False,
    text_questions: Sequence[str] = ("What is missing?",),
    locality_id: int | None = None,
) -> Consultation:
    """A consultation on a plan's first draft: the overall question, and text questions.

    The defaults leave it open at the tests' NOW; pages ask the real clock unless a test holds it.
    """
    plan = plan or make_plan(session)
    engagement = Engagement(
        slug=slug,
        kind="consultation",
        title=title,
        purpose="To hear what people think of the draft before it is final.",
        level="consult",
        open_to_change="The wording and order of every paragraph.",
        fixed="The amount of money there is.",
        opens_at=opens_at,
        closes_at=closes_at,
        locality_id=locality_id,
    )
    consultation = Consultation(
        engagement=engagement,
        draft_id=plan.drafts[0].id,
        stage=stage,
        questions=[
            Question(
                position=1,
                kind="agreement",
                prompt="Overall, do you agree with the draft?",
                is_needed=overall_is_needed,
            ),
            *(
                Question(position=position, kind="text", prompt=prompt)
                for position, prompt in enumerate(text_questions, start=2)
            ),
        ],
    )
    session.add(consultation)
    session.commit()
    return consultation


def make_response(
    session: Any,
    consultation: Consultation,
    *,
    overall: str = "agree",
    texts: Sequence[str] = (),
    comments: Mapping[str, str] | None = None,
    body_id: int | None = None,
    account_id: int | None = None,
    name: str = "",
    email: str = "",
    publish: str = "without_name",
    placing: tuple[str, str | None] = ("not_given", None),
    at: datetime = NOW,
    submitted: bool = True,
) -> tuple[Response, str]:
    """A response and its reference.

    ``texts`` answer the text questions in order, ``comments`` go by label (“1.2”).
    """
    response, reference = start_response(
        consultation, at=at, account_id=account_id, body_id=body_id
    )
    said = zip(consultation.questions, (overall, *texts), strict=False)
    save_answers(response, {question.id: text for question, text in said}, at=at)
    ids = {paragraph.label: paragraph.id for paragraph in paragraphs_of(consultation.draft_id)}
    save_comments(response, {ids[k]: text for k, text in (comments or {}).items()}, at=at)
    save_about(response, publish=publish, name=name, email=email, placing=placing, at=at)
    if submitted:
        submit_response(response, at=at, on_day=at.date())
    session.commit()
    return response, reference
