"""The vote of somebody whom an officer helps: filled in, read back, sent.

What the officer holds is a page: no address, no session and no table has the choices or says who
was helped. The page's proof is good for one vote and names it beforehand (its submission), so
whoever keeps the page can send the same vote again and nothing else. Once the vote is in, the page
that was read back shows the receipt, even to the browser's way back.
"""

import uuid
from dataclasses import dataclass

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.voting import cast_ballot, judge_choices
from engage.budgeting.actions.ways import voter_known_by
from engage.budgeting.forms.ballots import BallotForm
from engage.budgeting.models import Round
from engage.budgeting.queries.rounds import round_by_slug
from engage.budgeting.queries.voters import ballot_of
from engage.budgeting.queries.ways import is_help_open
from engage.budgeting.rules.ballots import (
    CHANGED_BY_VOTER,
    ChoicesRefused,
    KeysRefused,
    NotEligibleRefused,
    Standing,
    Submission,
    VoteRefused,
    receipt_of,
)
from engage.budgeting.rules.ways import NotUsedRefused, Way, uses
from engage.budgeting.views.entering import is_open
from engage.budgeting.views.found import round_or_404
from engage.budgeting.views.voting import ballot_form, ballot_parts, submission_of
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.errors import AWAY, log_database_error
from engage.web.pages import page
from engage.web.rules import UK

bp = Blueprint("assisted", __name__)
#: How long one person's page stays good, in seconds.
PROOF_LIFE = 3600
#: What the pages of one person's vote send beside what every ballot does.
SENT = ("proof", "change")


@dataclass(frozen=True)
class Helped:
    """Whose vote a page is, and which vote. ``identity`` is a keyed hash that names nobody."""

    identity: bytes
    submission_id: str


@bp.post("/desk/rounds/<slug>/assisted/check/")
@requires(Permission.MANAGE_BUDGETING)
def check(slug: str) -> Answer:
    """Show the choices to be read back. Once they are in, the page shows the receipt instead."""
    round_ = open_round(slug)
    helped = _helped(round_)
    if helped is None:
        return too_long(slug)
    uid = voter_known_by(round_, helped.identity) or abort(400)
    form = ballot_form(round_, uid)
    sent = _sent(form, helped)
    standing = ballot_of(round_, uid)
    if standing is not None and standing.submission_id == sent.submission_id and standing.leaf:
        return _done_page(round_, standing)
    if not form.validate_on_submit() or {"change", "reckon"} & set(request.form):
        return _ballot_page(round_, form, request.form["proof"])
    try:
        judge_choices(round_.id, sent)
    except ChoicesRefused as refusal:
        form.refuse(_(str(refusal)), form[form.paper])
        return _ballot_page(round_, form, request.form["proof"])
    return _check_page(round_, form)


@bp.post("/desk/rounds/<slug>/assisted/vote/")
@requires(Permission.MANAGE_BUDGETING)
def cast(slug: str) -> Answer:
    """Put the vote into the ballot box, and show the receipt to be read out or handed over."""
    round_, at = open_round(slug), clock.now()
    helped = _helped(round_)
    if helped is None:
        return too_long(slug)
    uid = voter_known_by(round_, helped.identity) or abort(400)
    form = ballot_form(round_, uid)
    sent = _sent(form, helped)
    if not form.validate_on_submit():
        return _ballot_page(round_, form, request.form["proof"])
    try:
        standing = cast_ballot(round_.id, uid, sent, at=at, source="assisted")
        db.session.commit()
    except ChoicesRefused as refusal:
        form.refuse(_(str(refusal)), form[form.paper])
        return _ballot_page(round_, form, request.form["proof"])
    except VoteRefused as refusal:
        db.session.rollback()
        return _not_taken(round_, refusal)
    except AWAY as error:
        log_database_error(error)
        db.session.rollback()
        form.refuse(_("We could not save the vote just now. Send it again: it counts once."))
        return _check_page(round_, form, 503)
    return _done_page(round_, standing)


@bp.errorhandler(NotUsedRefused)
def not_used(refusal: NotUsedRefused) -> Answer:
    """Go back to the fund: it doesn't use this way, or voting isn't open."""
    db.session.rollback()
    flash(_(str(refusal)))
    slug = (request.view_args or {})["slug"]
    return redirect(url_for("rounds_manage.round_", slug=slug), 303)


@bp.errorhandler(NotEligibleRefused)
@bp.errorhandler(KeysRefused)
def not_taken(refusal: VoteRefused) -> Answer:
    """Say why nobody can vote here now, or why this person can't."""
    db.session.rollback()
    return _not_taken(round_by_slug((request.view_args or {})["slug"]) or abort(404), refusal)


# Parts, some of them for the pages before the vote -----------------------------------------------


def helping_round(slug: str) -> Round:
    """Return the round; NotUsedRefused where nobody votes with help in it, or not now."""
    round_ = round_or_404(slug)
    if not (uses(round_.ways, Way.ASSISTED) or uses(round_.ways, Way.DESK)):
        raise NotUsedRefused("This fund does not use this way of voting")
    if not is_open(round_):
        raise NotUsedRefused("Voting is not open now")
    return round_


def is_open_today(round_: Round) -> bool:
    """Say whether this officer has opened assisted voting today."""
    return is_help_open(round_.id, current_user.id, clock.now().astimezone(UK).date())


def open_round(slug: str) -> Round:
    """Return the round, once the officer has opened assisted voting today."""
    round_ = helping_round(slug)
    if not is_open_today(round_):
        raise NotUsedRefused("Open assisted voting for today first")
    return round_


def too_long(slug: str) -> Answer:
    """Start again with somebody whose page was open too long."""
    flash(_("That page was open too long. Start again with this person."))
    return redirect(url_for("assisted.start", slug=slug), 303)


def _proofs() -> URLSafeTimedSerializer:
    """Return what signs the page of one person."""
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="assisted voting")


def blank_ballot(round_: Round, identity: bytes, uid: bytes) -> Answer:
    """Show an empty ballot for a voter, and bind it to one vote: their first."""
    standing = ballot_of(round_, uid)
    if standing is not None and standing.is_desk:
        words = "A station has marked that they vote on paper"
        return _not_taken(round_, VoteRefused(words))
    if standing is not None:
        return _not_taken(round_, VoteRefused(CHANGED_BY_VOTER))
    submission_id = str(uuid.uuid4())
    form = ballot_form(
        round_,
        uid,
        formdata=None,
        submission_id=submission_id,
        base_version="0",
        ballot_hash=round_.ballot_hash,
    )
    proof = _proofs().dumps([round_.id, identity.hex(), submission_id])
    return _ballot_page(round_, form, proof)


def _helped(round_: Round) -> Helped | None:
    """Return whose vote the page is that was sent; None where it was open too long."""
    try:
        round_id, identity, submission_id = _proofs().loads(
            request.form.get("proof", ""), max_age=PROOF_LIFE
        )
    except (BadSignature, ValueError):
        return None
    if round_id != round_.id:
        abort(400)
    return Helped(bytes.fromhex(identity), submission_id)


def _sent(form: BallotForm, helped: Helped) -> Submission:
    """Return the vote that was sent; 400 where it isn't the one that the page was made for."""
    sent = submission_of(form, SENT)
    if (sent.submission_id, sent.base_version) != (helped.submission_id, 0):
        abort(400)
    return sent


def _ballot_page(round_: Round, form: BallotForm, proof: str) -> Answer:
    return page(
        "voting_manage/assisted_ballot.html",
        form=form,
        proof=proof,
        round=round_,
        **ballot_parts(round_, form),
    )


def _check_page(round_: Round, form: BallotForm, status: int = 200) -> Answer:
    """Show what is to be read back, and carry it on as it came."""
    kept = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("csrf_token", "change")
    ]
    return page("voting_manage/assisted_check.html", status, form=form, round=round_, kept=kept)


def _done_page(round_: Round, standing: Standing) -> Answer:
    receipt = receipt_of(standing.leaf)
    return page("voting_manage/assisted_done.html", round=round_, receipt=receipt)


def _not_taken(round_: Round, refusal: VoteRefused) -> Answer:
    status = 503 if isinstance(refusal, KeysRefused) else 409
    template = "voting_manage/assisted_not_taken.html"
    return page(template, status, round=round_, words=_(str(refusal)))
