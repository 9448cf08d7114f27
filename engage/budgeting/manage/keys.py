"""Recovery sheets, for officers: print one, test it, bring a lost key back, end it.

An address without a fund concerns the installation's own keys. No page shows a key again once its
sheet was printed, and no answer about keys may be kept by a browser or a proxy.
"""

import segno
from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.sheets import destroy_sheets, print_sheet, type_sheet
from engage.budgeting.forms.keeping import PrintForm, SheetForm
from engage.budgeting.models import Round
from engage.budgeting.queries.rounds import round_by_slug
from engage.budgeting.queries.sheets import (
    challenge_ends,
    is_tested,
    key_state,
    removal_of,
    sheets_of,
    sheets_to_destroy,
)
from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.sheets import LINES, SheetRefused
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("keys_manage", __name__)


@bp.get("/desk/keys/")
@bp.get("/desk/rounds/<slug>/key/")
@requires(Permission.MANAGE_BUDGETING)
def key(slug: str = "") -> Answer:
    """Where a key stands, what comes next, and every sheet that was printed of it."""
    return _key_page(_round(slug))


@bp.post("/desk/keys/sheet/")
@bp.post("/desk/rounds/<slug>/key/sheet/")
@requires(Permission.MANAGE_BUDGETING)
def sheet(slug: str = "") -> Answer:
    """Answer with the sheet itself, to be printed: the only time that it is shown."""
    round_, form = _round(slug), PrintForm()
    if not form.validate_on_submit():
        return _key_page(round_, print_form=form)
    try:
        lines = print_sheet(round_, form.reason.data or "", at=clock.now(), **actor())
        db.session.commit()
    except (RoundRefused, KeysRefused) as refusal:
        db.session.rollback()
        form.refuse(_(str(refusal)), form.reason if isinstance(refusal, RoundRefused) else None)
        return _key_page(round_, print_form=form)
    code = segno.make("\n".join(lines), error="m").svg_inline(
        omitsize=True, title=_("The same lines for a code reader"), svgclass="engage-code"
    )
    return _unkept(
        page(
            "voting_manage/key_sheet.html",
            round=round_,
            lines=lines,
            code=code,
            ends=challenge_ends(round_) if round_ else None,
            at=clock.now(),
        )
    )


@bp.post("/desk/keys/lines/")
@bp.post("/desk/rounds/<slug>/key/lines/")
@requires(Permission.MANAGE_BUDGETING)
def lines(slug: str = "") -> Answer:
    """Take the lines of a sheet: a test while its key is here, and else the way back for it."""
    round_, form = _round(slug), SheetForm()
    if not form.validate_on_submit():
        return _key_page(round_, sheet_form=form)
    try:
        is_back = type_sheet(round_, form.lines.data or "", at=clock.now(), **actor())
        db.session.commit()
    except SheetRefused as refusal:
        db.session.rollback()
        for fault in refusal.faults:
            form.refuse(_(fault), form.lines)
        return _key_page(round_, sheet_form=form)
    except RoundRefused as refusal:
        db.session.rollback()
        form.refuse(_(str(refusal)))
        return _key_page(round_, sheet_form=form)
    flash(
        _("The key is back. Votes can be taken again.")
        if is_back
        else _("The sheet is right. Seal it in an envelope, and hand it to the monitoring officer.")
    )
    return redirect(_home(round_))


@bp.post("/desk/rounds/<slug>/key/destroyed/")
@requires(Permission.MANAGE_BUDGETING)
def destroyed(slug: str) -> Answer:
    """Take note that the envelope was destroyed, unopened."""
    round_ = _round(slug)
    if round_ is None or not ActionForm().validate_on_submit():
        abort(400)
    try:
        destroy_sheets(round_, at=clock.now(), **actor())
        db.session.commit()
        flash(_("It is noted. Nothing leads from a vote to a voter any more."))
    except RoundRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    return redirect(_home(round_))


def _key_page(
    round_: Round | None, print_form: PrintForm | None = None, sheet_form: SheetForm | None = None
) -> Answer:
    at, state = clock.now(), key_state(round_)
    return _unkept(
        page(
            "voting_manage/key.html",
            form=print_form or sheet_form,
            round=round_,
            print_form=print_form or PrintForm(formdata=None),
            sheet_form=sheet_form or SheetForm(formdata=None),
            state=state,
            sheets=sheets_of(round_),
            is_tested=state == "here" and is_tested(round_),
            number=LINES if round_ else 2 * LINES,
            ends=challenge_ends(round_) if round_ else None,
            removal=removal_of(round_.id) if round_ else None,
            due=sheets_to_destroy(round_, at) if round_ else [],
            at=at,
        )
    )


def _unkept(answer: Answer) -> Answer:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _home(round_: Round | None) -> str:
    if round_ is None:
        return url_for(".key")
    return url_for(".key", slug=round_.engagement.slug)


def _round(slug: str) -> Round | None:
    """Return the round at this address; None for the installation's own keys."""
    return (round_by_slug(slug) or abort(404)) if slug else None
