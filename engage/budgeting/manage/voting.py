"""Voter codes and the close of voting, for officers. No page shows a ballot or a live turnout."""

from dataclasses import astuple
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from engage import clock
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.codes import HANDED_OVER, HandedOverRefused, hand_over, issue_codes
from engage.budgeting.forms.voting import CodesForm
from engage.budgeting.jobs import note_all_seals
from engage.budgeting.models import Round
from engage.budgeting.queries.rounds import round_by_slug
from engage.budgeting.queries.voters import codes_issued
from engage.budgeting.rules.ballots import CloseRefused, KeysRefused
from engage.budgeting.rules.codes import Batch
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
    """Issue a batch of codes, and go on to where its file is handed over."""
    round_ = _round(slug)
    if _waiting(round_):
        flash(_("Download the codes that you made first."))
        return redirect(url_for(".codes_made", slug=slug))
    form = CodesForm()
    if form.validate_on_submit() and form.number.data:
        try:
            batch = issue_codes(round_, form.number.data, at=clock.now(), **_actor())
            db.session.commit()
            session[_key(round_)] = astuple(batch)
            return redirect(url_for(".codes_made", slug=slug))
        except (RoundRefused, KeysRefused) as refusal:
            db.session.rollback()
            form.refuse(_(str(refusal)))
    return page("voting_manage/codes.html", form=form, round=round_, issued=codes_issued(round_.id))


@bp.get("/desk/rounds/<slug>/codes/made/")
@requires(Permission.MANAGE_BUDGETING)
def codes_made(slug: str) -> Response:
    """Say how many codes were made, and offer their file."""
    round_ = _round(slug)
    batch = _waiting(round_)
    if batch is None:
        return redirect(url_for(".codes", slug=slug))
    return page(
        "voting_manage/codes_made.html",
        round=round_,
        number=batch.number,
        issued=codes_issued(round_.id),
    )


@bp.post("/desk/rounds/<slug>/codes/made/")
@requires(Permission.MANAGE_BUDGETING)
def download_codes(slug: str) -> Response:
    """Hand the codes over: this file is the only place where they ever stand."""
    round_ = _round(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    batch = _waiting(round_)
    try:
        if batch is None:
            raise HandedOverRefused(HANDED_OVER)
        handed = hand_over(round_, batch, at=clock.now(), **_actor())
        db.session.commit()
    except (HandedOverRefused, KeysRefused) as refusal:
        db.session.rollback()
        if isinstance(refusal, HandedOverRefused):
            session.pop(_key(round_), None)
        flash(_(str(refusal)))
        return redirect(url_for(".codes", slug=slug))
    session.pop(_key(round_))
    address = current_app.config["BASE_URL"] + url_for("voting.start")
    return csv_download(
        f"voting-codes-{slug}.csv",
        [_("Number"), _("Voting code"), _("Where to vote")],
        [(n, code.text, address) for n, code in enumerate(handed, 1)],
    )


@bp.post("/desk/rounds/<slug>/close/")
@requires(Permission.MANAGE_BUDGETING)
def close(slug: str) -> Response:
    """Close voting and seal the ballots, once the closing time has passed."""
    round_ = _round(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    try:
        closed = close_voting(round_, at=clock.now(), **_actor())
        db.session.commit()
        note_all_seals()
        flash(_("Voting is closed and sealed.") if closed else _("Voting was closed already."))
    except CloseRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    return redirect(url_for("rounds_manage.round_", slug=slug))


def _key(round_: Round) -> str:
    """Where the officer's own browser keeps the batch that waits: it says nothing without the
    server's key."""
    return f"codes-{round_.id}"


def _waiting(round_: Round) -> Batch | None:
    kept = session.get(_key(round_))
    return Batch(kept[0], kept[1], tuple(kept[2])) if kept else None


def _actor() -> dict[str, Any]:
    return {"by": current_user.id, "role": current_user.role}


def _round(slug: str) -> Round:
    round_ = round_by_slug(slug)
    if round_ is None:
        abort(404)
    return round_
