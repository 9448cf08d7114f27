"""Drafts that are fixed once published, and priorities."""

import pytest

from engage.audit.models import AuditEvent
from engage.plans.actions.drafts import (
    add_priority,
    change_priority,
    create_plan,
    publish_draft,
    start_draft,
    write_draft,
)
from engage.plans.models import Paragraph
from engage.plans.queries.drafts import draft_choices, latest_draft, paragraphs_of, priorities_of
from engage.plans.rules.drafts import DraftRefused, PlanRefused, parse_draft
from tests.makers.plans import make_plan


def trail(session) -> list[str]:
    return [event.action for event in session.query(AuditEvent).order_by(AuditEvent.seq)]


def test_a_plan_is_created_written_and_published(session, now, carys):
    plan = create_plan("Strathlyle plan", "loip", locality_id=None, at=now, by=carys.id)
    draft = start_draft(plan)
    write_draft(draft, parse_draft("# Paths\nMend.\n\nLight."))
    publish_draft(draft, at=now, by=carys.id)
    session.commit()
    assert plan.slug == "strathlyle-plan"
    assert [p.label for p in paragraphs_of(draft.id)] == ["1.1", "1.2"]
    assert trail(session) == ["plan.created", "draft.published"]


def test_a_plan_of_a_locality_needs_its_locality(session, now, carys):
    with pytest.raises(PlanRefused):
        create_plan("Mastrick", "locality", locality_id=None, at=now, by=carys.id)


@pytest.mark.requirement("R64")
def test_a_published_draft_does_not_change(session, now):
    draft = make_plan(session).drafts[0]
    with pytest.raises(DraftRefused, match="published"):
        write_draft(draft, parse_draft("# Other\nwords"))
    assert session.query(Paragraph).count() == 6


def test_a_draft_is_published_once(session, now, carys):
    draft = make_plan(session).drafts[0]
    with pytest.raises(DraftRefused, match="already"):
        publish_draft(draft, at=now, by=carys.id)


def test_a_draft_without_text_is_not_published(session, now, carys):
    draft = start_draft(create_plan("Plan", "loip", locality_id=None, at=now, by=carys.id))
    with pytest.raises(DraftRefused, match="Write the draft"):
        publish_draft(draft, at=now, by=carys.id)


def test_the_next_draft_starts_from_the_published_text_under_the_next_number(session, now):
    plan = make_plan(session)
    following = start_draft(plan)
    session.commit()
    assert following.number == 2
    assert paragraphs_of(following.id)[0].text == "Mend paths."
    assert latest_draft(plan).number == 1, "the public reads the published one"
    assert start_draft(plan).id == following.id, "there is one draft in hand at most"


def test_every_save_raises_the_version(session, now):
    draft = make_plan(session, published=False).drafts[0]
    before = draft.version
    write_draft(draft, parse_draft("# Other\nwords"))
    session.commit()
    assert draft.version == before + 1


def test_a_consultation_may_choose_each_plans_latest_published_draft(session, now):
    plan = make_plan(session)
    make_plan(session, title="Unfinished", slug="unfinished", published=False)
    assert draft_choices() == [(str(plan.drafts[0].id), "Mastrick plan, draft 1")]


@pytest.mark.requirement("R44")
def test_a_priority_says_what_the_partnership_adds(session, now, carys):
    plan = make_plan(session)
    with pytest.raises(PlanRefused, match="adds"):
        add_priority(plan, "Warm homes", "Insulate.", " ", at=now, by=carys.id)
    added = add_priority(plan, "Warm homes", "Insulate.", "One team.", at=now, by=carys.id)
    assert added.number == 3


def test_a_changed_priority_keeps_its_name_unless_told_and_leaves_a_trace(session, now, carys):
    priority = priorities_of(make_plan(session).id)[0]
    change_priority(priority, "Mend and light the paths.", at=now, by=carys.id, role="officer")
    session.commit()
    assert (priority.title, priority.text) == ("Safer paths", "Mend and light the paths.")
    assert trail(session) == ["priority.changed"]


def test_a_priority_is_not_left_without_words(session, now, carys):
    priority = priorities_of(make_plan(session).id)[0]
    with pytest.raises(PlanRefused):
        change_priority(priority, " ", at=now, by=carys.id)
