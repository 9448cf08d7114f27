"""The ballot, the vote and its receipt."""

import uuid
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.voting import cast_ballot
from engage.budgeting.forms.ballots import BallotForm, BallotPart, ballot_of_terms
from engage.budgeting.forms.rule_words import choose_words, each_voter_words
from engage.budgeting.forms.voting import ReceiptForm
from engage.budgeting.models import Round
from engage.budgeting.queries.ballot_papers import (
    PaperLine,
    ballot_paper,
    ballot_titles,
    round_and_voter,
)
from engage.budgeting.queries.records import record_state, refuse_gap
from engage.budgeting.queries.reviews import was_removed
from engage.budgeting.queries.voters import ballot_of, ballot_order, holds_receipt
from engage.budgeting.rules.ballot_types import BallotKind, BallotTerms, terms_of
from engage.budgeting.rules.ballots import (
    ChangedRefused,
    ChoicesRefused,
    ClosedRefused,
    GapRefused,
    KeysRefused,
    NotEligibleRefused,
    OnPaperRefused,
    RecordRefused,
    Submission,
    VotedRefused,
    VoteRefused,
    receipt_bytes,
    receipt_of,
)
from engage.budgeting.rules.looks import Groups, asked_look, groups_of
from engage.budgeting.rules.stages import Stage
from engage.budgeting.views.entering import (
    COOKIE,
    bp,
    is_open,
    not_open,
    voter_here,
)
from engage.budgeting.views.found import public_round_or_404
from engage.extensions import A_BUILDING, db, limiter
from engage.messages.rules import read_reference
from engage.web.access import public
from engage.web.errors import AWAY, do_without_database, log_database_error
from engage.web.language import remember, speak
from engage.web.pages import page

#: What a refusal is answered with where it isn't a mistake in the form.
STATUS: dict[type[VoteRefused], int] = {
    ClosedRefused: 410,
    ChangedRefused: 409,
    OnPaperRefused: 409,
    VotedRefused: 409,
    NotEligibleRefused: 403,
    KeysRefused: 503,
    GapRefused: 503,
    RecordRefused: 503,
}


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
    refuse_gap(round_.id)
    standing = ballot_of(round_, uid)
    if standing is not None and standing.is_desk:
        return page("voting/on_paper.html", 409, round=round_)
    if standing is not None and not round_.allow_change:
        return redirect(url_for("voting.receipt", slug=slug))
    form = ballot_form(
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
    """Take a vote. Whatever is refused, the page that says so keeps the choices.

    The buttons that work out the cost, or show other projects or words, come here too, so that no
    address holds a choice: they write nothing.
    """
    at, look = clock.now(), request.form.get("look", "")
    speak(look)  # the button of a language: the choices come back in it
    round_, uid = round_and_voter(slug, request.cookies.get(COOKIE, ""), at)
    if round_ is None:
        abort(404)
    form = ballot_form(round_, None)  # a vote that is taken needs no order of the projects
    sent = submission_of(form)
    if uid is None:
        return _not_taken(round_, form, None, 401)
    if is_open(round_) and look and form.is_from_here():
        return remember(_ballot_page(round_, ballot_form(round_, uid)), look)
    if is_open(round_) and (not form.validate_on_submit() or "reckon" in request.form):
        return _ballot_page(round_, _judged_form(round_, uid))
    try:
        if not is_open(round_):
            raise ClosedRefused("Voting is not open now")
        cast_ballot(round_.id, uid, sent, at=at)
        db.session.commit()
    except ChoicesRefused as refusal:
        form = _judged_form(round_, uid)
        form.refuse(_(str(refusal)), form[form.paper])
        return _ballot_page(round_, form)
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
    if uid and round_.stage == Stage.DECLARED:  # the key is gone; the receipt is on paper
        return redirect(url_for("voting.check", slug=slug))
    standing = ballot_of(round_, uid) if uid else None
    if standing is None:
        return redirect(url_for("voting.enter", slug=slug))
    if standing.is_desk:
        return page("voting/on_paper.html", 409, round=round_)
    code = receipt_of(standing.leaf)
    return page("voting/receipt.html", round=round_, receipt=code, is_open=is_open(round_))


@bp.route("/rounds/<slug>/check/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def check(slug: str) -> Answer:
    """Say whether a receipt is in the ballot box, and nothing more of it."""
    round_ = public_round_or_404(slug)
    form, found, removed = ReceiptForm(), None, False
    if form.validate_on_submit():
        reference = read_reference(form.receipt.data or "")
        if reference is None:
            form.refuse(_("Enter all 16 letters and numbers of your receipt"), form.receipt)
        else:
            found = holds_receipt(round_.id, reference)
            removed = not found and was_removed(round_.id, receipt_bytes(reference))
    return page("voting/check.html", form=form, round=round_, found=found, removed=removed)


def ballot_form(round_: Round, uid: bytes | None, **given: Any) -> BallotForm:
    """Make the form with the projects in the voter's order; in their own without voter or key."""
    easy = asked_look(request.form, Groups()).easy
    listed = ballot_titles(round_, str(get_locale()), easy=easy)
    if uid is not None:
        titles = {int(id_): (id_, title) for id_, title in listed}
        with suppress(KeysRefused):
            listed = [titles[id_] for id_ in ballot_order(round_, uid, list(titles))]
    terms = terms_of(round_)
    pot_of = {str(line.id): line.pot for line in ballot_paper(round_)} if terms.pots else {}
    return ballot_of_terms(terms)(projects=listed, terms=terms, pot_of=pot_of, **given)


def _judged_form(round_: Round, uid: bytes) -> BallotForm:
    """Make the form that was sent with the projects in the voter's order, and judge it."""
    form = ballot_form(round_, uid)
    form.validate_on_submit()
    return form


def submission_of(form: BallotForm, more: Collection[str] = ()) -> Submission:
    """Read what the page sent beside its choices; 400 for what no page of ours sends.

    ``more`` are the names of what another page than the voter's own sends as well.
    """
    base, submission = form.base_version.data or "", form.submission_id.data or ""
    is_number = base.isascii() and base.isdigit() and len(base) < 7
    is_ours = is_number and set(request.form) <= {*form.names, *more}
    try:
        submission = str(uuid.UUID(submission))
    except ValueError:
        is_ours = False
    if not is_ours:
        abort(400)
    return Submission(submission, int(base), form.ballot_hash.data or "", *form.chosen)


def _ballot_page(
    round_: Round, form: BallotForm, status: int = 200, *, has_voted: bool = False
) -> Answer:
    has_voted = has_voted or (form.base_version.data or "0") != "0"
    parts = ballot_parts(round_, form)
    return page("voting/ballot.html", status, form=form, round=round_, has_voted=has_voted, **parts)


def ballot_parts(round_: Round, form: BallotForm) -> dict[str, Any]:
    """Return what the choices of a ballot (voting/choices.html) need beside their form."""
    projects = {str(project.id): project for project in ballot_paper(round_)}
    groups = groups_of(projects.values())
    look = asked_look(request.form, groups)
    if form.errors or form.form_errors:  # what is to be mended may stand anywhere
        look = replace(look, place="", theme="")
    hidden = {id_ for id_, project in projects.items() if not groups.shows(look, project)}
    return {
        "projects": projects,
        "groups": groups,
        "look": look,
        "hidden": hidden,
        "away": sum(str(id_) in hidden for id_ in form.chosen.ids),
        "choose": choose_words(round_, len(form.listed)),
        "each_voter": each_voter_words(round_.pots_each_voter) if form.terms.pots else "",
        "parts": [so_far(form, part, projects) for part in form.parts],
    }


@dataclass(frozen=True)
class SoFar:
    """One part of a ballot and what is chosen in it; ``most`` is how many projects may be."""

    part: BallotPart
    terms: BallotTerms
    number: int
    points: int
    cost_pence: int

    @property
    def most(self) -> int:
        """How many projects may be chosen: no more than there are."""
        return min(self.terms.max_choices, len(self.part.listed))

    @property
    def is_over(self) -> bool:
        """Whether more is chosen than may be."""
        terms, kind = self.terms, self.terms.kind
        return (
            self.number > self.most
            or (kind is BallotKind.POINTS and self.points > terms.points)
            or (kind is BallotKind.SPEND and self.cost_pence > terms.pot_pence)
        )


def so_far(form: BallotForm, part: BallotPart, projects: Mapping[str, PaperLine]) -> SoFar:
    """Return what a ballot chooses of one part of the fund."""
    own = {id_ for _at, id_, _title in part.listed}
    said = [(id_, number) for id_, number in form.said if id_ in own]
    terms = form.terms if part.pot is None else form.terms.within(part.pot)
    cost = sum(projects[id_].cost_pence for id_, _number in said)
    return SoFar(part, terms, len(said), sum(number for _id, number in said), cost)


def _not_taken(round_: Round, form: BallotForm, uid: bytes | None, status: int) -> Answer:
    """Say why a vote was not taken, whether an earlier one stands, and what was chosen.

    Whether one stands can't be said without the keys, nor once the result is declared.
    """
    may_ask = status != 503 and round_.stage != Stage.DECLARED
    standing = ballot_of(round_, uid) if uid is not None and may_ask else None
    if standing is not None and standing.is_desk and status == 409:
        return page("voting/on_paper.html", 409, round=round_, chosen=form.shown)
    return page(
        "voting/not_taken.html",
        status,
        round=round_,
        chosen=form.shown,
        has_voted=standing is not None and not standing.is_desk,
        is_known=uid is not None and may_ask,
        record_state=record_state(round_.id) if status == 503 else "",
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
        form = _judged_form(round_, uid)
        form.refuse(_("We could not save your vote just now. Submit it again: it counts once."))
        return _ballot_page(round_, form, 503)
    except AWAY:
        do_without_database()
        return page("voting/unsure.html", 503, form=form, chosen=form.shown)
