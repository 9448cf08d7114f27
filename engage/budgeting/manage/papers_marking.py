"""Marking, at a station, who votes on paper: nobody who is marked can vote online."""

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.accounts.rules import EmailRefused, canonical_email, source_of
from engage.budgeting.actions.accepting import mark_voter
from engage.budgeting.actions.codes import TriesRefused, open_code
from engage.budgeting.actions.registering import (
    OutsideRefused,
    check_place,
    register_voter,
    use_code,
    voter_of_code,
)
from engage.budgeting.actions.voting import begin_writing
from engage.budgeting.forms.papers import DeskForm
from engage.budgeting.keys import IDENTITY, read_key
from engage.budgeting.manage.papers import actor, batch_or_404, bp, is_open, paper_round_or_404
from engage.budgeting.models import Round
from engage.budgeting.rules.ballots import VoteRefused, identity_of
from engage.budgeting.rules.codes import CodeRefused, read_code
from engage.extensions import db
from engage.partners.queries import partnership
from engage.permissions import Permission
from engage.places.queries import find_place
from engage.places.rules import PostcodeRefused
from engage.web.access import requires
from engage.web.pages import page


@bp.route("/<int:batch_id>/mark/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def mark(slug: str, batch_id: int) -> Answer:
    """Mark that somebody votes on paper, before they are given one."""
    round_ = paper_round_or_404(slug)
    if not round_.ways:
        abort(404)  # nobody votes online, so that nobody could vote twice
    batch, form, status = batch_or_404(round_, batch_id), DeskForm(min_age=round_.min_age), 200
    if form.validate_on_submit():
        try:
            uid = _voter(round_, form)
            db.session.commit()
            mark_voter(batch, uid, at=clock.now(), **actor())
            db.session.commit()
            flash(_("Marked. Give them one paper."))
            return redirect(url_for(".mark", slug=slug, batch_id=batch_id))
        except CodeRefused as refusal:
            db.session.commit()  # the failed try
            form.refuse(refusal, form.who)
            status = 429 if isinstance(refusal, TriesRefused) else 422
        except (PostcodeRefused, OutsideRefused) as refusal:
            form.refuse(refusal, form.postcode)
        except (VoteRefused, EmailRefused) as refusal:
            db.session.rollback()
            form.refuse(refusal, form.who)
    return page(
        "rounds_manage/paper/mark.html",
        status,
        form=form,
        round=round_,
        batch=batch,
        is_open=is_open(round_),
    )


def _voter(round_: Round, form: DeskForm) -> bytes:
    """Return the uid of the voter with this code or address, registered now if new.

    Raises PostcodeRefused, VoteRefused, EmailRefused or CodeRefused of the kind that fits.
    """
    at, typed = clock.now(), form.who.data or ""
    placing = find_place(form.postcode.data or "", partnership().council_code)
    check_place(round_, placing)
    if "@" in typed:
        canonical = canonical_email(typed)
        begin_writing()
        identity = identity_of(read_key(IDENTITY), round_.id, "email", canonical)
        return register_voter(round_.id, identity, placing, at=at, age_band=form.band)
    code = open_code(read_code(typed), source_of(request.remote_addr), at=at)
    if code.round_id != round_.id:
        raise CodeRefused("This code is for another vote")
    db.session.commit()
    if code.voter_uid:
        return voter_of_code(code)
    return use_code(code, placing, at=at, age_band=form.band)
