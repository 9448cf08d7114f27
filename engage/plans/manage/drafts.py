"""Writing drafts of plans, for officers."""

from flask import Blueprint, Response, abort, current_app, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.extensions import db
from engage.partners.queries import partnership
from engage.permissions import Permission
from engage.places.queries import locality_choices
from engage.plans.actions import drafts as actions
from engage.plans.forms.drafts import DraftForm, PlanForm, PriorityForm
from engage.plans.models import Plan
from engage.plans.queries.drafts import (
    last_number,
    latest_draft,
    plan_by_slug,
    plans,
    priorities_of,
    priority_of,
    sections_written,
    working_draft,
)
from engage.plans.rules.drafts import DraftRefused, priorities_warning, written
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page
from engage.web.rules import N_

bp = Blueprint("plans_manage", __name__)


@bp.get("/desk/plans/")
@requires(Permission.MANAGE_PLANS)
def desk() -> Response:
    """Every plan, with what is being written."""
    return page("plans/desk.html", plans=plans())


@bp.route("/desk/plans/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLANS)
def create() -> Response | Answer:
    """Create a plan for the whole area or for a locality."""
    form = PlanForm(localities=locality_choices(partnership().council_code))
    if form.validate_on_submit():
        plan = actions.create_plan(
            form.title.data,
            "locality" if form.locality_id else "loip",
            locality_id=form.locality_id,
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        )
        db.session.commit()
        flash(_("The plan is created. Write its first draft."))
        return redirect(url_for(".plan", slug=plan.slug))
    return page("plans/create.html", form=form)


@bp.get("/desk/plans/<slug>/")
@requires(Permission.MANAGE_PLANS)
def plan(slug: str) -> Response:
    """One plan: its drafts and priorities."""
    found = _plan(slug)
    priorities = priorities_of(found.id)
    return page(
        "plans/manage.html",
        plan=found,
        working=working_draft(found),
        priorities=priorities,
        warning_text=priorities_warning(len(priorities)),
    )


@bp.route("/desk/plans/<slug>/draft/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLANS)
def write(slug: str) -> Response | Answer:
    """Write the draft in hand, or the next one, which starts from the latest published text."""
    found = _plan(slug)
    draft = working_draft(found)
    start = draft or latest_draft(found)
    form = DraftForm(text=written(sections_written(start)) if start else "")
    version = str(draft.version if draft else 0)
    number = draft.number if draft else last_number(found) + 1
    if form.validate_on_submit():
        if form.version.data != version or not _save(found, form):
            return _changed_meanwhile(slug, form, number)
        flash(_("The draft is saved. This is how people will see it."))
        return redirect(url_for(".preview", slug=slug))
    if not form.is_submitted():
        form.version.data = version
    return page("plans/write.html", form=form, plan=found, number=number)


@bp.get("/desk/plans/<slug>/draft/preview/")
@requires(Permission.MANAGE_PLANS)
def preview(slug: str) -> Response:
    """The draft as people will see it, with the names of its paragraphs."""
    found = _plan(slug)
    draft = working_draft(found)
    if draft is None:
        abort(404)
    return page(
        "plans/preview.html",
        plan=found,
        draft=draft,
        unscreened=_unscreened(found),
        binds=partnership().screening_binds,
    )


@bp.post("/desk/plans/<slug>/draft/publish/")
@requires(Permission.MANAGE_PLANS)
def publish(slug: str) -> Answer:
    """Publish the draft in hand; from then on it doesn't change."""
    found = _plan(slug)
    draft = working_draft(found)
    if not ActionForm().validate_on_submit():
        abort(400)
    if draft is None:
        abort(409)
    try:
        if _unscreened(found) and partnership().screening_binds:
            raise DraftRefused(SCREEN_FIRST)
        actions.publish_draft(draft, at=clock.now(), by=current_user.id, role=current_user.role)
        db.session.commit()
        flash(_("Draft %(number)s is published.", number=draft.number))
    except DraftRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    except StaleDataError:
        db.session.rollback()
        abort(409)
    return redirect(url_for(".plan", slug=slug))


@bp.route("/desk/plans/<slug>/priorities/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLANS)
def add_priority(slug: str) -> Response | Answer:
    """Add a priority."""
    found = _plan(slug)
    form = PriorityForm()
    if form.validate_on_submit():
        actions.add_priority(
            found,
            form.title.data,
            form.text.data,
            form.added_value.data,
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        )
        db.session.commit()
        flash(_("The priority is added."))
        return redirect(url_for(".plan", slug=slug))
    return page("plans/priority.html", form=form, plan=found, priority=None)


@bp.route("/desk/plans/<slug>/priorities/<int(max=10000):number>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLANS)
def change_priority(slug: str, number: int) -> Response | Answer:
    """Change a priority's wording; where people changed it, that is recorded under influence."""
    found = _plan(slug)
    priority = priority_of(found, number)
    if priority is None:
        abort(404)
    form = PriorityForm(obj=priority)
    if form.validate_on_submit():
        actions.change_priority(
            priority,
            form.text.data,
            title=form.title.data,
            added_value=form.added_value.data,
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        )
        db.session.commit()
        flash(_("The priority is changed."))
        return redirect(url_for(".plan", slug=slug))
    return page("plans/priority.html", form=form, plan=found, priority=priority)


def _plan(slug: str) -> Plan:
    found = plan_by_slug(slug)
    if found is None:
        abort(404)
    return found


#: What an officer reads whose partnership publishes no plan without a screening.
SCREEN_FIRST = N_(
    "Screen it for its impacts first. Your partnership publishes nothing without a screening"
)


def _unscreened(plan: Plan) -> bool:
    """Say whether the plan was never screened for impacts; a room beside this one knows."""
    return bool(current_app.extensions["plan_unscreened"](plan.id))


def _save(plan: Plan, form: DraftForm) -> bool:
    """Keep the text; False where another officer saved or published at the same moment."""
    try:
        actions.write_draft(actions.start_draft(plan), form.sections)
        db.session.commit()
    except (IntegrityError, StaleDataError, DraftRefused):
        db.session.rollback()
        return False
    return True


def _changed_meanwhile(slug: str, form: DraftForm, number: int) -> Response:
    """Show what was typed again, next to what somebody else saved."""
    plan = _plan(slug)
    draft = working_draft(plan)
    form.version.data = str(draft.version if draft else 0)
    form.refuse(
        _("Somebody else changed this draft. Compare their text below with yours, then save again.")
    )
    theirs = draft or latest_draft(plan)
    return page(
        "plans/write.html",
        409,
        form=form,
        plan=plan,
        number=draft.number if draft else number,
        theirs=written(sections_written(theirs)) if theirs else "",
    )
