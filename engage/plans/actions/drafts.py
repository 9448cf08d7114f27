"""Writing plans: drafts that are fixed once published, and priorities."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm.attributes import flag_modified

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.extensions import db
from engage.plans.models import Draft, Paragraph, Plan, Priority, Section
from engage.plans.queries.drafts import (
    last_number,
    latest_draft,
    priorities_of,
    sections_written,
    slugs,
    working_draft,
)
from engage.plans.rules.drafts import DraftRefused, PlanRefused, WrittenSection
from engage.web.rules import N_, slug_for


def create_plan(
    title: str,
    kind: str,
    *,
    locality_id: int | None,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> Plan:
    """Create a plan for the whole area (“loip”, s.6) or for one locality (“locality”, s.10)."""
    if (kind == "locality") != (locality_id is not None):
        raise PlanRefused(N_("Choose a locality for a locality plan, and none for the whole area"))
    plan = Plan(
        slug=slug_for(title, slugs()),
        title=title,
        kind=kind,
        locality_id=locality_id,
        created_at=at,
    )
    db.session.add(plan)
    db.session.flush()
    _record(Happening.PLAN_CREATED, f"plan:{plan.id}", at, by, role, kind=kind)
    return plan


def start_draft(plan: Plan) -> Draft:
    """Return the draft that is being written: the one in hand, or a new one that starts from the
    text of the latest published draft, under the next number."""
    draft = working_draft(plan)
    if draft is not None:
        return draft
    before = latest_draft(plan)
    draft = Draft(plan_id=plan.id, number=last_number(plan) + 1, published_at=None)
    db.session.add(draft)
    db.session.flush()
    if before is not None:
        write_draft(draft, sections_written(before))
    return draft


def write_draft(draft: Draft, sections: Sequence[WrittenSection]) -> None:
    """Put ``sections`` in the place of the draft's text. Refused once the draft is published."""
    if draft.published_at is not None:
        raise DraftRefused(
            N_("This draft is published and can't change. Write a new draft instead")
        )
    flag_modified(draft, "published_at")  # so that the version rises though only sections change
    draft.sections.clear()
    db.session.flush()
    for position, section in enumerate(sections, start=1):
        draft.sections.append(
            Section(
                position=position,
                heading=section.heading,
                paragraphs=[
                    Paragraph(position=number, text=text)
                    for number, text in enumerate(section.paragraphs, start=1)
                ],
            )
        )
    db.session.flush()


def publish_draft(draft: Draft, *, at: datetime, by: int | None, role: str = "officer") -> Draft:
    """Publish a draft: from now on it doesn't change, and its paragraphs keep their names."""
    if draft.published_at is not None:
        raise DraftRefused(N_("This draft is published already"))
    if not draft.sections:
        raise DraftRefused(N_("Write the draft before you publish it"))
    draft.published_at = at
    db.session.flush()
    paragraphs = sum(len(section.paragraphs) for section in draft.sections)
    _record(
        Happening.DRAFT_PUBLISHED,
        f"plan:{draft.plan_id}",
        at,
        by,
        role,
        draft=draft.number,
        paragraphs=paragraphs,
    )
    return draft


def add_priority(
    plan: Plan,
    title: str,
    text: str,
    added_value: str,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> Priority:
    """Add a priority after the others; what the partnership adds to it must be said (R44)."""
    if not added_value.strip():
        raise PlanRefused(N_("Enter what the partnership adds to this priority"))
    taken = [priority.number for priority in priorities_of(plan.id)]
    priority = Priority(
        plan_id=plan.id,
        number=max(taken, default=0) + 1,
        title=title,
        text=text,
        added_value=added_value,
    )
    db.session.add(priority)
    db.session.flush()
    _record(
        Happening.PRIORITY_ADDED, f"priority:{priority.id}", at, by, role, number=priority.number
    )
    return priority


def change_priority(
    priority: Priority,
    text: str,
    *,
    title: str | None = None,
    added_value: str | None = None,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> Priority:
    """Change a priority's wording; ``title`` and ``added_value`` None leave theirs as they are."""
    if not text.strip():
        raise PlanRefused(N_("Enter the wording of the priority"))
    priority.text = text
    if title is not None:
        priority.title = title
    if added_value is not None:
        priority.added_value = added_value
    db.session.flush()
    _record(
        Happening.PRIORITY_CHANGED, f"priority:{priority.id}", at, by, role, number=priority.number
    )
    return priority


def _record(
    happening: Happening, object_: str, at: datetime, by: int | None, role: str, **detail: object
) -> None:
    record(happening, object_, at=at, actor_id=by, actor_role=role if by else "system", **detail)
