"""A proposal in other words, for officers: keep what was offered or write it, and approve it."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.wordings import keep_wordings
from engage.budgeting.forms.screening import WordingsForm
from engage.budgeting.models import Proposal
from engage.budgeting.queries.proposing import latest_versions, said_by
from engage.budgeting.queries.rounds import proposal_in
from engage.budgeting.queries.wordings import wordings_of
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.budgeting.rules.screening import CHECKING
from engage.budgeting.rules.wordings import EASY, GAELIC
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import page

bp = Blueprint("wordings_manage", __name__)
_CHANGED = _l("Somebody changed this before you. Load the page again and check what is there.")


@bp.route("/desk/rounds/<slug>/proposals/<public_id>/words/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def wordings(slug: str, public_id: str) -> Response | Answer:
    """Keep a proposal in easy read and in Gaelic, and say what of it everybody may read."""
    round_ = round_or_404(slug)
    proposal = proposal_in(round_.id, public_id) or abort(404)
    form = WordingsForm(data={**_kept(proposal), "version": str(proposal.version)})
    if form.validate_on_submit():
        if form.version.data != str(proposal.version):
            form.refuse(_CHANGED)
        elif _keep(form, proposal):
            flash(_("The words are saved."))
            return redirect(url_for("screening_manage.proposal", slug=slug, public_id=public_id))
    version = latest_versions([proposal.id]).get(proposal.id)
    return page(
        "rounds_manage/wordings.html",
        form=form,
        round=round_,
        proposal=proposal,
        offered=said_by(proposal, version),
        is_checking=round_.stage in CHECKING,
        kept=wordings_of([proposal.id]),
    )


def _keep(form: WordingsForm, proposal: Proposal) -> bool:
    """Keep the words and commit; False where the form says why not."""
    try:
        keep_wordings(
            proposal, form.given, at=clock.now(), by=current_user.id, role=current_user.role
        )
        db.session.commit()
        return True
    except ProposalRefused as refusal:
        db.session.rollback()
        form.refuse(refusal, form[refusal.about] if refusal.about else None)
    except RoundRefused as refusal:
        db.session.rollback()
        form.refuse(refusal)
    except IntegrityError:  # another officer saved words at the same moment
        db.session.rollback()
        form.refuse(_CHANGED)
    return False


def _kept(proposal: Proposal) -> dict[str, Any]:
    """Return what the form starts from: what is kept, or else what the author offered."""
    version, kept = latest_versions([proposal.id]).get(proposal.id), wordings_of([proposal.id])
    said, shown = said_by(proposal, version), {}
    for kind in (EASY, GAELIC):
        wording = kept.get((proposal.id, kind))
        offered = getattr(said, f"{kind}_title"), getattr(said, f"{kind}_summary")
        title, summary = (wording.title, wording.summary) if wording else offered
        shown |= {f"{kind}_title": title, f"{kind}_summary": summary}
        shown[f"{kind}_shown"] = wording is not None and wording.approved_at is not None
    return shown
