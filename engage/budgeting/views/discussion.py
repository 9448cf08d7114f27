"""Asking about proposals and answering: no account is needed for either."""

from flask import Blueprint, Response, abort, redirect, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.discussion import answer, ask
from engage.budgeting.exports import DISCUSSION_HEADER, REASON_HEADER, discussion_rows, reason_rows
from engage.budgeting.forms.discussion import AnswerForm, QuestionForm, reason_words
from engage.budgeting.models import Round
from engage.budgeting.queries.discussion import (
    Standing,
    answers_to,
    askable,
    by_project,
    matching,
    question_by_reference,
    reason_counts,
    standing_of,
    threads_of,
)
from engage.budgeting.queries.proposing import part_in_proposal
from engage.budgeting.rules.discussion import (
    DiscussionRefused,
    State,
    takes_answers,
    takes_questions,
)
from engage.budgeting.views.drafting import account_id, round_seen, unknown
from engage.budgeting.views.holding import held_references
from engage.extensions import A_BUILDING, db, limiter
from engage.messages.rules import new_reference, read_reference
from engage.web.access import public
from engage.web.pages import csv_download, page
from engage.web.rules import clean_text

bp = Blueprint("discussion", __name__)

#: How many questions stand on a page.
ON_A_PAGE = 25
#: How long a reference is shown again on the browser that asked, in seconds.
RECEIPT_STAYS = 600


@bp.get("/rounds/<slug>/discussion/")
@public
def listed(slug: str) -> Response:
    """What people asked and what was answered, to look through by project and by words."""
    round_ = _discussed(slug)
    projects = askable(round_.id)
    wanted = request.args.get("project", "")
    chosen = next((p for p in projects if p.public_id == wanted), None)
    words = clean_text(request.args.get("words", ""))[:100]
    everything = threads_of(round_.id)
    found = [t for t in everything if chosen is None or t.question.proposal_id == chosen.id]
    found = matching(found, words)
    last = max(1, -(-len(found) // ON_A_PAGE))
    number = min(max(1, request.args.get("page", 1, int)), last)
    return page(
        "discussion/list.html",
        round=round_,
        projects=projects,
        chosen=chosen,
        words=words,
        groups=by_project(found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]),
        count=len(found),
        everything=len(everything),
        number=number,
        last=last,
        reasons=reason_words(),
        counts=reason_counts(round_.id),
        takes_questions=_takes_questions(round_),
        at=clock.now(),
    )


@bp.get("/rounds/<slug>/discussion.csv")
@public
def listed_csv(slug: str) -> Response:
    """Every published question and answer as data."""
    round_ = _discussed(slug)
    rows = discussion_rows(threads_of(round_.id))
    return csv_download(f"{slug}-discussion.csv", DISCUSSION_HEADER, rows)


@bp.get("/rounds/<slug>/discussion/reasons.csv")
@public
def reasons_csv(slug: str) -> Response:
    """How often each reason for holding back was used, small numbers held back."""
    round_ = _discussed(slug)
    rows = reason_rows(reason_counts(round_.id), reason_words())
    return csv_download(f"{slug}-held-back.csv", REASON_HEADER, rows)


@bp.route("/rounds/<slug>/discussion/ask/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def ask_(slug: str) -> Response | Answer:
    """Ask about a project, and get a reference to follow the question by."""
    round_ = _discussed(slug)
    projects = {p.public_id: p for p in askable(round_.id)}
    form = QuestionForm(
        projects=[(key, p.title) for key, p in projects.items()],
        data={"project": request.args.get("project", "")},
    )
    if not _takes_questions(round_):
        typed = form.words.data if form.is_submitted() else ""
        return page("discussion/closed.html", 410, round=round_, typed=typed, at=clock.now())
    if form.validate_on_submit():
        reference = read_reference(form.reference.data or "") or new_reference()
        if question_by_reference(reference) is not None:  # the same page, sent twice
            return _asked(slug, reference)
        try:
            ask(
                projects[form.project.data],
                form.words.data or "",
                reference,
                name=form.shown_name,
                email=form.email.data or "",
                at=clock.now(),
            )
            db.session.commit()
            return _asked(slug, reference)
        except DiscussionRefused as refusal:
            db.session.rollback()
            form.refuse_post(refusal)
        except IntegrityError:  # the same page, sent twice at the same moment
            db.session.rollback()
            return _asked(slug, reference)
    if not form.is_submitted():
        form.reference.data = new_reference()
    return page("discussion/ask.html", form=form, round=round_, reasons=reason_words())


@bp.get("/rounds/<slug>/discussion/asked/")
@public
def asked(slug: str) -> Response | Answer:
    """The receipt of a question, shown for ten minutes on the browser that asked it."""
    round_ = _discussed(slug)
    sent_slug, reference, until = session.get("asked") or ["", "", 0]
    standing = question_by_reference(reference) if sent_slug == slug else None
    if standing is None or clock.now().timestamp() > until:
        session.pop("asked", None)
        return redirect(url_for(".listed", slug=slug))
    return page("discussion/asked.html", round=round_, question=standing.post, reference=reference)


@bp.route("/rounds/<slug>/discussion/<public_id>/answer/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def answer_(slug: str, public_id: str) -> Response | Answer:
    """Answer a question, as somebody who wrote the proposal."""
    round_ = _discussed(slug)
    standing = _public_question(round_, public_id)
    form = AnswerForm()
    typed = form.words.data if form.is_submitted() else ""
    part = part_in_proposal(standing.post.proposal, account_id(), held_references())
    if not part:
        return unknown(round_, [(_("Your answer"), typed)] if typed else [])
    if form.validate_on_submit():
        try:
            answer(standing, form.words.data or "", made_by=part, at=clock.now())
            db.session.commit()
            return redirect(url_for(".answer_", slug=slug, public_id=public_id))
        except DiscussionRefused as refusal:
            db.session.rollback()
            form.refuse_post(refusal)
        except IntegrityError:  # somebody who writes with them answered at the same moment
            db.session.rollback()
            form.refuse(_("This question has an answer already"))
    given = answers_to(standing.post.id)
    return page(
        "discussion/answer.html",
        form=form,
        round=round_,
        question=standing.post,
        given=given,
        may_answer=takes_answers(
            round_.stage, round_.discussion_opens_at, round_.voting_closes_at, clock.now()
        )
        and all(known.state is State.HELD_BACK for known in given),
        reasons=reason_words(),
    )


def _discussed(slug: str) -> Round:
    """Return the round if people may ask about its proposals at some time; else 404."""
    round_ = round_seen(slug)
    return round_ if round_.discussion_opens_at is not None else abort(404)


def _public_question(round_: Round, public_id: str) -> Standing:
    standing = standing_of(round_.id, public_id)
    if (
        standing is None
        or standing.post.question_id is not None
        or standing.state is not State.PUBLISHED
        or standing.post.proposal.stage != "accepted"
    ):
        abort(404)
    return standing


def _takes_questions(round_: Round) -> bool:
    opens, closes = round_.discussion_opens_at, round_.discussion_closes_at
    return takes_questions(round_.stage, opens, closes, clock.now())


def _asked(slug: str, reference: str) -> Answer:
    session["asked"] = [slug, reference, clock.now().timestamp() + RECEIPT_STAYS]
    return redirect(url_for(".asked", slug=slug))
