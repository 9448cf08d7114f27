"""Keeping plans that communities made themselves: sending, checking, replacing one."""

from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.bodies.actions.register import tell_body
from engage.bodies.models import CommunityBody
from engage.clock import UK
from engage.extensions import db
from engage.places.models import Locality
from engage.plans.models import CommunityPlan, CommunityPlanFile
from engage.plans.queries.community import community_plan_slugs
from engage.plans.rules.community import (
    CommunityPlanRefused,
    PlanFacts,
    PlanFile,
    check_facts,
    decision_words,
)
from engage.web.rules import N_, slug_for

#: Addresses below /desk/community-plans/ that are no plan's.
TAKEN = frozenset({"new", "plans"})


def send_plan(
    body: CommunityBody,
    facts: PlanFacts,
    file: PlanFile | None,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
    is_checked: bool = False,
) -> CommunityPlan:
    """Keep a plan of a body. It waits for an officer, unless one entered it (``is_checked``).

    Raises CommunityPlanRefused.
    """
    check_facts(facts, file is not None, at.astimezone(UK).date())
    plan = CommunityPlan(
        body=body,
        slug=slug_for(facts.title, community_plan_slugs() | TAKEN),
        stage="registered" if is_checked else "waiting",
        sent_at=at,
        sent_by=by,
        decided_at=at if is_checked else None,
    )
    _write(plan, facts, file)
    db.session.add(plan)
    db.session.flush()
    _record(Happening.COMMUNITY_PLAN_SENT, plan, at, by, role, body=body.id, stage=plan.stage)
    return plan


def change_plan(
    plan: CommunityPlan,
    facts: PlanFacts,
    file: PlanFile | None,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
    by_body: bool = False,
) -> None:
    """Change what is said of a plan; ``file`` None leaves its document as it is.

    Its body may do so until it is on the list (``by_body``): a declined plan waits again then.
    Raises CommunityPlanRefused.
    """
    if by_body and plan.stage not in ("waiting", "declined"):
        raise CommunityPlanRefused(
            N_("It is on the list already: send the newer plan, or ask us to change this one")
        )
    check_facts(facts, file is not None or plan.file is not None, at.astimezone(UK).date())
    _write(plan, facts, file)
    if by_body:
        plan.stage, plan.reason, plan.decided_at, plan.sent_at = "waiting", "", None, at
    db.session.flush()
    _record(Happening.COMMUNITY_PLAN_CHANGED, plan, at, by, role)


def decide_plan(
    plan: CommunityPlan,
    stage: str,
    reason: str,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> int:
    """Put a waiting plan on the list, or decline it for a reason, and tell its body.

    Returns how many messages go out. Raises CommunityPlanRefused.
    """
    if plan.stage != "waiting":
        raise CommunityPlanRefused(N_("Somebody decided this before you. Look at it as it is now"))
    if stage == "declined" and not reason:
        raise CommunityPlanRefused(N_("Enter the reason: the group will read it"), "reason")
    plan.stage, plan.decided_at = stage, at
    plan.reason = reason if stage == "declined" else ""
    db.session.flush()
    _record(Happening.COMMUNITY_PLAN_DECIDED, plan, at, by, role, stage=stage)
    base = current_app.config["BASE_URL"]
    path = f"/community-plans/{plan.slug}/" if stage == "registered" else (
        f"/group/{plan.body.slug}/plans/"
    )  # fmt: skip
    with force_locale("en_GB"):  # not the language of the officer's screen
        subject, text = decision_words(plan.title, stage, reason, base + path)
    once = f"community_plan:{plan.id}:{plan.version}"
    return tell_body(plan.body, subject, text, once=once, at=at)


def replace_plan(
    plan: CommunityPlan,
    newer: CommunityPlan,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Say that a newer plan of the same body took a plan's place. Raises CommunityPlanRefused."""
    if plan.stage != "registered" or newer.stage != "registered":
        raise CommunityPlanRefused(N_("Only plans on the list replace each other"), "newer")
    if newer.id == plan.id or newer.body_id != plan.body_id:
        raise CommunityPlanRefused(N_("Choose another plan of the same group"), "newer")
    plan.stage, plan.replaced_by_id = "replaced", newer.id
    db.session.flush()
    _record(Happening.COMMUNITY_PLAN_DECIDED, plan, at, by, role, stage="replaced", newer=newer.id)


def _write(plan: CommunityPlan, facts: PlanFacts, file: PlanFile | None) -> None:
    for name in ("kind", "title", "made_on", "summary", "method", "link"):
        setattr(plan, name, getattr(facts, name))
    wanted = select(Locality).where(Locality.id.in_(facts.locality_ids))
    plan.areas = list(db.session.scalars(wanted)) if facts.locality_ids else []
    if file is None:
        return
    if plan.file is None:
        plan.file = CommunityPlanFile()
    plan.file.kind, plan.file.content = file.kind, file.content
    plan.file.size = len(file.content)


def _record(
    happening: Happening,
    plan: CommunityPlan,
    at: datetime,
    by: int | None,
    role: str,
    **detail: Any,
) -> None:
    record(
        happening,
        f"community_plan:{plan.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        **detail,
    )
