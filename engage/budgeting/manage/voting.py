"""Voter codes and the close of voting, for officers. No page shows a ballot or a live turnout."""

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engage import clock
from engage.budgeting.actions.batches import DroppedRefused, drop_batch
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.codes import HANDED_OVER, HandedOverRefused, hand_over
from engage.budgeting.cards import TYPES, card_words, print_codes, shown_words
from engage.budgeting.forms.ways import CodesForm, PrintForm
from engage.budgeting.jobs import note_all_seals
from engage.budgeting.manage.orders import (
    finish_apart,
    heard_of,
    held_batch,
    hold_batch,
    let_batch_go,
    order_codes,
)
from engage.budgeting.models import Round
from engage.budgeting.queries.voters import batch_with, codes_issued, unfinished_batch
from engage.budgeting.rules.ballots import CloseRefused, KeysRefused
from engage.budgeting.rules.codes import Batch, minutes_left
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.ways import Way, uses
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.apart import AGAIN, is_silent
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("voting_manage", __name__)


@bp.route("/desk/rounds/<slug>/codes/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def codes(slug: str) -> Response:
    """Order a batch of codes, and go on to where its file is handed over.

    Of a batch that is being made, or that waits in somebody else's browser, the page says how far
    it is, and offers to drop it.
    """
    round_ = round_or_404(slug)
    if not uses(round_.ways, Way.CODES):
        flash(_("This fund does not use voting codes."))
        return redirect(url_for("rounds_manage.round_", slug=slug))
    if held_batch(round_):
        flash(_("Download the codes that you made first."))
        return redirect(url_for(".codes_made", slug=slug))
    form = CodesForm()
    if form.validate_on_submit() and form.number.data:
        try:
            batch = order_codes(round_, form.number.data)
            return hold_batch(redirect(url_for(".codes_made", slug=slug)), round_, batch)
        except (RoundRefused, KeysRefused) as refusal:
            db.session.rollback()
            form.refuse(_(str(refusal)))
    unfinished = unfinished_batch(round_.id)
    return page(
        "voting_manage/codes.html",
        form=form,
        round=round_,
        issued=codes_issued(round_.id),
        unfinished=unfinished,
        is_silent=unfinished is not None and is_silent(heard_of(unfinished), clock.now()),
    )


@bp.post("/desk/rounds/<slug>/codes/drop/")
@requires(Permission.MANAGE_BUDGETING)
def drop_codes(slug: str) -> Response:
    """Drop codes that nobody will download any more: they open nothing, and others can be made."""
    round_ = round_or_404(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    try:
        drop_batch(round_, at=clock.now(), **actor())
        db.session.commit()
        flash(_("Those codes are dropped. They open nothing. You can make others now."))
    except DroppedRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    return let_batch_go(redirect(url_for(".codes", slug=slug)), round_)


@bp.get("/desk/rounds/<slug>/codes/made/")
@requires(Permission.MANAGE_BUDGETING)
def codes_made(slug: str) -> Response:
    """Say how many codes are made; once all are, offer their file.

    Who asks for it has the page loaded again by itself: nothing moves that nobody asked for.
    """
    round_ = round_or_404(slug)
    batch = held_batch(round_)
    kept = batch_with(round_.id, batch.fingerprint) if batch else None
    if batch is None or kept is None:
        return let_batch_go(redirect(url_for(".codes", slug=slug)), round_)
    if kept.stage != "making":
        return _made_page(round_, batch, PrintForm())
    at, watches = clock.now(), "watch" in request.args
    answer = page(
        "voting_manage/codes_making.html",
        round=round_,
        batch=kept,
        minutes=minutes_left(kept.made, kept.number, at - kept.started_at),
        is_silent=is_silent(heard_of(kept), at),
        watches=watches,
    )
    if watches:
        answer.headers["Refresh"] = str(AGAIN)
    return answer


@bp.post("/desk/rounds/<slug>/codes/made/go-on/")
@requires(Permission.MANAGE_BUDGETING)
def go_on_with_codes(slug: str) -> Response:
    """Go on with a batch whose making stopped: its codes stand, and the others are made."""
    round_ = round_or_404(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    batch = held_batch(round_)
    if batch is not None:
        finish_apart(round_, batch)
    return redirect(url_for(".codes_made", slug=slug))


@bp.post("/desk/rounds/<slug>/codes/made/")
@requires(Permission.MANAGE_BUDGETING)
def download_codes(slug: str) -> Response:
    """Hand the codes over: this file is the only place where they ever stand."""
    round_, form = round_or_404(slug), PrintForm()
    batch = held_batch(round_)
    if not form.validate_on_submit():
        if form.expired or batch is None:
            abort(400)
        return _made_page(round_, batch, form)
    try:
        if batch is None:
            raise HandedOverRefused(HANDED_OVER)
        handed = hand_over(round_, batch, at=clock.now(), **actor())
        name, content = print_codes(
            handed, card_words(round_), form.shape.data, slug, current_app.config["PRINT_FONT"]
        )
        db.session.commit()
    except (HandedOverRefused, KeysRefused) as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
        answer = redirect(url_for(".codes", slug=slug))
        return let_batch_go(answer, round_) if isinstance(refusal, HandedOverRefused) else answer
    answer = make_response(content)
    answer.headers["Content-Type"] = TYPES[name.rpartition(".")[2]]
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return let_batch_go(answer, round_)


def _made_page(round_: Round, batch: Batch, form: PrintForm) -> Response:
    words = card_words(round_)
    shown = shown_words(words, current_app.config["PRINT_FONT"])
    return page(
        "voting_manage/codes_made.html",
        form=form,
        round=round_,
        number=batch.number,
        issued=codes_issued(round_.id),
        instead=shown.title if shown.title != words.title else "",
    )


@bp.post("/desk/rounds/<slug>/close/")
@requires(Permission.MANAGE_BUDGETING)
def close(slug: str) -> Response:
    """Close voting and seal the ballots, once the closing time has passed."""
    round_ = round_or_404(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    try:
        closed = close_voting(round_, at=clock.now(), **actor())
        db.session.commit()
        note_all_seals()
        flash(_("Voting is closed and sealed.") if closed else _("Voting was closed already."))
    except CloseRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    return redirect(url_for("rounds_manage.round_", slug=slug))
