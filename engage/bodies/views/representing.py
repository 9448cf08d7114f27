"""Who speaks for a group: the secretary's pages, and the page that an invitation opens."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.accounts.actions import make_registration
from engage.accounts.models import Account
from engage.accounts.queries import account_by_email
from engage.bodies.actions import representing as actions
from engage.bodies.forms.representing import InviteForm, PartForm
from engage.bodies.models import CommunityBody, RepresentativeInvitation
from engage.bodies.queries import register as bodies
from engage.bodies.queries import representing as queries
from engage.bodies.rules.register import PARTS, SECRETARY, BodyRefused
from engage.bodies.views.register import own_body
from engage.extensions import db, limiter
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import actor, public, requires
from engage.web.forms import ActionForm, Form
from engage.web.pages import page

bp = Blueprint("representing", __name__)


@bp.route("/group/<slug>/people/", methods=["GET", "POST"])
@requires(Permission.REPRESENT_BODIES)
@limiter.limit("30 per hour", methods=["POST"])
def people(slug: str) -> AnyResponse:
    """Who speaks for a group, who was asked to, and inviting somebody."""
    found, form = own_body(slug, SECRETARY), InviteForm()
    if form.validate_on_submit() and invite(found, form):
        return redirect(url_for("representing.people", slug=slug))
    return page(
        "bodies/people.html",
        form=form,
        body=found,
        people=bodies.people_of(found.id),
        invitations=queries.open_invitations(found.id),
        parts=PARTS,
    )


@bp.post("/group/<slug>/people/invitations/<int:number>/withdraw/")
@requires(Permission.REPRESENT_BODIES)
def withdraw(slug: str, number: int) -> AnyResponse:
    """Take an invitation back."""
    if not ActionForm().validate_on_submit():
        abort(400)
    take_back(own_body(slug, SECRETARY), number)
    return redirect(url_for("representing.people", slug=slug))


@bp.route("/group/<slug>/people/<int:account_id>/part/", methods=["GET", "POST"])
@requires(Permission.REPRESENT_BODIES)
def part(slug: str, account_id: int) -> AnyResponse:
    """Change what somebody may do for a group."""
    found = own_body(slug, SECRETARY)
    person = _person(found, account_id)
    form = PartForm(data={"part": bodies.part_in(found, account_id)})
    if form.validate_on_submit():
        try:
            actions.change_part(found, account_id, form.part.data, **_who())
        except BodyRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form.part)
        else:
            db.session.commit()
            deliver_waiting()
            flash(_("Their part is changed, and we have told them."))
            mine = account_id == current_user.id and form.part.data != "secretary"
            return redirect(url_for("bodies.own" if mine else ".people", slug=slug))
    return page("bodies/part.html", form=form, body=found, person=person)


@bp.route("/group/<slug>/people/<int:account_id>/remove/", methods=["GET", "POST"])
@requires(Permission.REPRESENT_BODIES)
def remove(slug: str, account_id: int) -> AnyResponse:
    """Remove somebody from a group, or leave it, in two steps."""
    leaving = account_id == current_user.id
    found = own_body(slug, tuple(PARTS) if leaving else SECRETARY)
    person, form = _person(found, account_id), ActionForm()
    if form.validate_on_submit():
        try:
            actions.remove_representative(found, account_id, **_who())
        except BodyRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            deliver_waiting()
            flash(
                _("You have left the group.")
                if leaving
                else _("They were removed, and we have told them.")
            )
            after = "home.group_desk" if leaving else ".people"
            return redirect(url_for(after, slug=None if leaving else slug))
    return page("bodies/remove.html", form=form, body=found, person=person, leaving=leaving)


# For whoever was invited --------------------------------------------------------------------------


@bp.route("/group/invitation/<token>/", methods=["GET", "POST"])
@public
@limiter.limit("60 per hour", methods=["POST"])
def invitation(token: str) -> AnyResponse:
    """Accept an invitation or say no. Only a button does so: mail scanners open every link.

    The link came to one mailbox: it leads to making an account of that address. It never signs
    anybody in, since people forward such messages.
    """
    at, form = clock.now(), ActionForm()
    asked = queries.invitation_by_token(token, at)
    if asked is None:
        return page("bodies/invitation_gone.html", status=410)
    body = db.session.get_one(CommunityBody, asked.body_id)
    if form.validate_on_submit():
        if "decline" in request.form:
            return _decline(asked, body, form)
        if not current_user.is_authenticated:
            return _lead_in(asked, account_by_email(asked.email), token)
        return _accept(asked, body, form)
    return _invitation_page(asked, body, form)


def _invitation_page(
    asked: RepresentativeInvitation, body: CommunityBody, form: Form
) -> AnyResponse:
    account = account_by_email(asked.email)
    signed_in = current_user.is_authenticated
    return page(
        "bodies/invitation.html",
        form=form,
        body=body,
        part=asked.part,
        parts=PARTS,
        expires_at=asked.expires_at,
        has_account=account is not None,
        is_other=signed_in and current_user.account.email != asked.email,
    )


def _accept(asked: RepresentativeInvitation, body: CommunityBody, form: Form) -> AnyResponse:
    try:
        actions.accept_invitation(asked, body, current_user.account, at=clock.now())
    except BodyRefused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _invitation_page(asked, body, form)
    db.session.commit()
    deliver_waiting()
    flash(_("You are now part of the group."))
    return redirect(url_for("bodies.own", slug=body.slug))


def _decline(asked: RepresentativeInvitation, body: CommunityBody, form: Form) -> AnyResponse:
    try:
        actions.decline_invitation(asked, body, at=clock.now())
    except BodyRefused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _invitation_page(asked, body, form)
    db.session.commit()
    deliver_waiting()
    flash(_("You said no. We have told the group, and we have forgotten your address."))
    return redirect(url_for("home.front"))


def _lead_in(asked: RepresentativeInvitation, account: Account | None, token: str) -> AnyResponse:
    """Lead to signing in, or to making the account of the invited address, and back again."""
    back = url_for("representing.invitation", token=token)
    if account is not None:
        return redirect(url_for("accounts.sign_in", next=back))
    key = make_registration(asked.mail_to, at=clock.now())
    db.session.commit()
    return redirect(url_for("accounts.finish_registration", token=key, next=back))


# What officers' pages share -----------------------------------------------------------------------


def invite(found: CommunityBody, form: InviteForm) -> bool:
    """Invite whom the form names and commit; False, with the reason at its field, where not."""
    try:
        actions.invite_representative(found, form.email.data or "", form.part.data, **_who())
    except BodyRefused as refusal:
        db.session.rollback()
        form.refuse(refusal, form.email)
        return False
    db.session.commit()
    deliver_waiting()
    flash(_("They are invited. They join when they open the link in our email."))
    return True


def take_back(found: CommunityBody, number: int) -> None:
    """Withdraw one of a group's open invitations and commit, or answer 404."""
    asked = next((i for i in queries.open_invitations(found.id) if i.id == number), None)
    if asked is None:
        abort(404)
    try:
        actions.withdraw_invitation(asked, found, **_who())
    except BodyRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
        return
    db.session.commit()
    deliver_waiting()
    flash(_("The invitation is withdrawn."))


def _person(found: CommunityBody, account_id: int) -> Account:
    person = next((a for r, a in bodies.people_of(found.id) if a.id == account_id), None)
    if person is None:
        abort(404)
    return person


def _who() -> dict[str, object]:
    return {"at": clock.now(), **actor()}
