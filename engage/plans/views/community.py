"""Plans that communities made themselves: the list for everybody, and a group's own."""

from flask import Blueprint, Response, abort, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.bodies.models import CommunityBody
from engage.bodies.queries.register import body_for
from engage.bodies.rules.register import EDITORS
from engage.extensions import db
from engage.partners.queries import partnership
from engage.permissions import Permission
from engage.places.queries import locality_choices
from engage.plans.actions import community as actions
from engage.plans.forms.community import CommunityPlanFilterForm, CommunityPlanForm, plan_answers
from engage.plans.models import CommunityPlan
from engage.plans.queries import community as queries
from engage.plans.rules.community import FILES, KINDS, STAGES, CommunityPlanRefused
from engage.web.access import public, requires
from engage.web.pages import csv_download, page

bp = Blueprint("community_plans", __name__)
PAGE_SIZE = 50


@bp.get("/community-plans/")
@public
def plans() -> Response:
    """Every plan on the list, the newest first."""
    find = CommunityPlanFilterForm(request.args, localities=own_areas())
    find.validate()
    wanted = queries.PlanFilter(
        words=find.words.data or "",
        kind="" if find.kind.errors else find.kind.data or "",
        locality_id=int(find.area.data) if find.area.data and not find.area.errors else None,
    )
    count = queries.count_community_plans(wanted)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    return page(
        "plans/community/list.html",
        find=find,
        wanted=wanted,
        count=count,
        plans=queries.find_community_plans(
            wanted, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE
        ),
        number=number,
        last=last,
        kinds=KINDS,
    )


@bp.get("/community-plans/plans.csv")
@public
def plans_csv() -> Response:
    """The list as a CSV file."""
    header = ("title", "group", "kind", "agreed_on", "areas", "link", "address")
    rows = [
        (
            plan.title,
            plan.group,
            plan.kind,
            plan.made_on.isoformat(),
            "; ".join(areas) or "the whole area",
            plan.link,
            f"/community-plans/{plan.slug}/",
        )
        for plan, areas in queries.find_community_plans(queries.PlanFilter())
    ]
    return csv_download("community-plans.csv", header, rows)


@bp.get("/community-plans/<slug>/file")
@public
def file(slug: str) -> Response:
    """The document of a plan on the list, as a download."""
    plan = queries.public_plan(slug)
    return download(plan) if plan is not None else abort(404)


def download(plan: CommunityPlan) -> Response:
    """Hand out a plan's document: never shown in the browser, whatever it holds."""
    if plan.file is None:
        abort(404)
    response = make_response(queries.file_content(plan.id))
    response.headers["Content-Type"] = FILES[plan.file.kind]
    name = f"{plan.slug}.{plan.file.kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/group/<slug>/plans/")
@requires(Permission.REPRESENT_BODIES)
def own(slug: str) -> Response:
    """The plans that a group sent, and where each stands."""
    body = _body(slug)
    return page(
        "plans/community/own.html",
        body=body,
        plans=queries.plans_of(body.id),
        may_send=body_for(current_user.id, slug, EDITORS) is not None,
        kinds=KINDS,
        stages=STAGES,
    )


@bp.route("/group/<slug>/plans/new/", methods=["GET", "POST"])
@requires(Permission.REPRESENT_BODIES)
def send(slug: str) -> Response | Answer:
    """Send a plan that the group made."""
    body = _body(slug, edits=True)
    form = CommunityPlanForm(localities=own_areas(), asks_body=False)
    if form.validate_on_submit():
        try:
            actions.send_plan(
                body,
                form.facts,
                form.document,
                at=clock.now(),
                by=current_user.id,
                role=current_user.role,
            )
            db.session.commit()
        except CommunityPlanRefused as refusal:
            db.session.rollback()
            form.refuse_about(refusal)
        except IntegrityError:
            db.session.rollback()
            form.refuse(_("Somebody sent a plan of this title just now. Send yours again"))
        else:
            flash(_("Thank you. We look at it and tell you when it is on the list."))
            return redirect(url_for(".own", slug=slug))
    return page("plans/community/edit.html", form=form, body=body, plan=None)


@bp.route("/group/<slug>/plans/<plan>/", methods=["GET", "POST"])
@requires(Permission.REPRESENT_BODIES)
def change(slug: str, plan: str) -> Response | Answer:
    """Change a plan that is not on the list yet."""
    body = _body(slug, edits=True)
    found = queries.community_plan(plan)
    if found is None or found.body_id != body.id:
        abort(404)
    form = CommunityPlanForm(localities=own_areas(), asks_body=False, data=plan_answers(found))
    if form.validate_on_submit():
        try:
            if form.version.data != str(found.version):
                raise StaleDataError()
            actions.change_plan(
                found,
                form.facts,
                form.document,
                at=clock.now(),
                by=current_user.id,
                role=current_user.role,
                by_body=True,
            )
            db.session.commit()
        except CommunityPlanRefused as refusal:
            db.session.rollback()
            form.refuse_about(refusal)
        except StaleDataError:
            db.session.rollback()
            form.refuse(_("Somebody changed this before you. Load the page again."))
        else:
            flash(_("It is changed, and we look at it again."))
            return redirect(url_for(".own", slug=slug))
    return page("plans/community/edit.html", form=form, body=body, plan=found)


def own_areas() -> list[tuple[str, str]]:
    """Return (id as text, name) of each locality of this site's area."""
    return locality_choices(partnership().council_code)


def _body(slug: str, *, edits: bool = False) -> CommunityBody:
    """Return a registered body that the person speaks for, or answer 404."""
    parts = {"parts": EDITORS} if edits else {}
    found = body_for(current_user.id, slug, **parts)
    if found is None or found.stage != "registered":
        abort(404)
    return found
