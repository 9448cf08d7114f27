"""The photographs of a draft, and who else may write it."""

from flask import Blueprint, Response, abort, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.drafts import (
    add_co_author,
    add_picture,
    remove_co_author,
    remove_picture,
)
from engage.budgeting.forms.proposing import InviteForm, PhotographForm
from engage.budgeting.models import Proposal, ProposalDraft
from engage.budgeting.queries.proposing import (
    asks_of,
    co_authors_of,
    draft_in,
    part_in_proposal,
    pictures_of,
)
from engage.budgeting.queries.rounds import proposal_in
from engage.budgeting.rules.proposing import MOST_CO_AUTHORS, MOST_PICTURES
from engage.budgeting.rules.refusals import ProposalRefused
from engage.budgeting.views.drafting import (
    account_id,
    address_of,
    found_draft,
    pages_of,
    part_of,
    refused,
    round_seen,
    show_step,
    step_address,
    unknown,
)
from engage.budgeting.views.holding import held_references
from engage.extensions import A_BUILDING, db, limiter
from engage.messages.jobs import deliver_waiting
from engage.web.access import public
from engage.web.forms import ActionForm
from engage.web.kept_pictures import keep_picture
from engage.web.pages import absolute_url, page

bp = Blueprint("draft_pictures", __name__)


@bp.route("/rounds/<slug>/propose/<public_id>/pictures/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def pictures(slug: str, public_id: str) -> Response | Answer:
    """Up to three photographs, sent one at a time, so that a bad one loses nothing else."""
    round_ = round_seen(slug)
    draft, part = found_draft(round_, public_id)
    form = PhotographForm()
    typed = [(str(form.alt.label.text), form.alt.data)] if form.alt.data else []
    if refusal := refused(round_, draft, part, typed):
        return refusal
    names = [*pages_of(draft, asks_of(round_)), "check"]
    following = step_address(slug, public_id, names[names.index("pictures") + 1])
    goes_on = "go_on" in request.form
    if goes_on and form.is_empty:
        return redirect(following)
    if form.validate_on_submit():
        at = clock.now()
        try:
            add_picture(draft, keep_picture(form.photograph.data, form.alt.data, at=at), at=at)
            db.session.commit()
            flash(_("The photograph is added."))
            here = url_for(".pictures", slug=slug, public_id=public_id)
            return redirect(following if goes_on else here)
        except ProposalRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        except (StaleDataError, IntegrityError):
            db.session.rollback()
            abort(409)
    shown = pictures_of(draft)
    return show_step("pictures", draft, form, shown=shown, most=MOST_PICTURES, following=following)


@bp.post("/rounds/<slug>/propose/<public_id>/pictures/<picture>/remove/")
@public
def remove(slug: str, public_id: str, picture: str) -> Response | Answer:
    """Take a photograph out."""
    round_ = round_seen(slug)
    draft, part = found_draft(round_, public_id)
    if not ActionForm().validate_on_submit():
        abort(400)
    if refusal := refused(round_, draft, part, []):
        return refusal
    try:
        remove_picture(draft, picture, at=clock.now())
        db.session.commit()
    except StaleDataError:
        db.session.rollback()
        abort(409)
    flash(_("The photograph is removed."))
    return redirect(url_for(".pictures", slug=slug, public_id=public_id))


@bp.route("/rounds/<slug>/<any(propose,proposals):kind>/<public_id>/authors/",
          methods=["GET", "POST"])  # fmt: skip
@public
@limiter.limit("30 per 5 minutes", methods=["POST"])
def authors(slug: str, kind: str, public_id: str) -> Response | Answer:
    """Who else may write a draft or a proposal; its author may ask up to five people."""
    round_, form = round_seen(slug), InviteForm()
    thing = _own(round_.id, kind, public_id)
    if thing is None:
        return unknown(round_, [])
    if form.validate_on_submit():
        email = form.email.data or ""
        link = absolute_url("proposing.come_back", slug=slug)
        try:
            reference = add_co_author(thing, email=email, link=link, at=clock.now())
            db.session.commit()
            deliver_waiting()
            if email:
                flash(_("We have sent them a message."))
            else:
                session["co_author"] = reference
            return redirect(url_for(".authors", slug=slug, kind=kind, public_id=public_id))
        except ProposalRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        except IntegrityError:
            db.session.rollback()
            abort(409)
    return page(
        "proposals/authors.html",
        form=form,
        round=round_,
        kind=kind,
        thing=thing,
        back_address=address_of(thing, slug),
        known=co_authors_of(thing),
        most=MOST_CO_AUTHORS,
        reference=session.pop("co_author", None),
    )


@bp.post("/rounds/<slug>/<any(propose,proposals):kind>/<public_id>/authors/<int:number>/remove/")
@public
def remove_author(slug: str, kind: str, public_id: str, number: int) -> Response | Answer:
    """Let somebody write no more."""
    round_ = round_seen(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    thing = _own(round_.id, kind, public_id)
    if thing is None:
        return unknown(round_, [])
    remove_co_author(thing, number)
    db.session.commit()
    flash(_("That person can no longer open it."))
    return redirect(url_for(".authors", slug=slug, kind=kind, public_id=public_id))


def _own(round_id: int, kind: str, public_id: str) -> ProposalDraft | Proposal | None:
    """Return the draft or proposal if the person who asks is its author."""
    if kind == "proposals":
        proposal = proposal_in(round_id, public_id) or abort(404)
        part = part_in_proposal(proposal, account_id(), held_references())
        return proposal if part == "author" else None
    draft = draft_in(round_id, public_id) or abort(404)
    return draft if part_of(draft) == "author" and draft.proposal is None else None
