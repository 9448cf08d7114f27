"""Two more ways in for a voter: two facts that are on the round's list, and an account."""

from flask import abort, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.accounts.rules import source_of
from engage.budgeting.actions.lists import ListRefused, ListTriesRefused, find_listed
from engage.budgeting.actions.ways import account_identity, use_identity, voter_known_by
from engage.budgeting.forms.voting import AccountForm, FactsForm
from engage.budgeting.models import Round
from engage.budgeting.queries.ways import list_of
from engage.budgeting.rules.lists import Facts, birthday
from engage.budgeting.rules.ways import Way, check_uses
from engage.budgeting.views.eligible import (
    Shown,
    band_born,
    eligibility,
    marks_here,
    placing_of,
)
from engage.budgeting.views.entering import (
    bp,
    is_open,
    let_in,
    not_open,
    place_page,
)
from engage.budgeting.views.found import public_round_or_404
from engage.extensions import A_BUILDING, db, limiter
from engage.permissions import Permission
from engage.web.access import public, requires
from engage.web.forms import ActionForm
from engage.web.pages import page


@bp.route("/rounds/<slug>/vote/list/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def by_list(slug: str) -> Answer:
    """Take two facts about somebody who is on the list: both must be of one person."""
    round_ = public_round_or_404(slug)
    check_uses(round_.ways, Way.LIST)
    if not is_open(round_):
        return not_open(round_)
    form, status = FactsForm(facts=list_or_404(round_)), 200
    if form.validate_on_submit():
        try:
            source = source_of(request.remote_addr)
            identity = find_listed(round_, form.facts, form.typed, source, at=clock.now())
            db.session.commit()
            uid = voter_known_by(round_, identity)
            if uid:
                return let_in(round_, uid)
            born = birthday(form.facts, form.typed)
            return place_page(round_, Shown("list", identity.hex(), band_born(round_, born)))
        except ListRefused as refusal:
            db.session.commit()  # the failed try
            form.refuse(_(str(refusal)))
            status = 429 if isinstance(refusal, ListTriesRefused) else 422
    return page("voting/list.html", status, form=form, round=round_)


@bp.route("/rounds/<slug>/vote/account/", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def by_account(slug: str) -> Answer:
    """Let somebody in who is signed in: the same voter as by a link to the same address."""
    round_ = public_round_or_404(slug)
    check_uses(round_.ways, Way.ACCOUNT)
    if not is_open(round_):
        return not_open(round_)
    identity = account_identity(round_.id, current_user.email)
    uid = voter_known_by(round_, identity)
    form = AccountForm(**eligibility(round_)) if uid is None else ActionForm()
    if form.validate_on_submit():
        if uid is not None:
            return let_in(round_, uid)
        placing = placing_of(round_, form)
        if placing is not None:
            marks = marks_here(round_, form)
            given = {"marks": marks, "age_band": form.band}
            uid = use_identity(round_.id, identity, placing, at=clock.now(), **given)
            return let_in(round_, uid)
    return page("voting/account.html", form=form, round=round_, is_known=uid is not None)


def list_or_404(round_: Round) -> Facts:
    """Return what a round's list asks for; 404 before there is one."""
    return list_of(round_.id) or abort(404)
