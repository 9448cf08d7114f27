"""Plans, for everybody."""

from flask import Blueprint, Response, abort

from engage.plans.queries.drafts import latest_draft, plan_by_slug, priorities_of, published_draft
from engage.plans.queries.drafts import published_plans as plans_to_read
from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("plans", __name__)


@bp.get("/plans/")
@public
def plans() -> Response:
    """Every plan that has a published draft."""
    return page("plans/plans.html", plans=plans_to_read())


@bp.get("/plans/<slug>/")
@public
def plan(slug: str) -> Response:
    """A plan: its latest published draft, and its priorities as they stand now."""
    found = plan_by_slug(slug)
    draft = latest_draft(found) if found else None
    if found is None or draft is None:
        abort(404)
    return page("plans/plan.html", plan=found, draft=draft, priorities=priorities_of(found.id))


@bp.get("/plans/<slug>/drafts/<int(max=10000):number>/")
@public
def draft(slug: str, number: int) -> Response:
    """One published draft, which keeps its address when later ones follow."""
    found = plan_by_slug(slug)
    text = published_draft(found, number) if found else None
    if found is None or text is None:
        abort(404)
    return page("plans/draft.html", plan=found, draft=text, latest=latest_draft(found))
