"""Writing a proposal, one thing a page; nothing that was typed is lost on the way."""

from datetime import datetime

from flask import Blueprint, Response, abort, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.drafts import discard_draft, save_content, start_draft
from engage.budgeting.actions.versions import save_changes, submit_draft
from engage.budgeting.forms.proposing import IdeaForm, MoneyForm, ReferenceForm, SendForm
from engage.budgeting.models import Proposal, ProposalDraft, Round
from engage.budgeting.queries.proposing import (
    asks_of,
    begun_with,
    co_authors_of,
    open_drafts,
    opened_by,
    pictures_of,
    place_names,
    similar_to,
)
from engage.budgeting.queries.rounds import area_name, body_names
from engage.budgeting.queries.wordings import themes_of
from engage.budgeting.rules.proposing import Content, gaps, read_content
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.budgeting.views.drafting import (
    CHANGED,
    WORDS,
    account_id,
    address_of,
    form_of,
    found_draft,
    kept,
    onwards,
    pages_asked,
    pages_of,
    refused,
    round_seen,
    round_takes_proposals,
    show_step,
    shut,
    step_address,
    unknown,
)
from engage.budgeting.views.holding import held_references, hold, let_go
from engage.extensions import A_BUILDING, db, limiter
from engage.messages.actions import reference_address
from engage.messages.jobs import deliver_waiting
from engage.messages.rules import new_reference, read_reference
from engage.web.access import public
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("proposing", __name__)

#: How long a reference is shown again on the browser that sent the proposal, in seconds.
RECEIPT_STAYS = 600


@bp.route("/rounds/<slug>/propose/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def start(slug: str) -> Response | Answer:
    """Start to write a proposal, or go on with one: the first page is what the project is."""
    round_, at = round_seen(slug), clock.now()
    if not round_takes_proposals(round_, at):
        if request.method == "POST":
            return shut(round_, IdeaForm(themes=themes_of(round_.id)).typed)
        return redirect(url_for("rounds.show", slug=slug))
    form = IdeaForm(complete="later" not in request.form, themes=themes_of(round_.id))
    if form.validate_on_submit():
        try:
            draft, reference = _started(round_, form, at)
        except IntegrityError:  # the same page, sent twice at the same moment
            db.session.rollback()
            abort(409)
        answer = onwards(draft, "idea", complete=form.complete)
        return answer if draft.account_id is not None else hold(answer, slug, reference)
    if not form.is_submitted():
        form.reference.data = new_reference()
    drafts = open_drafts(round_.id, account_id(), held_references())
    return page(
        "proposals/start.html",
        form=form,
        round=round_,
        drafts=drafts,
        read=read_content,
        steps=1 + len(pages_asked(asks_of(round_), with_sender=True)),
    )


@bp.route(
    "/rounds/<slug>/propose/<public_id>/<any(idea,money,place,questions,about,words):name>/",
    methods=["GET", "POST"],
)
@public
def step(slug: str, public_id: str, name: str) -> Response | Answer:
    """One page of a proposal; “Save and come back later” keeps it half-way."""
    round_ = round_seen(slug)
    draft, part = found_draft(round_, public_id)
    if name not in (WORDS, *pages_of(draft, asks_of(round_))):
        abort(404)
    form = form_of(name, draft, complete="later" not in request.form)
    if refusal := refused(round_, draft, part, form.typed if form.is_submitted() else []):
        return refusal
    if "more" in request.form and isinstance(form, MoneyForm):
        form.items.more()
        return show_step(name, draft, form)
    if not form.is_submitted():
        form.version.data = str(draft.version)
    if form.validate_on_submit() and kept(name, draft, form):
        return onwards(draft, name, complete=form.complete)
    return show_step(name, draft, form)


@bp.route("/rounds/<slug>/propose/<public_id>/check/", methods=["GET", "POST"])
@public
def check(slug: str, public_id: str) -> Response | Answer:
    """Check everything, then send it: once."""
    round_ = round_seen(slug)
    draft, part = found_draft(round_, public_id)
    if refusal := refused(round_, draft, part, []):
        return refusal
    form = SendForm(version=str(draft.version))
    if form.validate_on_submit():
        if form.version.data != str(draft.version):
            form.refuse(CHANGED)
        elif (answer := _sent(draft, part, form)) is not None:
            return answer
    return _show_check(round_, draft, part, form)


@bp.get("/rounds/<slug>/propose/<public_id>/saved/")
@public
def saved(slug: str, public_id: str) -> Response | Answer:
    """Saved half-way: how to come back. The reference stands here for whoever holds it."""
    round_ = round_seen(slug)
    draft, part = found_draft(round_, public_id)
    if refusal := refused(round_, draft, part, []):
        return refusal
    held = {reference_address(reference): reference for reference in held_references()}
    reference = held.get(draft.reference_hash or "") if draft.account_id is None else None
    return page("proposals/saved.html", round=round_, draft=draft, reference=reference, part=part)


@bp.route("/rounds/<slug>/propose/<public_id>/discard/", methods=["GET", "POST"])
@public
def discard(slug: str, public_id: str) -> Response | Answer:
    """Say what throwing a draft away will do; then do it. Only its author may."""
    round_ = round_seen(slug)
    draft, part = found_draft(round_, public_id)
    if part not in ("author", "officer"):
        return unknown(round_, [])
    form = ActionForm()
    if form.validate_on_submit():
        proposal = draft.proposal
        discard_draft(draft)
        db.session.commit()
        flash(_("Deleted"))
        if proposal is not None:
            return redirect(url_for("proposals.one", slug=slug, public_id=proposal.public_id))
        return redirect(url_for("rounds.show", slug=slug))
    return page(
        "proposals/discard.html", round=round_, draft=draft, said=read_content(draft.content)
    )


@bp.route("/rounds/<slug>/propose/return/", methods=["GET", "POST"])
@public
@limiter.limit("30 per 5 minutes", methods=["POST"])
def come_back(slug: str) -> Response | Answer:
    """Open what was saved or sent, with its reference or a co-author's."""
    round_, form = round_seen(slug), ReferenceForm()
    if form.validate_on_submit():
        reference = read_reference(form.reference.data or "")
        found = opened_by(reference) if reference else None
        if reference is not None and found is not None and found.round_id == round_.id:
            replies = request.form.get("to") == "reply" and isinstance(found, Proposal)
            own = (
                url_for("replying.reply", slug=slug, public_id=found.public_id)
                if replies
                else address_of(found, slug)
            )
            return hold(redirect(own), slug, reference)
        form.refuse(
            _("Check your reference: it has 16 letters and numbers, and belongs to one fund"),
            form.reference,
        )
    drafts = open_drafts(round_.id, account_id(), [])
    return page("proposals/return.html", form=form, round=round_, drafts=drafts, read=read_content)


@bp.post("/rounds/<slug>/propose/forget/")
@public
def forget(slug: str) -> Answer:
    """Let a shared device forget whose proposals were written on it; they stay saved."""
    if not ActionForm().validate_on_submit():
        abort(400)
    flash(_("This device has forgotten your references."))
    return let_go(redirect(url_for("rounds.show", slug=slug)), slug)


def _started(round_: Round, form: IdeaForm, at: datetime) -> tuple[ProposalDraft, str]:
    """Start a draft and commit it; the same page sent twice starts one."""
    reference = read_reference(form.reference.data or "") or new_reference()
    before, own = begun_with(reference), account_id()
    if isinstance(before, ProposalDraft) and before.account_id == own:
        save_content(before, form.apply(read_content(before.content)), at=at)
        db.session.commit()
        return before, reference
    if before is not None:  # it was sent already: this is another one
        reference = new_reference()
    draft = start_draft(round_, form.apply(Content()), reference, at=at, account_id=own)
    db.session.commit()
    return draft, reference


# Sending -----------------------------------------------------------------------------------------


def _show_check(round_: Round, draft: ProposalDraft, part: str, form: SendForm) -> Response:
    content, asks = read_content(draft.content), asks_of(round_)
    form.version.data = str(draft.version)
    lacking, asked = gaps(content, asks), pages_of(draft, asks)
    return page(
        "proposals/check.html",
        form=form,
        round=round_,
        draft=draft,
        part=part,
        said=content,
        asks=asks,
        steps=len(asked) + 1,
        pictures=pictures_of(draft),
        names=body_names([draft.body_id]),
        places=place_names(),
        area=area_name(round_),
        themes=themes_of(round_.id),
        gaps=lacking,
        unplaced="about" in asked and draft.place == "not_given",
        similar=similar_to(round_.id, content, draft.proposal_id) if content.title else [],
        co_authors=co_authors_of(draft.proposal or draft),
        step_address=step_address,
    )


def _sent(draft: ProposalDraft, part: str, form: SendForm) -> Answer | None:
    """Send what was checked and commit it; None, with the reason on the form, where it can't be."""
    slug, at = draft.round.engagement.slug, clock.now()
    try:
        if draft.proposal is not None:
            proposal = draft.proposal
            save_changes(draft, part=part, at=at)
            answer = redirect(url_for("proposals.one", slug=slug, public_id=proposal.public_id))
            db.session.commit()
            flash(_("Your changes are saved. We will check the proposal as it is now."))
        elif part == "coauthor":
            raise ProposalRefused(_("Ask the person who started it to send it"))
        else:
            answer = _sent_new(draft, part, slug, at)
    except RoundRefused as refusal:  # of the proposal, or the ballot was settled meanwhile
        db.session.rollback()
        form.refuse(refusal)
        return None
    except (StaleDataError, IntegrityError):
        db.session.rollback()
        form.refuse(CHANGED)
        return None
    deliver_waiting()
    return answer


def _sent_new(draft: ProposalDraft, part: str, slug: str, at: datetime) -> Answer:
    held = {reference_address(reference): reference for reference in held_references()}
    if part == "officer":
        proposal, reference = submit_draft(draft, at=at, by=current_user.id, role=current_user.role)
        key, target = "slip", "proposing_manage.slip"
        answer = redirect(url_for(target, slug=slug, public_id=proposal.public_id))
        db.session.commit()
        session[key] = [proposal.public_id, reference, at.timestamp() + RECEIPT_STAYS]
        return answer
    _proposal, reference = submit_draft(
        draft, at=at, reference=held.get(draft.reference_hash or "")
    )
    db.session.commit()
    session["proposed"] = [slug, reference, at.timestamp() + RECEIPT_STAYS]
    return hold(redirect(url_for("rounds.proposed", slug=slug)), slug, reference)
