"""Showing who you are, before a vote, and leaving a shared computer safely after it."""

from collections.abc import Callable
from contextlib import suppress

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
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.accounts.rules import EmailRefused, source_of
from engage.budgeting.actions.codes import TriesRefused, open_code
from engage.budgeting.actions.registering import (
    UsedRefused,
    end_pass,
    give_pass,
    request_link,
    use_link,
    voter_of_code,
)
from engage.budgeting.forms.voting import CodeForm, EmailForm
from engage.budgeting.models import Round, VoterCode
from engage.budgeting.queries.approvals import two_people
from engage.budgeting.queries.events import coming_events
from engage.budgeting.queries.records import refuse_gap
from engage.budgeting.queries.voters import ballot_of, link_of, rounds_in_voting, voter_of_pass
from engage.budgeting.rules.ballots import (
    GapRefused,
    KeysRefused,
    NotEligibleRefused,
    RecordRefused,
)
from engage.budgeting.rules.codes import CodeRefused, read_code
from engage.budgeting.rules.links import outlives_voting
from engage.budgeting.rules.stages import Stage, takes_votes
from engage.budgeting.rules.ways import NotUsedRefused, Way, check_uses
from engage.budgeting.views.eligible import (
    Shown,
    asked_place,
    eligibility,
    marks_here,
    place_form,
    placing_of,
    proven,
    register_shown,
)
from engage.budgeting.views.found import public_round_or_404
from engage.extensions import A_BUILDING, db, limiter
from engage.messages.jobs import deliver_waiting
from engage.web.access import public
from engage.web.forms import ActionForm
from engage.web.leaving import leave
from engage.web.pages import page

bp = Blueprint("voting", __name__)
COOKIE = "voting_pass"


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
    rounds = [round_ for round_ in rounds_in_voting() if round_.ways and is_open(round_)]
    return page("voting/start.html", status, form=form, rounds=rounds)


def _with_code(code: VoterCode) -> Answer:
    """Go on from an opened code: to the ballot, or first to the question where its holder lives."""
    round_ = db.session.get_one(Round, code.round_id)
    locator = code.locator
    db.session.commit()
    check_uses(round_.ways, Way.CODES)
    if not is_open(round_):
        return not_open(round_)
    refuse_gap(round_.id)
    if code.voter_uid is not None:
        return let_in(round_, voter_of_code(code))
    return place_page(round_, Shown("code", locator))


def place_page(round_: Round, shown: Shown) -> Answer:
    """Ask, once, where somebody lives who showed by a code or the list that they may vote."""
    return page("voting/place.html", form=place_form(round_, shown), round=round_, shown=shown)


@bp.post("/rounds/<slug>/vote/place/")
@public
def place(slug: str) -> Answer:
    """Take the postcode of somebody who votes for the first time by a code or the list."""
    round_ = public_round_or_404(slug)
    shown = proven(round_, request.form.get("proof"))
    form = asked_place(round_, shown)
    if shown is None:
        flash(_("That page was open too long. Show again that you may vote."))
        return redirect(url_for("voting.enter", slug=slug))
    if not is_open(round_):
        return not_open(round_)
    placing = placing_of(round_, form) if form.validate_on_submit() else None
    if placing is None:
        return page("voting/place.html", form=form, round=round_, shown=shown)
    marks = marks_here(round_, form)
    return let_in(round_, register_shown(round_, shown, placing, marks, age_band=form.band))


@bp.route("/rounds/<slug>/vote/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def enter(slug: str) -> Answer:
    """Ask who votes: by a code, or by a link to an e-mail address."""
    round_, at = public_round_or_404(slug), clock.now()
    if not is_open(round_):
        return not_open(round_)
    refuse_gap(round_.id)
    if not round_.ways:
        return page("voting/in_the_hall.html", round=round_, events=coming_events(round_.id, at))
    if request.method == "GET" and voter_here(round_):
        return redirect(url_for("voting.ballot", slug=slug))
    if request.method == "POST":
        check_uses(round_.ways, Way.EMAIL)
    form = EmailForm(**eligibility(round_))
    placing = placing_of(round_, form) if form.validate_on_submit() else None
    if placing is not None:
        try:
            request_link(
                round_,
                form.email.data or "",
                placing,
                at=at,
                link_to=_link_to(slug),
                marks=marks_here(round_, form),
                age_band=form.band,
            )
            db.session.commit()
            deliver_waiting()
            until_close = outlives_voting(at, round_.voting_closes_at)
            return page("voting/sent.html", round=round_, until_close=until_close)
        except EmailRefused as refusal:
            form.refuse(_(str(refusal)), form.email)
    return page(
        "voting/enter.html",
        form=form,
        round=round_,
        code_form=CodeForm(formdata=None),
        two=two_people(round_.id),
    )


@bp.route("/rounds/<slug>/vote/<token>/", methods=["GET", "POST"])
@public
def link(slug: str, token: str) -> Answer:
    """Open a link from a message. Only the button uses it up: scanners open every link they see."""
    round_, at = public_round_or_404(slug), clock.now()
    check_uses(round_.ways, Way.EMAIL)
    if not is_open(round_):
        return not_open(round_)
    form = ActionForm()
    if form.validate_on_submit():
        try:
            return let_in(round_, use_link(round_.id, token, at=at))
        except UsedRefused:
            db.session.rollback()
    if link_of(round_.id, token, at) is None:
        return page("voting/used.html", 410, round=round_)
    return page("voting/link.html", form=form, round=round_)


@bp.post("/rounds/<slug>/finish/")
@public
def finish(slug: str) -> Answer:
    """Leave: nobody who uses this device next can vote, or see a receipt or what was chosen."""
    round_ = public_round_or_404(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    told = _farewell(round_)
    end_pass(request.cookies.get(COOKIE, ""))
    db.session.commit()
    leave()
    flash(told)
    answer = make_response(redirect(url_for("rounds.show", slug=slug)))
    answer.delete_cookie(COOKIE, path=_cookie_path(round_))
    return answer


def _farewell(round_: Round) -> str:
    """Say whether a vote is in, to whoever leaves, where we still know who they are."""
    uid, standing = voter_here(round_), None
    with suppress(KeysRefused):
        standing = ballot_of(round_, uid) if uid is not None else None
    if standing is not None:
        return _("You have finished, and your vote is in. The next person cannot use it.")
    if uid is None or round_.stage == Stage.DECLARED:
        return _("You have finished. The next person on this device cannot use your vote.")
    return _("You have left, and you have not voted here. You can come back until voting closes.")


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
        advice=_("Votes already cast are safe. Try again in an hour, or ask us for help."),
    )


@bp.errorhandler(GapRefused)
def behind(refusal: GapRefused) -> Answer:
    """Take no votes where some may be missing, or nobody can tell whether they are."""
    db.session.rollback()
    current_app.logger.error("votes are refused: %s", refusal)
    return page(
        "errors/error.html",
        503,
        code=503,
        heading=_("We cannot take votes just now"),
        advice=_(
            "We cannot check our ballot box just now, so we take no votes. We are looking into it. "
            "Keep your receipt, and look here again in an hour."
        )
        if isinstance(refusal, RecordRefused)
        else _(
            "Our ballot box was put back from an older copy, so votes may be missing. Two officers "
            "must look into it first. Keep your receipt, and look here again tomorrow."
        ),
    )


@bp.errorhandler(NotEligibleRefused)
def not_eligible(refusal: NotEligibleRefused) -> Answer:
    """Let nobody in who was excluded, or who withdrew, in the middle of a round."""
    db.session.rollback()
    return page(
        "errors/error.html",
        403,
        code=403,
        heading=_("You cannot vote in this fund"),
        advice=_("Ask us if you think that this is a mistake."),
    )


@bp.errorhandler(NotUsedRefused)
def not_used(refusal: NotUsedRefused) -> Answer:
    """Say that a fund doesn't use this way of voting, and where its own ways are."""
    db.session.rollback()
    slug = (request.view_args or {}).get("slug")
    return page("voting/not_used.html", 404, slug=slug)


# Parts, some of them for the ballot too --------------------------------------------------------


def is_open(round_: Round) -> bool:
    """Say whether the round takes votes now; the database judges each vote once more."""
    return not round_.is_imported and takes_votes(
        round_.stage, round_.voting_opens_at, round_.voting_closes_at, clock.now()
    )


def not_open(round_: Round) -> Answer:
    """Say when voting opens, or that it has closed: an error only to somebody who sent a form."""
    is_over = round_.voting_closes_at <= clock.now()
    return page(
        "voting/not_open.html",
        410 if is_over else 200,
        round=round_,
        is_over=is_over,
        is_refusal=request.method == "POST",
    )


def voter_here(round_: Round) -> bytes | None:
    """Return the uid of the voter whom this browser's pass lets in."""
    return voter_of_pass(round_.id, request.cookies.get(COOKIE, ""), clock.now())


def _cookie_path(round_: Round) -> str:
    return f"/rounds/{round_.engagement.slug}/"


def let_in(round_: Round, uid: bytes) -> Answer:
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


def _link_to(slug: str) -> Callable[[str], str]:
    base = current_app.config["BASE_URL"]
    return lambda token: base + url_for("voting.link", slug=slug, token=token)
