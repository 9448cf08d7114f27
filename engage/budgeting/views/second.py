"""For the second person, an officer or a round's outside scrutineer: look, then agree or not."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.approvals import turn_down, withdraw
from engage.budgeting.actions.counting import declare_result
from engage.budgeting.actions.extending import extend
from engage.budgeting.actions.removing import remove
from engage.budgeting.forms.approvals import line_words
from engage.budgeting.jobs import let_keys_go, note_all_seals
from engage.budgeting.models import Approval
from engage.budgeting.queries.approvals import acts_as, approval_for, approvals_for, names_of
from engage.budgeting.queries.results import result_to_confirm
from engage.budgeting.queries.reviews import reviews_asked
from engage.budgeting.rules.approvals import REMOVAL_WORDS, What, read_details
from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.refusals import RoundRefused
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("second", __name__)

#: What is done when the second person agrees.
DOING: dict[What, Callable[..., Any]] = {
    What.EXTEND: extend,
    What.REMOVE: remove,
    What.CERTIFY: declare_result,
}


@bp.get("/second-person/")
@requires(Permission.OWN_ACCOUNT)
def waiting() -> Response:
    """What waits for a second person, as far as the one who asks may be it."""
    approvals = approvals_for(current_user.id, current_user.role)
    return page("rounds_manage/waiting.html", approvals=approvals, names=names_of(approvals))


@bp.get("/second-person/<int:number>/")
@requires(Permission.OWN_ACCOUNT)
def request_(number: int) -> Response:
    """One request: all that would be done, so that nobody agrees to what they can't see."""
    approval = _approval(number)
    what, details = What(approval.what), read_details(approval.details)
    return page(
        "rounds_manage/request.html",
        approval=approval,
        round=approval.round,
        details=details,
        before=datetime.fromisoformat(details["before"]) if what is What.EXTEND else None,
        names=names_of([approval]),
        removal=REMOVAL_WORDS.get(details.get("code", "")),
        lines=[line_words(*row) for row in reviews_asked(approval)] if what is What.REMOVE else [],
        counted=result_to_confirm(approval.round, details["count"])
        if what is What.CERTIFY
        else None,
        is_mine=approval.requested_by == current_user.id,
        may_decide=bool(acts_as(approval.round_id, current_user.id, current_user.role)),
    )


@bp.post("/second-person/<int:number>/agree/")
@requires(Permission.OWN_ACCOUNT)
def agree(number: int) -> Answer:
    """Agree, as the second person, and do what was asked."""
    what = What(_approval(number).what)
    done = {
        What.EXTEND: _("Voting closes later. Everybody can see why."),
        What.REMOVE: _("The votes are removed, and the rest is sealed anew."),
        What.CERTIFY: _(
            "The result is confirmed. Everybody can see it now. We told whoever proposed a project."
        ),
    }
    return _decide(number, DOING[what], done[what])


@bp.post("/second-person/<int:number>/turn-down/")
@requires(Permission.OWN_ACCOUNT)
def refuse(number: int) -> Answer:
    """Turn a request down, as the second person."""
    return _decide(number, turn_down, _("You turned it down. Nothing was done."))


@bp.post("/second-person/<int:number>/withdraw/")
@requires(Permission.OWN_ACCOUNT)
def take_back(number: int) -> Answer:
    """Take back what one asked for."""
    return _decide(number, withdraw, _("You took it back. Nothing was done."))


def _decide(number: int, act: Callable[..., Any], done: str) -> Answer:
    approval = _approval(number)
    if not ActionForm().validate_on_submit():
        abort(400)
    try:
        act(approval, at=clock.now(), by=current_user.id, role=current_user.role)
        db.session.commit()
        note_all_seals()
        let_keys_go()
        deliver_waiting()
        flash(done)
    except (RoundRefused, KeysRefused) as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    except StaleDataError:
        db.session.rollback()
        abort(409)
    return redirect(url_for(".request_", number=number))


def _approval(number: int) -> Approval:
    if number >= 2**31:
        abort(404)
    return approval_for(number, current_user.id, current_user.role) or abort(404)
