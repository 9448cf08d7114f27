"""Voting: showing who you are, the ballot, the receipt, and leaving a shared computer safely."""

import uuid
from typing import Any

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
from flask_babel import ngettext
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.accounts.rules import EmailRefused, source_of
from engage.budgeting.actions.codes import TriesRefused, open_code
from engage.budgeting.actions.registering import (
    OutsideRefused,
    UsedRefused,
    check_place,
    end_pass,
    give_pass,
    request_link,
    use_code,
    use_link,
    voter_of_code,
)
from engage.budgeting.actions.voting import cast_ballot
from engage.budgeting.forms.voting import BallotForm, CodeForm, EmailForm, PlaceForm, ReceiptForm
from engage.budgeting.models import Round, VoterCode
from engage.budgeting.queries.rounds import public_round
from engage.budgeting.queries.voters import (
    ballot_of,
    ballot_order,
    code_at,
    holds_receipt,
    link_of,
    rounds_in_voting,
    voter_of_pass,
)
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
from engage.budgeting.rules.codes import CodeRefused, read_code
from engage.budgeting.rules.rounds import takes_votes
from engage.extensions import db, limiter
from engage.messages.jobs import deliver_waiting
from engage.messages.rules import read_reference
from engage.partners.queries import partnership
from engage.places.queries import find_place
from engage.places.rules import Placing, PostcodeRefused
from engage.web.access import public
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("voting", __name__)
COOKIE = "voting_pass"
#: How long the second step of a code's first use stays open, in seconds.
PROOF_LIFE = 3600
#: What a refusal is answered with where it isn't a mistake in the form.
STATUS = {
    ClosedRefused: 410,
    ChangedRefused: 409,
    VotedRefused: 409,
    NotEligibleRefused: 403,
    KeysRefused: 503,
}
FIELDS = {"csrf_token", "projects", "submission_id", "base_version", "ballot_hash"}


# Showing who you are ----------------------------------------------------------------------------


@bp.route("/vote", methods=["GET", "POST"])
@public
def start() -> Answer:
    """Take a voting code, or lead to the rounds where one can vote by e-mail."""
    form, status = CodeForm(), 200
    at = clock.now()
    if form.validate_on_submit():
        try:
            code = open_code(read_code(form.code.data or ""), source_of(request.remote_addr), at=at)
            return _with_code(code)
        except CodeRefused as refusal:
            db.session.commit()  # the failed try
            form.refuse(_(str(refusal)), form.code)
            status = 429 if isinstance(refusal, TriesRefused) else 422
    rounds = [round_ for round_ in rounds_in_voting() if _is_open(round_)]
    return page("voting/start.html", status, form=form, rounds=rounds)


def _with_code(code: VoterCode) -> Answer:
    """Go on from an opened code: to the ballot, or first to the question where its holder lives."""
    round_ = db.session.get_one(Round, code.round_id)
    locator = code.locator
    db.session.commit()
    if not _is_open(round_):
        return _not_open(round_)
    if code.voter_uid is not None:
        uid = voter_of_code(code)
        return _let_in(round_, uid)
    form = PlaceForm(formdata=None, min_age=round_.min_age, proof=_proofs().dumps([round_.id, locator]))
    return page("voting/place.html", form=form, round=round_)


@bp.post("/rounds/<slug>/vote/place/")
@public
def place(slug: str) -> Answer:
    """Take the postcode of somebody who uses a code for the first time."""
    round_ = _round(slug)
    form = PlaceForm(min_age=round_.min_age)
    code = _proven(round_, form.proof.data)
    if code is None:
        flash(_("That page was open too long. Enter your code again."))
        return redirect(url_for("voting.start"))
    if not _is_open(round_):
        return _not_open(round_)
    placing = _placing(round_, form) if form.validate_on_submit() else None
    if placing is None:
        return page("voting/place.html", form=form, round=round_)
    return _let_in(round_, use_code(code, placing, at=clock.now()))


@bp.route("/rounds/<slug>/vote/", methods=["GET", "POST"])
@public
@limiter.limit("30/hour", methods=["POST"])
def enter(slug: str) -> Answer:
    """Ask who votes: by a code, or by a link to an e-mail address."""
    round_, at = _round(slug), clock.now()
    if not _is_open(round_):
        return _not_open(round_)
    if request.method == "GET" and _voter(round_):
        return redirect(url_for("voting.ballot", slug=slug))
    form = EmailForm(min_age=round_.min_age)
    placing = _placing(round_, form) if form.validate_on_submit() else None
    if placing is not None:
        try:
            request_link(round_, form.email.data or "", placing, at=at, link_to=_link_to(slug))
            db.session.commit()
            deliver_waiting()
            return page("voting/sent.html", round=round_)
        except EmailRefused as refusal:
            form.refuse(_(str(refusal)), form.email)
    return page("voting/enter.html", form=form, round=round_, code_form=CodeForm(formdata=None))


@bp.route("/rounds/<slug>/vote/<token>/", methods=["GET", "POST"])
@public
def link(slug: str, token: str) -> Answer:
    """Open a link from a message. Only the button uses it up: scanners open every link they see."""
    round_, at = _round(slug), clock.now()
    if not _is_open(round_):
        return _not_open(round_)
    form = ActionForm()
    if form.validate_on_submit():
        try:
            return _let_in(round_, use_link(round_.id, token, at=at))
        except UsedRefused:
            db.session.rollback()
    if link_of(round_.id, token, at) is None:
        return page("voting/used.html", 410, round=round_)
    return page("voting/link.html", form=form, round=round_)


# The ballot and the receipt ---------------------------------------------------------------------


@bp.get("/rounds/<slug>/ballot/")
@public
def ballot(slug: str) -> Answer:
    """Show the ballot. What somebody chose before is never shown: it may be another's screen."""
    round_ = _round(slug)
    if not _is_open(round_):
        return _not_open(round_)
    uid = _voter(round_)
    if uid is None:
        return redirect(url_for("voting.enter", slug=slug))
    standing = ballot_of(round_, uid)
    if standing is not None and not round_.allow_change:
        return redirect(url_for("voting.receipt", slug=slug))
    form = _ballot_form(
        round_,
        uid,
        formdata=None,
        submission_id=str(uuid.uuid4()),
        base_version=str(standing.version if standing else 0),
        ballot_hash=round_.ballot_hash,
    )
    return _ballot_page(round_, form, has_voted=standing is not None)


@bp.post("/rounds/<slug>/ballot/")
@public
def cast(slug: str) -> Answer:
    """Take a vote. Whatever is refused, the page that says so keeps the choices."""
    round_, at = _round(slug), clock.now()
    uid = _voter(round_)
    form = _ballot_form(round_, uid)
    sent = _submission(form)
    if uid is None:
        return _not_taken(round_, form, None, 401)
    if _is_open(round_) and not form.validate_on_submit():
        return _ballot_page(round_, form)
    try:
        if not _is_open(round_):
            raise ClosedRefused("Voting is not open now")
        cast_ballot(round_.id, uid, sent, at=at)
        db.session.commit()
    except ChoicesRefused as refusal:
        form.refuse(_(str(refusal)), form.projects)
        return _ballot_page(round_, form)
    except VoteRefused as refusal:
        db.session.rollback()
        return _not_taken(round_, form, uid, STATUS[type(refusal)])
    except OperationalError as error:
        return _unsure(round_, form, uid, error)
    return redirect(url_for("voting.receipt", slug=slug), 303)


@bp.get("/rounds/<slug>/receipt/")
@public
def receipt(slug: str) -> Answer:
    """Say that the vote is in. The receipt is made anew from the ballot box; no address holds it."""
    round_ = _round(slug)
    uid = _voter(round_)
    standing = ballot_of(round_, uid) if uid else None
    if standing is None:
        return redirect(url_for("voting.enter", slug=slug))
    code = receipt_of(standing.leaf)
    return page("voting/receipt.html", round=round_, receipt=code, is_open=_is_open(round_))


@bp.route("/rounds/<slug>/check/", methods=["GET", "POST"])
@public
@limiter.limit("60/hour", methods=["POST"])
def check(slug: str) -> Answer:
    """Say whether a receipt is in the ballot box, and nothing more of it."""
    round_ = _round(slug)
    form, found = ReceiptForm(), None
    if form.validate_on_submit():
        reference = read_reference(form.receipt.data or "")
        if reference is None:
            form.refuse(_("Enter all 16 letters and numbers of your receipt"), form.receipt)
        else:
            found = holds_receipt(round_.id, reference)
    return page("voting/check.html", form=form, round=round_, found=found)


@bp.post("/rounds/<slug>/finish/")
@public
def finish(slug: str) -> Answer:
    """Leave: nobody who uses this device next can vote or see the receipt."""
    round_ = _round(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    end_pass(request.cookies.get(COOKIE, ""))
    db.session.commit()
    flash(_("You have finished. The next person on this device cannot use your vote."))
    answer = make_response(redirect(url_for("rounds.show", slug=slug)))
    answer.delete_cookie(COOKIE, path=_cookie_path(round_))
    return answer


@bp.errorhandler(KeysRefused)
def no_keys(refusal: KeysRefused) -> Answer:
    """Take no votes without the right keys; the log says so, without a word about who asked."""
    db.session.rollback()
    current_app.logger.error("votes are refused: %s", refusal)
    return page(
        "errors/error.html",
        503,
        code=503,
        heading=_("We cannot take votes just now"),
        advice=_("Votes that are in are safe. Try again in an hour, or ask us for help."),
    )


# Parts ------------------------------------------------------------------------------------------


def _round(slug: str) -> Round:
    round_ = public_round(slug)
    if round_ is None:
        abort(404)
    return round_


def _is_open(round_: Round) -> bool:
    return not round_.is_imported and takes_votes(
        round_.stage, round_.voting_opens_at, round_.voting_closes_at, clock.now()
    )


def _not_open(round_: Round) -> Answer:
    is_over = round_.voting_closes_at <= clock.now()
    return page("voting/not_open.html", 410 if is_over else 200, round=round_, is_over=is_over)


def _voter(round_: Round) -> bytes | None:
    return voter_of_pass(round_.id, request.cookies.get(COOKIE, ""), clock.now())


def _cookie_path(round_: Round) -> str:
    return f"/rounds/{round_.engagement.slug}/"


def _let_in(round_: Round, uid: bytes) -> Answer:
    """Give this browser a pass for the round and lead it to the ballot."""
    token = give_pass(round_.id, uid, at=clock.now())
    db.session.commit()
    answer = make_response(redirect(url_for("voting.ballot", slug=round_.engagement.slug)))
    answer.set_cookie(
        COOKIE,
        token,
        path=_cookie_path(round_),
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return answer


def _proofs() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="voting code, opened")


def _proven(round_: Round, proof: str | None) -> VoterCode | None:
    try:
        round_id, locator = _proofs().loads(proof or "", max_age=PROOF_LIFE)
    except BadSignature:
        return None
    return code_at(locator) if round_id == round_.id else None


def _placing(round_: Round, form: PlaceForm | EmailForm) -> Placing | None:
    """Look a postcode up and forget it; None, with the form refused, where it can't be."""
    try:
        placing = find_place(form.postcode.data or "", partnership().council_code)
        check_place(round_, placing)
    except (PostcodeRefused, OutsideRefused) as refusal:
        form.refuse(_(str(refusal)), form.postcode)
        return None
    return placing


def _link_to(slug: str) -> Any:
    base = current_app.config["BASE_URL"]
    return lambda token: base + url_for("voting.link", slug=slug, token=token)


def _ballot_form(round_: Round, uid: bytes | None, **given: Any) -> BallotForm:
    titles = {project.id: project.title for project in round_.projects}
    order = ballot_order(round_, uid, list(titles)) if uid else list(titles)
    return BallotForm(projects=[(str(id_), titles[id_]) for id_ in order], **given)


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
    round_: Round, form: BallotForm, status: int = 200, *, has_voted: bool = False
) -> Answer:
    has_voted = has_voted or (form.base_version.data or "0") != "0"
    projects = {str(project.id): project for project in round_.projects}
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
    has_voted = uid is not None and status != 503 and ballot_of(round_, uid) is not None
    return page(
        "voting/not_taken.html",
        status,
        round=round_,
        chosen=form.chosen_titles,
        has_voted=has_voted,
        code=status,
    )


def _unsure(round_: Round, form: BallotForm, uid: bytes, error: OperationalError) -> Answer:
    """Answer where the database broke off: look whether the vote got in, else keep the page.

    Sending the same page again is safe: one submission is written once.
    """
    db.session.rollback()
    current_app.logger.error("a vote was broken off: %s", type(error.orig).__name__)
    standing = ballot_of(round_, uid)
    if standing is not None and standing.submission_id == form.submission_id.data:
        return redirect(url_for("voting.receipt", slug=round_.engagement.slug), 303)
    form.refuse(_("We could not save your vote just now. Submit it again: it counts once."))
    return _ballot_page(round_, form, 503)
