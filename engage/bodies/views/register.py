"""The register of community groups, and registering one."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    jsonify,
    redirect,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies import exports
from engage.bodies.actions import register as actions
from engage.bodies.forms.register import (
    ChangeBodyForm,
    ProposalForm,
    RegisterFilterForm,
    WishForm,
)
from engage.bodies.models import CommunityBody
from engage.bodies.queries import register as queries
from engage.bodies.queries.areas import area_states
from engage.bodies.queries.duplicates import moved_to
from engage.bodies.queries.mapping import body_places, register_places
from engage.bodies.rules.register import (
    BASES,
    EDITORS,
    KINDS,
    PARTS,
    WISHES,
    BodyRefused,
    NameTakenRefused,
    review_is_due,
)
from engage.extensions import db, limiter
from engage.messages.queries import is_failing
from engage.messages.rules import new_reference, read_reference
from engage.permissions import Permission
from engage.web.access import public, requires
from engage.web.kept import Counted
from engage.web.pages import absolute_url, csv_download, page

bp = Blueprint("bodies", __name__)
PAGE_SIZE = 50
#: How long a reference is shown again on the browser that registered the group, in seconds.
RECEIPT_STAYS = 600
WORDS = {"kinds": KINDS, "bases": BASES, "wishes": WISHES, "parts": PARTS}


@bp.get("/groups/")
@public
def register() -> Response:
    """The public register: a count, by name, fifty to a page."""
    find = RegisterFilterForm(request.args, localities=queries.area_choices())
    find.validate()
    wanted = _wanted(find)
    count = queries.count_bodies(wanted)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    bodies = queries.body_facts(wanted, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    everywhere = replace(wanted, locality_id=None)
    places = (
        register_places(count)
        if wanted == queries.RegisterFilter()
        else Counted(body_places(everywhere), clock.now())
    )
    asked = {name: value for name, value in request.args.items() if name in find.data and value}
    return page(
        "bodies/register.html",
        find=find,
        bodies=bodies,
        areas=queries.area_names(bodies),
        places=places.figures,
        counted_at=places.at,
        councils=area_states(),
        count=count,
        number=number,
        last=last,
        asked=asked,
        **WORDS,
    )


@bp.get("/groups/groups.csv")
@public
def register_csv() -> Response:
    """The whole register as a CSV file."""
    rows = exports.register_cells(current_app.config["BASE_URL"])
    return csv_download("community-groups.csv", exports.HEADER, rows)


@bp.get("/groups/groups.json")
@public
def register_json() -> Response:
    """The whole register as JSON."""
    rows = exports.register_rows(current_app.config["BASE_URL"])
    return jsonify(count=len(rows), groups=rows)


@bp.get("/groups/<slug>/")
@public
def body(slug: str) -> AnyResponse:
    """One group, as everybody may see it; one that was merged leads to the group that stays."""
    found = queries.body_by_slug(slug)
    if found is None and (now := moved_to(slug)) is not None:
        return redirect(url_for("bodies.body", slug=now.slug), 301)
    if found is not None and found.stage in ("dormant", "lapsed"):
        return page("bodies/gone.html", status=410, body=found)
    if found is None or found.stage != "registered":
        abort(404)
    areas = queries.area_names([found]).get(found.id, [])
    return page("bodies/body.html", body=found, areas=areas, wish=queries.wish_of(found), **WORDS)


@bp.route("/groups/register/", methods=["GET", "POST"])
@public
@limiter.limit("30 per hour", methods=["POST"])
def propose() -> AnyResponse:
    """Register a group, with an account or without."""
    form, at = ProposalForm(localities=queries.area_choices()), clock.now()
    if form.validate_on_submit():
        reference = _take_registration(form, at)
        if reference is not None:
            until = at.timestamp() + RECEIPT_STAYS
            session["registered"] = [form.name.data, reference, until]
            return redirect(url_for("bodies.registered"))
    elif not form.is_submitted():
        form.reference.data = new_reference()
    return page("bodies/propose.html", form=form)


@bp.get("/groups/register/done/")
@public
def registered() -> AnyResponse:
    """The receipt, for ten minutes on the browser that registered; the reference is here only."""
    name, reference, until = session.get("registered") or ["", "", 0]
    if clock.now().timestamp() > until:
        session.pop("registered", None)
        flash(_("Register your group first."))
        return redirect(url_for("bodies.propose"))
    body = queries.body_by_reference(reference) if reference else None
    return page(
        "bodies/registered.html",
        name=name,
        reference=reference,
        is_told=body is None or bool(body.contact_email),
        address=absolute_url("home.follow"),
    )


# A group's own pages ------------------------------------------------------------------------------


@bp.get("/group/<slug>/")
@requires(Permission.REPRESENT_BODIES)
def own(slug: str) -> Response:
    """One group, for those who represent it."""
    found = own_body(slug, tuple(PARTS))
    return page(
        "bodies/own.html",
        body=found,
        areas=queries.area_names([found]).get(found.id, []),
        wish=queries.wish_of(found),
        people=queries.people_of(found.id),
        part=queries.part_in(found, current_user.id),
        due=review_is_due(found.reviewed_on, clock.today()),
        failing=bool(found.contact_email) and is_failing(found.contact_email),
        **WORDS,
    )


@bp.route("/group/<slug>/details/", methods=["GET", "POST"])
@requires(Permission.REPRESENT_BODIES)
def change(slug: str) -> AnyResponse:
    """Change what a group says of itself."""
    found = own_body(slug, EDITORS)
    form = ChangeBodyForm(localities=queries.area_choices(), body=found)
    if form.validate_on_submit() and save_details(found, form):
        flash(_("The details are saved."))
        return redirect(url_for("bodies.own", slug=slug))
    return page("bodies/change.html", status=conflict(form), form=form, slug=slug)


@bp.route("/group/<slug>/wish/", methods=["GET", "POST"])
@requires(Permission.REPRESENT_BODIES)
def wish(slug: str) -> AnyResponse:
    """Say how far a group wishes to take part."""
    found = own_body(slug, EDITORS)
    form = WishForm(data={"wish": queries.wish_of(found) or None})
    if form.validate_on_submit():
        actions.record_wish(
            found,
            form.wish.data,
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
            source="the group",
        )
        db.session.commit()
        flash(_("We have noted how involved you want to be."))
        return redirect(url_for("bodies.own", slug=slug))
    return page("bodies/wish.html", form=form, body=found)


def _take_registration(form: ProposalForm, at: datetime) -> str | None:
    """Take the registration and commit it; None, with the reason on the form, where it can't be.

    Returns the reference; '' for somebody with an account, who needs none. The same page sent
    twice gives one group and the same reference; a page that was gone back to and changed gives
    another group.
    """
    by = current_user.id if current_user.is_authenticated else None
    reference = "" if by else read_reference(form.reference.data or "") or new_reference()
    sent = queries.body_sent(form.details().name, account_id=by, reference=reference)
    if sent is not None and actions.says(sent, form.details()):
        return reference
    if reference and queries.body_by_reference(reference) is not None:
        reference = new_reference()
    try:
        actions.propose_body(
            form.details(),
            wish=form.wish.data,
            at=at,
            by=by,
            role=current_user.role if by else "public",
            reference=reference,
        )
        db.session.commit()
    except NameTakenRefused as refusal:
        db.session.rollback()
        # the same page, sent twice at the same moment
        sent = queries.body_sent(form.details().name, account_id=by, reference=reference)
        if sent is None or not actions.says(sent, form.details()):
            form.refuse(refusal, form.name)
            return None
    return reference


def own_body(slug: str, parts: Collection[str]) -> CommunityBody:
    """Return the group that the person who asks represents in one of ``parts``, or answer 404."""
    found = queries.body_for(current_user.id, slug, parts)
    if found is None:
        abort(404)
    return found


def save_details(found: CommunityBody, form: ChangeBodyForm, name_known: str = "") -> bool:
    """Save a changed group and commit; False, with the reason on the form, where it can't be.

    ``name_known`` is what an officer reads where another group has the name, who has nobody to ask.
    """
    try:
        actions.change_body(
            found,
            form.details(),
            version=form.version.data or 0,
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        )
    except BodyRefused as refusal:
        db.session.rollback()
        if isinstance(refusal, NameTakenRefused):
            form.refuse(name_known or refusal, form.name)
        else:
            form.refuse(refusal)
        return False
    db.session.commit()
    return True


def conflict(form: ChangeBodyForm) -> int:
    """Return the status of a page with ``form``: 409 where somebody else was quicker, else 200."""
    return 409 if form.form_errors else 200


def _wanted(find: RegisterFilterForm) -> queries.RegisterFilter:
    area = "" if find.area.errors else find.area.data
    return queries.RegisterFilter(
        words=find.words.data or "",
        basis="" if find.basis.errors else find.basis.data or "",
        kind="" if find.kind.errors else find.kind.data or "",
        interest=find.interest.data or "",
        wish="" if find.wish.errors else find.wish.data or "",
        locality_id=int(area) if area else None,
    )
