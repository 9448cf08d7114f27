"""What we did with what you said: for everybody to read."""

from flask import Blueprint, Response, abort

from engage.disclosure.rules import hold_back
from engage.engagements.models import Engagement
from engage.engagements.queries.planning import engagement_by_slug
from engage.influence.exports import DECISION_COLUMNS, decision_rows
from engage.influence.models import Finding
from engage.influence.queries import (
    decided_engagements,
    findings_of,
    influences_on,
    undecided_on,
)
from engage.influence.rules import EFFECTS, marked_change, strongest
from engage.plans.queries.community import public_plan
from engage.plans.rules.community import KINDS as PLAN_KINDS
from engage.web.access import public
from engage.web.pages import csv_download, page

bp = Blueprint("influence", __name__)


@bp.get("/decisions/")
@public
def decisions() -> Response:
    """List the engagements with decisions, the one decided last first."""
    return page("influence/decisions.html", decided=decided_engagements())


@bp.get("/decisions/<slug>/")
@public
def decision(slug: str) -> Response:
    """You said, we decided, because, what changed: of each finding that was decided."""
    engagement, findings = _decided_or_404(slug)
    effects = {f.id: strongest({i.effect for i in f.influences}) for f in findings}
    return page(
        "influence/decision.html",
        engagement=engagement,
        taken=[f for f in findings if effects[f.id] in ("changed", "confirmed")],
        not_taken=[f for f in findings if effects[f.id] == "not_taken_up"],
        waiting=sum(1 for f in findings if effects[f.id] is None),
        effects=EFFECTS,
        marked_change=marked_change,
        hold_back=hold_back,
    )


@bp.get("/decisions/<slug>/decisions.csv")
@public
def decision_csv(slug: str) -> Response:
    """The same as a file."""
    engagement, findings = _decided_or_404(slug)
    return csv_download(
        f"decisions-{engagement.slug}.csv", DECISION_COLUMNS, decision_rows(findings)
    )


@bp.get("/community-plans/<slug>/")
@public
def community_plan(slug: str) -> Response:
    """A plan that a community made itself, and what became of it."""
    plan = public_plan(slug)
    if plan is None:
        abort(404)
    return page(
        "influence/community_plan.html",
        plan=plan,
        kinds=PLAN_KINDS,
        influences=influences_on("plan", plan.id),
        waiting=undecided_on("plan", plan.id),
    )


def _decided_or_404(slug: str) -> tuple[Engagement, list[Finding]]:
    engagement = engagement_by_slug(slug)
    findings = findings_of(engagement.id) if engagement else []
    if engagement is None or not any(finding.influences for finding in findings):
        abort(404)
    return engagement, findings
