"""Communities with poorer outcomes, for officers: who speaks for each, and who for nobody (R02)."""

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies import exports
from engage.bodies.actions import communities as actions
from engage.bodies.forms.communities import CommunityForm, OutcomeForm, PlanForm, VoiceForm
from engage.bodies.manage.picking import picked_body
from engage.bodies.models import Community, CommunityAction, CommunityVoice
from engage.bodies.queries import communities as queries
from engage.bodies.queries.register import area_choices
from engage.bodies.rules.communities import (
    KINDS,
    STANDINGS,
    ActionDayRefused,
    CommunityNameRefused,
    CommunityRefused,
    ZoneRefused,
    is_late,
    standing,
)
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.forms import ActionForm, Form
from engage.web.pages import csv_download, page

bp = Blueprint("communities", __name__)
DESK = "/desk/groups/communities/"


@bp.get(DESK)
@requires(Permission.MANAGE_BODIES)
def desk() -> Response:
    """Every community, those that nobody speaks for first."""
    kept = queries.communities()
    return page(
        "bodies/communities.html",
        gaps=queries.nobody_speaks_for(kept),
        poorer=[heard for heard in kept if heard.community.disadvantaged],
        others=[heard for heard in kept if not heard.community.disadvantaged],
        unnamed=queries.decided_without_community(),
        kinds=KINDS,
        standings=STANDINGS,
        today=clock.today(),
    )


@bp.get(f"{DESK}communities.csv")
@requires(Permission.MANAGE_BODIES)
def desk_csv() -> Response:
    """Every community as a CSV file: who speaks for it, and what is open."""
    rows = exports.community_rows(queries.communities())
    return csv_download("communities.csv", exports.COMMUNITY_HEADER, rows)


@bp.route(f"{DESK}new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BODIES)
def new() -> AnyResponse:
    """Put a community on the list."""
    form = CommunityForm(localities=area_choices())
    if form.validate_on_submit():
        try:
            made = actions.define_community(form.details(), today=clock.today(), **_who())
        except CommunityRefused as refusal:
            _refuse(form, refusal)
        else:
            db.session.commit()
            flash(_("The community is on the list. Say next who speaks for it."))
            return redirect(url_for(".community", slug=made.slug))
    return page("bodies/community_edit.html", form=form, community=None)


@bp.get(f"{DESK}<slug>/")
@requires(Permission.MANAGE_BODIES)
def community(slug: str) -> Response:
    """One community: who belongs to it, who speaks for it, what is done."""
    return _community_page(_found(slug))


@bp.route(f"{DESK}<slug>/change/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BODIES)
def change(slug: str) -> AnyResponse:
    """Change what is said of a community."""
    found = _found(slug)
    form = CommunityForm(localities=area_choices(), community=found)
    if form.validate_on_submit():
        try:
            actions.change_community(
                found,
                form.details(),
                version=form.version.data or 0,
                today=clock.today(),
                **_who(),
            )
        except CommunityRefused as refusal:
            _refuse(form, refusal)
        else:
            db.session.commit()
            flash(_("The details are saved."))
            return redirect(url_for(".community", slug=slug))
    status = 409 if form.form_errors else 200
    return page("bodies/community_edit.html", status=status, form=form, community=_found(slug))


@bp.post(f"{DESK}<slug>/end/")
@requires(Permission.MANAGE_BODIES)
def end(slug: str) -> AnyResponse:
    """Take a community off the list."""
    found = _pressed(_found(slug))
    actions.end_community(found, today=clock.today(), **_who())
    db.session.commit()
    flash(_("The community is off the list. What was written of it stays."))
    return redirect(url_for(".desk"))


@bp.post(f"{DESK}<slug>/voices/")
@requires(Permission.MANAGE_BODIES)
def name_voice(slug: str) -> AnyResponse:
    """Decide that a group speaks for a community."""
    found, form = _found(slug), VoiceForm()
    body = picked_body(form, form.body) if form.validate_on_submit() else None
    if body is None:
        return _community_page(found, voice=form)
    try:
        actions.name_voice(found, body, form.why.data or "", today=clock.today(), **_who())
    except CommunityRefused as refusal:
        db.session.rollback()
        form.refuse(refusal, form.body)
        return _community_page(_found(slug), voice=form)
    db.session.commit()
    flash(_("The decision is recorded."))
    return redirect(url_for(".community", slug=slug))


@bp.post(f"{DESK}<slug>/voices/<int:number>/end/")
@requires(Permission.MANAGE_BODIES)
def end_voice(slug: str, number: int) -> AnyResponse:
    """Decide that a group no longer speaks for a community."""
    found = _pressed(_found(slug))
    voice = db.session.get(CommunityVoice, number)
    if voice is None or voice.community_id != found.id:
        abort(404)
    actions.end_voice(voice, **_who())
    db.session.commit()
    flash(_("The group is no longer named for this community."))
    return redirect(url_for(".community", slug=slug))


@bp.post(f"{DESK}<slug>/actions/")
@requires(Permission.MANAGE_BODIES)
def plan(slug: str) -> AnyResponse:
    """Say what will be done to hear from a community."""
    found, form = _found(slug), PlanForm()
    if not form.validate_on_submit():
        return _community_page(found, plan=form)
    try:
        actions.plan_action(
            found,
            form.what.data or "",
            form.who.data or "",
            form.due_on.data,
            today=clock.today(),
            **_who(),
        )
    except ActionDayRefused as refusal:
        form.refuse(refusal, form.due_on)
        return _community_page(found, plan=form)
    db.session.commit()
    flash(_("The action is on the list."))
    return redirect(url_for(".community", slug=slug))


@bp.route(f"{DESK}<slug>/actions/<int:number>/done/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BODIES)
def done(slug: str, number: int) -> AnyResponse:
    """Say what came of an action."""
    found, form = _found(slug), OutcomeForm()
    action = db.session.get(CommunityAction, number)
    if action is None or action.community_id != found.id:
        abort(404)
    if form.validate_on_submit():
        try:
            actions.finish_action(
                action, found, form.outcome.data or "", today=clock.today(), **_who()
            )
        except CommunityRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("What came of it is recorded."))
            return redirect(url_for(".community", slug=slug))
    return page("bodies/community_done.html", form=form, community=found, action=action)


def _community_page(
    found: Community, voice: VoiceForm | None = None, plan: PlanForm | None = None
) -> Response:
    voices = queries.voices_of(found.id)
    kept = queries.actions_of(found.id)
    speaking = sum(v.body.stage == "registered" for v in voices)
    return page(
        "bodies/community.html",
        form=voice or plan,
        voice_form=voice or VoiceForm(None),
        plan_form=plan or PlanForm(None),
        community=found,
        places=queries.place_words(found),
        voices=voices,
        actions=kept,
        late={a.id for a in kept if is_late(a.due_on, a.done_on, clock.today())},
        standing=standing(speaking, sum(a.done_on is None for a in kept)),
        kinds=KINDS,
        standings=STANDINGS,
    )


def _found(slug: str) -> Community:
    found = queries.community_by_slug(slug)
    if found is None:
        abort(404)
    return found


def _pressed(found: Community) -> Community:
    if not ActionForm().validate_on_submit():
        abort(400)
    return found


def _refuse(form: Form, refusal: CommunityRefused) -> None:
    db.session.rollback()
    fields = {CommunityNameRefused: form["name"], ZoneRefused: form["zones"]}
    form.refuse(refusal, fields.get(type(refusal)))


def _who() -> dict[str, object]:
    return {"at": clock.now(), **actor()}
