"""The register of groups for officers: checking, accepting, reviewing, particular regard."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies import exports
from engage.bodies.actions import register as actions
from engage.bodies.actions.reviews import review_body
from engage.bodies.forms.register import (
    ChangeBodyForm,
    DeclineForm,
    OfficerBodyForm,
    RegardForm,
    ToldWishForm,
)
from engage.bodies.models import CommunityBody
from engage.bodies.queries import register as queries
from engage.bodies.queries.areas import area_states
from engage.bodies.queries.communities import communities_of, count_unheard
from engage.bodies.queries.duplicates import moved_to, name_like
from engage.bodies.queries.network import support_of
from engage.bodies.queries.reviews import count_unsettled
from engage.bodies.rules.register import STAGES, BodyRefused, NameTakenRefused, review_is_due
from engage.bodies.views.register import PAGE_SIZE, WORDS, conflict, save_details
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm, Form
from engage.web.pages import csv_download, page
from engage.web.rules import clean_text

bp = Blueprint("bodies_manage", __name__)
#: What an officer reads who gives a group the name of another.
NAME_KNOWN = _l("A group of this name is known already. Find it among the groups of every stage")


@bp.get("/desk/groups/")
@requires(Permission.MANAGE_BODIES)
def desk() -> Response:
    """Groups at one stage, those that wait for our checks first."""
    counts, areas = queries.stage_counts(), area_states()
    stage = request.args.get("stage", "")
    if stage not in STAGES:
        stage = "proposed" if counts.get("proposed") else "registered"
    wanted = queries.RegisterFilter(words=clean_text(request.args.get("words"))[:100], stage=stage)
    count = queries.count_bodies(wanted) if wanted.words else counts.get(stage, 0)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    bodies = queries.body_facts(wanted, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return page(
        "bodies/desk.html",
        counts=counts,
        wanted=wanted,
        count=count,
        bodies=bodies,
        to_review=count_unsettled(clock.now()),
        open_areas=areas["missing"] + areas["gone"],
        unheard=count_unheard(),
        due=[body.id for body in bodies if review_is_due(body.reviewed_on, clock.today())],
        number=number,
        last=last,
        stages=STAGES,
        **WORDS,
    )


@bp.get("/desk/groups/groups.csv")
@requires(Permission.MANAGE_BODIES)
def desk_csv() -> Response:
    """Every group at every stage as a CSV file, without contact addresses."""
    rows = exports.officer_cells()
    return csv_download("groups-for-officers.csv", exports.OFFICER_HEADER, rows)


@bp.get("/desk/groups/regard/")
@requires(Permission.MANAGE_BODIES)
def regard_list() -> Response:
    """Groups that the partnership must hear from (R02), and those that say so of themselves."""
    return page(
        "bodies/regard.html",
        decided=queries.particular_regard(),
        undecided=queries.particular_regard(decided=False),
    )


@bp.route("/desk/groups/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BODIES)
def new() -> AnyResponse:
    """Put a group on the register directly."""
    form = OfficerBodyForm(localities=queries.area_choices())
    if form.validate_on_submit():
        like = name_like(form.name.data or "")
        try:
            body = actions.register_body(
                form.details(),
                wish=form.wish.data or "",
                at=clock.now(),
                today=clock.today(),
                by=current_user.id,
                role=current_user.role,
            )
        except NameTakenRefused:
            db.session.rollback()
            form.refuse(NAME_KNOWN, form.name)
        else:
            db.session.commit()
            flash(_("The group is on the register."))
            if like is not None:
                flash(_("Its name is like “%(name)s”. Merge them if they are one.", name=like))
            return redirect(url_for("bodies_manage.body", slug=body.slug))
    return page("bodies/new.html", form=form)


@bp.get("/desk/groups/<slug>/")
@requires(Permission.MANAGE_BODIES)
def body(slug: str) -> AnyResponse:
    """One group, with all that an officer decides about it; a merged one leads to what stays."""
    if queries.body_by_slug(slug) is None and (now := moved_to(slug)) is not None:
        return redirect(url_for("bodies_manage.body", slug=now.slug), 301)
    return _body_page(_found(slug))


@bp.route("/desk/groups/<slug>/details/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BODIES)
def change(slug: str) -> AnyResponse:
    """Change what the register says of a group."""
    found = _found(slug)
    form = ChangeBodyForm(localities=queries.area_choices(), body=found)
    if form.validate_on_submit() and save_details(found, form, NAME_KNOWN):
        flash(_("The details are saved."))
        return redirect(url_for("bodies_manage.body", slug=slug))
    return page("bodies/desk_change.html", status=conflict(form), form=form, slug=slug)


@bp.post("/desk/groups/<slug>/accept/")
@requires(Permission.MANAGE_BODIES)
def accept(slug: str) -> AnyResponse:
    """Accept a group on to the register and tell it."""
    found = _found(slug)
    return _decide(
        found,
        ActionForm(),
        lambda: actions.accept_body(found, today=clock.today(), **_who()),
        _("The group is on the register, and we have told it."),
    )


@bp.post("/desk/groups/<slug>/decline/")
@requires(Permission.MANAGE_BODIES)
def decline(slug: str) -> AnyResponse:
    """Decline a group and tell it why."""
    found, form = _found(slug), DeclineForm()
    return _decide(
        found,
        form,
        lambda: actions.decline_body(found, form.reason.data or "", **_who()),
        _("The group was not accepted, and we have told it why."),
    )


@bp.post("/desk/groups/<slug>/rest/")
@requires(Permission.MANAGE_BODIES)
def rest(slug: str) -> AnyResponse:
    """Take a group that is not active now off the public register."""
    found = _found(slug)
    return _decide(
        found,
        ActionForm(),
        lambda: actions.rest_body(found, **_who()),
        _("The group is off the public register. You can put it back at any time."),
    )


@bp.post("/desk/groups/<slug>/reviewed/")
@requires(Permission.MANAGE_BODIES)
def reviewed(slug: str) -> AnyResponse:
    """Record that the entry was looked over."""
    found = _found(slug)
    return _decide(
        found,
        ActionForm(),
        lambda: review_body(found, today=clock.today(), **_who()),
        _("The entry is marked as reviewed today."),
    )


@bp.post("/desk/groups/<slug>/regard/")
@requires(Permission.MANAGE_BODIES)
def regard(slug: str) -> AnyResponse:
    """Decide whether a group is one that the partnership must hear from."""
    found, form = _found(slug), RegardForm()
    return _decide(
        found,
        form,
        lambda: actions.decide_regard(
            found,
            form.represents.data == "yes",
            form.evidence.data or "",
            today=clock.today(),
            **_who(),
        ),
        _("The decision is recorded."),
    )


@bp.post("/desk/groups/<slug>/wish/")
@requires(Permission.MANAGE_BODIES)
def wish(slug: str) -> AnyResponse:
    """Record how far a group told an officer that it wishes to take part."""
    found, form = _found(slug), ToldWishForm()
    return _decide(
        found,
        form,
        lambda: actions.record_wish(found, form.wish.data, source="told an officer", **_who()),
        _("The answer is recorded."),
    )


def _found(slug: str) -> CommunityBody:
    found = queries.body_by_slug(slug)
    if found is None:
        abort(404)
    return found


def _who() -> dict[str, Any]:
    return {"at": clock.now(), "by": current_user.id, "role": current_user.role}


def _decide(found: CommunityBody, form: Form, act: Callable[[], object], done: str) -> AnyResponse:
    """Do one act about a group and go back to it; what is wrong is shown on the group's page."""
    slug = found.slug
    if form.validate_on_submit():
        try:
            act()
        except BodyRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            deliver_waiting()
            flash(done)
            return redirect(url_for("bodies_manage.body", slug=slug))
    return _body_page(_found(slug), form)


def _body_page(found: CommunityBody, form: Form | None = None) -> Response:
    """The officer's page of a group; ``form`` is the one that was sent and has something wrong."""
    wish = queries.wish_of(found)
    forms = {"decline": DeclineForm, "regard": RegardForm, "wish": ToldWishForm}
    now = {
        "wish": {"wish": wish or None},
        "regard": {
            "represents": "yes" if found.represents_disadvantage else "no",
            "evidence": found.evidence,
        },
    }
    return page(
        "bodies/desk_body.html",
        form=form,
        body=found,
        areas=queries.area_names([found]).get(found.id, []),
        wish=wish,
        people=queries.people_of(found.id),
        communities=communities_of(found.id),
        supported=support_of(found.id),
        due=review_is_due(found.reviewed_on, clock.today()),
        stages=STAGES,
        forms={
            name: form if isinstance(form, kind) else kind(None, data=now.get(name))
            for name, kind in forms.items()
        },
        **WORDS,
    )
