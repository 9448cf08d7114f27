"""The ballot, the vote and its receipt."""

import uuid
from contextlib import suppress

from flask import abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.voting import cast_ballot
from engage.budgeting.forms.voting import BallotForm, ReceiptForm
from engage.budgeting.models import Round
from engage.budgeting.queries.papers import ballot_paper, round_and_voter
from engage.budgeting.queries.voters import ballot_of, ballot_order, holds_receipt
from engage.budgeting.rules.ballots import (
    ChangedRefused,
    ChoicesRefused,
    ClosedRefused,
    KeysRefused,
    NotEligibleRefused,
    Submission,
    VotedRefused,
    VoteRefused,
    receipt_of,
)
from engage.budgeting.views.entering import (
    COOKIE,
    bp,
    is_open,
    not_open,
    public_round_or_404,
    voter_here,
)
from engage.extensions import A_BUILDING, db, limiter
from engage.messages.rules import read_reference
from engage.web.access import public
from engage.web.errors import AWAY, do_without_database, log_database_error
from engage.web.pages import page

#: What a refusal is answered with where it isn't a mistake in the form.
STATUS: dict[type[VoteRefused], int] = {
    ClosedRefused: 410,
    ChangedRefused: 409,
    VotedRefused: 409,
    NotEligibleRefused: 403,
    KeysRefused: 503,
}
#: Everything that the ballot's form sends; a request with anything else isn't from our page.
FIELDS = {"csrf_token", "projects", "submission_id", "base_version", "ballot_hash"}


@bp.get("/rounds/<slug>/ballot/")
@public
def ballot(slug: str) -> Answer:
    """Show the ballot. What somebody chose before is never shown: it may be another's screen."""
    round_ = public_round_or_404(slug)
    if not is_open(round_):
        return not_open(round_)
    uid = voter_here(round_)
    if uid is None:
        return redirect(url_for("voting.enter", slug=slug))
    standing = ballot_of(round_, uid)
    if standing is not None and not round_.allow_change:
        return redirect(url_for("voting.receipt", slug=slug))
    form = BallotForm(
        projects=[],
        formdata=None,
        submission_id=str(uuid.uuid4()),
        base_version=str(standing.version if standing else 0),
        ballot_hash=round_.ballot_hash,
    )
    return _ballot_page(round_, form, uid, has_voted=standing is not None)


@bp.post("/rounds/<slug>/ballot/")
@public
def cast(slug: str) -> Answer:
    """Take a vote. Whatever is refused, the page that says so keeps the choices."""
    at = clock.now()
    round_, uid = round_and_voter(slug, request.cookies.get(COOKIE, ""), at)
    if round_ is None:
        abort(404)
    form = BallotForm(projects=[(str(p.id), p.title) for p in ballot_paper(round_)])
    sent = _submission(form)
    if uid is None:
        return _not_taken(round_, form, None, 401)
    if is_open(round_) and not form.validate_on_submit():
        return _ballot_page(round_, form, uid)
    try:
        if not is_open(round_):
            raise ClosedRefused("Voting is not open now")
        cast_ballot(round_.id, uid, sent, at=at)
        db.session.commit()
    except ChoicesRefused as refusal:
        form.refuse(_(str(refusal)), form.projects)
        return _ballot_page(round_, form, uid)
    except VoteRefused as refusal:
        db.session.rollback()
        return _not_taken(round_, form, uid, STATUS[type(refusal)])
    except AWAY as error:
        return _unsure(round_, form, uid, error)
    return redirect(url_for("voting.receipt", slug=slug), 303)


@bp.get("/rounds/<slug>/receipt/")
@public
def receipt(slug: str) -> Answer:
    """Say that the vote is in. The receipt is read from the ballot box; no address holds it."""
    round_ = public_round_or_404(slug)
    uid = voter_here(round_)
    standing = ballot_of(round_, uid) if uid else None
    if standing is None:
        return redirect(url_for("voting.enter", slug=slug))
    code = receipt_of(standing.leaf)
    return page("voting/receipt.html", round=round_, receipt=code, is_open=is_open(round_))


@bp.route("/rounds/<slug>/check/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def check(slug: str) -> Answer:
    """Say whether a receipt is in the ballot box, and nothing more of it."""
    round_ = public_round_or_404(slug)
    form, found = ReceiptForm(), None
    if form.validate_on_submit():
        reference = read_reference(form.receipt.data or "")
        if reference is None:
            form.refuse(_("Enter all 16 letters and numbers of your receipt"), form.receipt)
        else:
            found = holds_receipt(round_.id, reference)
    return page("voting/check.html", form=form, round=round_, found=found)


def _in_order(round_: Round, uid: bytes) -> list[tuple[str, str]]:
    """Return the projects to choose from in the voter's order, or in their own without a key."""
    titles = {project.id: project.title for project in ballot_paper(round_)}
    order = list(titles)
    with suppress(KeysRefused):
        order = ballot_order(round_, uid, order)
    return [(str(id_), titles[id_]) for id_ in order]


def _submission(form: BallotForm) -> Submission:
    """Read what the page sent beside its choices; 400 for what no page of ours sends."""
    base, submission = form.base_version.data or "", form.submission_id.data or ""
    is_ours = set(request.form) <= FIELDS and base.isascii() and base.isdigit() and len(base) < 7
    try:
        submission = str(uuid.UUID(submission))
    except ValueError:
        is_ours = False
    if not is_ours:
        abort(400)
    known = {id_ for id_, _title in form.projects.choices or []}
    chosen = [int(id_) for id_ in form.projects.data or [] if id_ in known]
    return Submission(submission, int(base), form.ballot_hash.data or "", chosen)


def _ballot_page(
    round_: Round, form: BallotForm, uid: bytes, status: int = 200, *, has_voted: bool = False
) -> Answer:
    form.projects.choices = _in_order(round_, uid)
    has_voted = has_voted or (form.base_version.data or "0") != "0"
    projects = {str(project.id): project for project in ballot_paper(round_)}
    return page(
        "voting/ballot.html",
        status,
        form=form,
        round=round_,
        projects=projects,
        choose=_how_many(round_.min_choices, min(round_.max_choices, len(projects))),
        has_voted=has_voted,
    )


def _how_many(least: int, most: int) -> str:
    if least >= most:
        return ngettext("%(num)d project", "%(num)d projects", most)
    if least == 1:
        return ngettext("Up to %(num)d project", "Up to %(num)d projects", most)
    return _("From %(least)s to %(most)s projects", least=least, most=most)


def _not_taken(round_: Round, form: BallotForm, uid: bytes | None, status: int) -> Answer:
    """Say why a vote was not taken, whether an earlier one stands, and what was chosen."""
    if uid is not None:
        form.projects.choices = _in_order(round_, uid)
    has_voted = uid is not None and status != 503 and ballot_of(round_, uid) is not None
    return page(
        "voting/not_taken.html",
        status,
        round=round_,
        chosen=form.chosen_titles,
        has_voted=has_voted,
        code=status,
    )


def _unsure(round_: Round, form: BallotForm, uid: bytes, error: SQLAlchemyError) -> Answer:
    """Answer where the database broke off: look whether the vote got in, else keep the page.

    Sending the same page again is safe: one submission is written once. Where nobody can look,
    the page says so and keeps the choices, without the database.
    """
    log_database_error(error)
    try:
        db.session.rollback()
        standing = ballot_of(round_, uid)
        if standing is not None and standing.submission_id == form.submission_id.data:
            return redirect(url_for("voting.receipt", slug=round_.engagement.slug), 303)
        form.refuse(_("We could not save your vote just now. Submit it again: it counts once."))
        return _ballot_page(round_, form, uid, 503)
    except AWAY:
        do_without_database()
        return page("voting/unsure.html", 503, form=form, chosen=form.chosen_titles)
