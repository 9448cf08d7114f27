"""The third sector interface, for officers: its standing and the links it makes (R08)."""

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies import exports
from engage.bodies.actions import network as actions
from engage.bodies.forms.network import StandingForm, SupportForm
from engage.bodies.manage.picking import picked_body
from engage.bodies.models import CommunityBody, InterfaceStanding, SupportLink
from engage.bodies.queries import network as queries
from engage.bodies.queries.register import body_by_slug
from engage.bodies.rules.network import STANDINGS, NetworkRefused
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.forms import ActionForm
from engage.web.pages import csv_download, page

bp = Blueprint("network", __name__)
DESK = "/desk/groups/network/"


@bp.get(DESK)
@requires(Permission.MANAGE_BODIES)
def desk() -> Response:
    """The interfaces, what each is to the partnership, and whom they support."""
    return page(
        "bodies/desk_network.html",
        interfaces=queries.interfaces(),
        links=queries.support_links(),
        standings=STANDINGS,
    )


@bp.get(f"{DESK}network.csv")
@requires(Permission.MANAGE_BODIES)
def desk_csv() -> Response:
    """Every link of support as a CSV file, ended ones too."""
    rows = [row[:5] for row in queries.support_links(ended=True)]
    return csv_download("support.csv", exports.NETWORK_HEADER, rows)


@bp.route(f"{DESK}<slug>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BODIES)
def interface(slug: str) -> AnyResponse:
    """Whom one interface supports, and noting a new link."""
    found, form = _found(slug), SupportForm()
    if form.validate_on_submit() and _link(found, form):
        flash(_("The support is on record."))
        return redirect(url_for(".interface", slug=slug))
    return _interface_page(found, form, _standing_form(found))


@bp.post(f"{DESK}<slug>/standing/")
@requires(Permission.MANAGE_BODIES)
def standing(slug: str) -> AnyResponse:
    """Say what an interface is to the partnership."""
    found, form = _found(slug), StandingForm()
    if not form.validate_on_submit():
        return _interface_page(found, SupportForm(None), form)
    reason = (form.reason.data or "") if form.standing.data == "neither" else ""
    actions.decide_standing(found, form.standing.data, reason, today=clock.today(), **_who())
    db.session.commit()
    flash(_("The answer is recorded."))
    return redirect(url_for(".interface", slug=slug))


@bp.post(f"{DESK}<slug>/<int:number>/end/")
@requires(Permission.MANAGE_BODIES)
def end(slug: str, number: int) -> AnyResponse:
    """Note that support has ended."""
    found, link = _found(slug), db.session.get(SupportLink, number)
    if link is None or link.interface_id != found.id:
        abort(404)
    if not ActionForm().validate_on_submit():
        abort(400)
    actions.end_support(link, today=clock.today(), **_who())
    db.session.commit()
    flash(_("The support has ended. It stays on record."))
    return redirect(url_for(".interface", slug=slug))


def _link(found: CommunityBody, form: SupportForm) -> bool:
    body = picked_body(form, form.body)
    if body is None:
        return False
    try:
        actions.link_support(
            found, body, form.what.data or "", form.since_on.data, today=clock.today(), **_who()
        )
    except NetworkRefused as refusal:
        is_day = form.since_on.data > clock.today()
        form.refuse(refusal, form.since_on if is_day else form.body)
        return False
    db.session.commit()
    return True


def _interface_page(
    found: CommunityBody, support: SupportForm, standing_form: StandingForm
) -> Response:
    return page(
        "bodies/interface.html",
        form=standing_form if standing_form.errors else support,
        body=found,
        support_form=support,
        standing_form=standing_form,
        standing=db.session.get(InterfaceStanding, found.id),
        links=[link for link in queries.support_links() if link.interface_id == found.id],
        standings=STANDINGS,
    )


def _standing_form(found: CommunityBody) -> StandingForm:
    kept = db.session.get(InterfaceStanding, found.id)
    data = {"standing": kept.standing, "reason": kept.reason} if kept else None
    return StandingForm(None, data=data)


def _found(slug: str) -> CommunityBody:
    found = body_by_slug(slug)
    if found is None or found.kind != "interface":
        abort(404)
    return found


def _who() -> dict[str, object]:
    return {"at": clock.now(), **actor()}
