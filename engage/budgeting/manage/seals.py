"""Seals, for officers: whether the record outside agrees, who is sent each seal, what was lost."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.sealing import (
    acknowledge_gap,
    name_scrutineer,
    release_scrutineer,
)
from engage.budgeting.forms.keeping import ScrutineerForm
from engage.budgeting.jobs import note_all_seals
from engage.budgeting.models import Round
from engage.budgeting.queries.records import (
    acknowledged_gaps,
    acknowledgement,
    gap_of,
    scrutineers_of,
    seals_of,
)
from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.seals import Gap, RecordDamaged, shown
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("seals_manage", __name__)


@bp.route("/desk/rounds/<slug>/seals/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def seals(slug: str) -> Answer:
    """The seals of a round, and who is sent them; sending the form names one more."""
    round_, form = round_or_404(slug), ScrutineerForm()
    if form.validate_on_submit():
        try:
            name_scrutineer(
                round_, form.name.data or "", form.email.data or "", at=clock.now(), **actor()
            )
            db.session.commit()
            flash(_("They get every seal from now on."))
            return redirect(url_for(".seals", slug=slug))
        except RoundRefused as refusal:
            db.session.rollback()
            form.refuse(_(str(refusal)), form.email)
    gap, is_damaged = _gap(round_)
    return page(
        "voting_manage/seals.html",
        form=form,
        round=round_,
        seals=shown(seals_of(round_.id), round_.voting_closes_at),
        scrutineers=scrutineers_of(round_.id),
        gap=gap,
        is_damaged=is_damaged,
        noted=acknowledgement(round_.id, gap.last.facts.n) if gap else None,
        gaps=acknowledged_gaps(round_.id),
        me=current_user.id,
    )


@bp.post("/desk/rounds/<slug>/seals/release/<int:id_>/")
@requires(Permission.MANAGE_BUDGETING)
def release(slug: str, id_: int) -> Answer:
    """Send a scrutineer no more seals."""
    round_ = round_or_404(slug)
    found = [s for s in scrutineers_of(round_.id) if s.id == id_]
    if not found:
        abort(404)
    if not ActionForm().validate_on_submit():
        abort(400)
    release_scrutineer(round_, found[0], at=clock.now(), **actor())
    db.session.commit()
    flash(_("They get no more seals."))
    return redirect(url_for(".seals", slug=slug))


@bp.post("/desk/rounds/<slug>/seals/gap/")
@requires(Permission.MANAGE_BUDGETING)
def gap(slug: str) -> Answer:
    """Acknowledge that votes may be missing, as the first or the second officer."""
    round_ = round_or_404(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    try:
        is_over = acknowledge_gap(round_, at=clock.now(), **actor())
        db.session.commit()
        note_all_seals()
        deliver_waiting()
        flash(
            _("Two officers have looked into it. Votes are taken again.")
            if is_over
            else _("It is noted. Another officer must look into it too.")
        )
    except (RoundRefused, KeysRefused) as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    return redirect(url_for(".seals", slug=slug))


def _gap(round_: Round) -> tuple[Gap | None, bool]:
    """Return what the database lacks, and whether the record outside can't be read."""
    try:
        return gap_of(round_.id), False
    except RecordDamaged:
        return None, True
