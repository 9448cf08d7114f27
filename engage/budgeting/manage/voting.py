"""Voter codes and the close of voting, for officers. No page shows a ballot or a live turnout."""

from flask import Blueprint, abort, current_app, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from engage import clock
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.codes import issue_codes
from engage.budgeting.forms.voting import CodesForm
from engage.budgeting.models import Round
from engage.budgeting.queries.rounds import round_by_slug
from engage.budgeting.queries.voters import codes_issued
from engage.budgeting.rules.ballots import CloseRefused, KeysRefused
from engage.budgeting.rules.rounds import RoundRefused
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import csv_download, page

bp = Blueprint("voting_manage", __name__)


@bp.route("/desk/rounds/<slug>/codes/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def codes(slug: str) -> Response:
    """Issue a batch of codes: the file is the only place where they ever stand."""
    round_ = _round(slug)
    form = CodesForm()
    if form.validate_on_submit() and form.number.data:
        try:
            issued = issue_codes(
                round_,
                form.number.data,
                at=clock.now(),
                by=current_user.id,
                role=current_user.role,
            )
            db.session.commit()
            address = current_app.config["BASE_URL"] + url_for("voting.start")
            return csv_download(
                f"voting-codes-{slug}.csv",
                [_("Number"), _("Voting code"), _("Where to vote")],
                [(n, code.text, address) for n, code in enumerate(issued, 1)],
            )
        except (RoundRefused, KeysRefused) as refusal:
            db.session.rollback()
            form.refuse(_(str(refusal)))
    return page("voting_manage/codes.html", form=form, round=round_, issued=codes_issued(round_.id))


@bp.post("/desk/rounds/<slug>/close/")
@requires(Permission.MANAGE_BUDGETING)
def close(slug: str) -> Response:
    """Close voting and seal the ballots, once the closing time has passed."""
    round_ = _round(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    try:
        closed = close_voting(round_, at=clock.now(), by=current_user.id, role=current_user.role)
        db.session.commit()
        flash(_("Voting is closed and sealed.") if closed else _("Voting was closed already."))
    except CloseRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    return redirect(url_for("rounds_manage.round_", slug=slug))


def _round(slug: str) -> Round:
    round_ = round_by_slug(slug)
    if round_ is None:
        abort(404)
    return round_
