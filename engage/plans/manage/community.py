"""Plans that communities made themselves, for officers: checking, entering, replacing."""

from collections import Counter
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.plans.actions import community as actions
from engage.plans.forms.community import (
    CommunityPlanForm,
    DecidePlanForm,
    ReplaceForm,
    plan_answers,
)
from engage.plans.models import CommunityPlan
from engage.plans.queries import community as queries
from engage.plans.rules.community import KINDS, PUBLIC, STAGES, CommunityPlanRefused
from engage.plans.views.community import download, own_areas
from engage.web.access import requires
from engage.web.pages import page

bp = Blueprint("community_plans_manage", __name__)
PAGE_SIZE = 50


@bp.get("/desk/community-plans/")
@requires(Permission.MANAGE_PLANS)
def desk() -> Response:
    """Plans at one stage; those that wait for a check first."""
    counts = Counter(queries.plan_counts())
    stage = request.args.get("stage", "")
    if stage not in STAGES:
        stage = "waiting" if counts["waiting"] else "registered"
    last = max(1, -(-counts[stage] // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    return page(
        "plans/community/desk.html",
        counts=counts,
        stage=stage,
        stages=STAGES,
        kinds=KINDS,
        plans=queries.find_community_plans(
            queries.PlanFilter(stage=stage), offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE
        ),
        number=number,
        last=last,
    )


@bp.route("/desk/community-plans/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLANS)
def new() -> Response | Answer:
    """Put a plan on the list for a group."""
    form = CommunityPlanForm(localities=own_areas(), asks_body=True)
    if form.validate_on_submit():
        body = queries.body_named(form.body.data)
        try:
            if body is None:
                raise CommunityPlanRefused(
                    _("Enter the name of a group as the register has it"), "body"
                )
            plan = actions.send_plan(
                body, form.facts, form.document, is_checked=True, at=clock.now(), **_actor()
            )
            db.session.commit()
        except CommunityPlanRefused as refusal:
            db.session.rollback()
            form.refuse_about(refusal)
        except IntegrityError:
            db.session.rollback()
            form.refuse(_("Somebody sent a plan of this title just now. Send yours again"))
        else:
            flash(_("The plan is on the list."))
            return redirect(url_for(".plan", slug=plan.slug))
    return page("plans/community/edit.html", form=form, body=None, plan=None)


@bp.route("/desk/community-plans/<slug>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLANS)
def plan(slug: str) -> Response | Answer:
    """One plan: what the group sent, and whether it goes on the list."""
    found, form = _found(slug), DecidePlanForm()
    if form.validate_on_submit():
        try:
            told = actions.decide_plan(
                found, form.decision.data, form.reason.data or "", at=clock.now(), **_actor()
            )
            db.session.commit()
        except CommunityPlanRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form.reason if refusal.about == "reason" else None)
        except StaleDataError:
            db.session.rollback()
            form.refuse(_("Somebody decided this before you. Look at it as it is now"))
        else:
            deliver_waiting()
            flash(
                _("It is decided, and we have told the group.")
                if told
                else _("It is decided. The group has no address to tell it at.")
            )
            return redirect(url_for(".plan", slug=slug))
    return page(
        "plans/community/one.html",
        form=form,
        plan=found,
        kinds=KINDS,
        stages=STAGES,
        is_public=found.stage in PUBLIC,
        others=_others(found),
    )


@bp.route("/desk/community-plans/<slug>/change/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLANS)
def change(slug: str) -> Response | Answer:
    """Change what is said of a plan."""
    found = _found(slug)
    form = CommunityPlanForm(localities=own_areas(), asks_body=False, data=plan_answers(found))
    if form.validate_on_submit():
        try:
            if form.version.data != str(found.version):
                raise StaleDataError()
            actions.change_plan(found, form.facts, form.document, at=clock.now(), **_actor())
            db.session.commit()
        except CommunityPlanRefused as refusal:
            db.session.rollback()
            form.refuse_about(refusal)
        except StaleDataError:
            db.session.rollback()
            form.refuse(_("Somebody changed this before you. Load the page again."))
        else:
            flash(_("The plan is changed."))
            return redirect(url_for(".plan", slug=slug))
    return page("plans/community/edit.html", form=form, body=None, plan=found)


@bp.route("/desk/community-plans/<slug>/replace/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLANS)
def replace(slug: str) -> Response | Answer:
    """Say which newer plan of the same group took this one's place."""
    found = _found(slug)
    form = ReplaceForm(plans=[(other.slug, other.title) for other in _others(found)])
    if form.validate_on_submit():
        try:
            actions.replace_plan(found, _found(form.newer.data), at=clock.now(), **_actor())
            db.session.commit()
        except CommunityPlanRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form.newer)
        except StaleDataError:
            db.session.rollback()
            form.refuse(_("Somebody decided this before you. Look at it as it is now"))
        else:
            flash(_("Its page says now that a newer plan took its place."))
            return redirect(url_for(".plan", slug=slug))
    return page("plans/community/replace.html", form=form, plan=found)


@bp.get("/desk/community-plans/<slug>/file")
@requires(Permission.MANAGE_PLANS)
def file(slug: str) -> Response:
    """The document of a plan at any stage, as a download."""
    return download(_found(slug))


def _others(found: CommunityPlan) -> list[CommunityPlan]:
    """Return the other plans on the list of the same group."""
    return [
        one
        for one in queries.plans_of(found.body_id)
        if one.id != found.id and one.stage == "registered"
    ]


def _found(slug: str) -> CommunityPlan:
    return queries.community_plan(slug) or abort(404)


def _actor() -> dict[str, Any]:
    return {"by": current_user.id, "role": current_user.role}
