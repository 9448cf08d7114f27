"""Deciding about a participation request, and the process that follows."""

from datetime import date, datetime

from engage.audit.rules import Happening
from engage.extensions import db
from engage.requests.actions.requests import move, note, own_page, tell
from engage.requests.models import (
    DecisionGround,
    OutcomeProcess,
    ParticipationRequest,
    ProcessStep,
    RequestDecision,
    RequestReport,
)
from engage.requests.rules.deadlines import comments_until
from engage.requests.rules.letters import decision_words, process_words, view_words
from engage.requests.rules.requests import (
    Decision,
    OutcomeReport,
    RequestRefused,
    check_decision,
    check_order,
)
from engage.web.filters import long_date
from engage.web.pages import absolute_url
from engage.web.rules import N_

FUTURE = N_("Enter a day that is not in the future")


def decide_request(
    request: ParticipationRequest,
    decision: Decision,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> None:
    """Give and publish the decision notice (s.24, regulation 8).

    An agreed request gets its process: one that runs already (``stage_reached``), or a proposed
    one, on which the body may comment first (s.26).
    """
    check_decision(decision)
    move(request, ("valid",), "valid")
    row = RequestDecision(
        request_id=request.id,
        agreed=decision.agreed,
        reasons=decision.reasons,
        operation=decision.operation if decision.agreed else "",
        group_part=decision.group_part if decision.agreed else "",
        others_part=decision.others_part if decision.agreed else "",
        stage_reached=decision.stage_reached if decision.agreed else "",
        decided_on=today,
        published_at=at,
        decided_by=by,
    )
    row.weighed = [DecisionGround(ground=g, answer=a) for g, a in decision.weighed.items()]
    db.session.add(row)
    db.session.flush()
    move(request, ("valid",), "agreed" if decision.agreed else "refused")
    runs = bool(decision.agreed and decision.stage_reached)
    if decision.agreed:
        db.session.add(_process(request, decision, today, runs=runs))
        db.session.flush()
    if runs:
        move(request, ("agreed",), "under_way")
    note(Happening.REQUEST_DECIDED, request, at=at, by=by, role=role, agreed=decision.agreed)
    words = decision_words(
        request.title,
        agreed=decision.agreed,
        reasons=decision.reasons,
        page=_public_page(request),
        comments_by=long_date(comments_until(today)) if decision.agreed and not runs else "",
    )
    tell(request, words, "decided", at)


def comment_on_process(
    request: ParticipationRequest,
    text: str,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str,
) -> None:
    """Keep what the body says about a proposed process, within its 28 days (s.26(2) and (3))."""
    process = _process_of(request)
    if process.notice_on is not None or request.decision is None:
        raise RequestRefused(N_("How the process runs is settled already"))
    if today > comments_until(request.decision.decided_on):
        raise RequestRefused(N_("The 28 days for your comments are over. Contact us instead"))
    process.comments, process.commented_on = text, today
    note(Happening.PROCESS_COMMENTED, request, at=at, by=by, role=role)


def confirm_process(
    request: ParticipationRequest,
    operation: str,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> None:
    """Give notice how the process runs, after the body's comments (s.26(4) to (6)).

    Raises RequestRefused while the body may still comment and has not.
    """
    process = _process_of(request)
    if process.notice_on is not None or request.decision is None:
        raise RequestRefused(N_("How the process runs is settled already"))
    until = comments_until(request.decision.decided_on)
    if not process.comments and today <= until:
        raise RequestRefused(N_("Wait: the group may still comment. It has 28 days"))
    process.operation, process.notice_on = operation, today
    note(Happening.PROCESS_CONFIRMED, request, at=at, by=by, role=role)
    words = process_words(request.title, "This is how the process will run", _public_page(request))
    tell(request, words, "confirmed", at)


def start_process(
    request: ParticipationRequest,
    started_on: date,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> None:
    """Record that the process has begun (s.28)."""
    process = _process_of(request)
    if process.notice_on is None:
        raise RequestRefused(N_("Give notice first how the process runs"))
    check_order(process.notice_on, started_on, N_("It can’t start before the notice was given"))
    check_order(started_on, today, FUTURE)
    process.started_on = started_on
    db.session.flush()
    move(request, ("agreed",), "under_way")
    note(Happening.PROCESS_STARTED, request, at=at, by=by, role=role)
    words = process_words(request.title, "The process has started", _public_page(request))
    tell(request, words, "started", at)


def add_step(
    request: ParticipationRequest,
    kind: str,
    what: str,
    consulted: str,
    on_day: date,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> None:
    """Record a stage of a process, or a change to it that the body was asked about (s.29)."""
    if request.stage != "under_way":
        raise RequestRefused(N_("Only a process that is under way has steps"))
    if kind == "change" and not consulted:
        raise RequestRefused(N_("Enter how you asked the group about the change"))
    check_order(on_day, today, FUTURE)
    process = _process_of(request)
    step = ProcessStep(kind=kind, what=what, consulted=consulted, on_day=on_day)
    process.steps.append(step)
    note(Happening.PROCESS_STEPPED, request, at=at, by=by, role=role, kind=kind)
    heading = "The process was changed" if kind == "change" else "The process reached a new stage"
    tell(
        request, process_words(request.title, heading, _public_page(request)), f"step:{step.id}", at
    )


def end_process(
    request: ParticipationRequest,
    ended_on: date,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> None:
    """Record that the process is complete; its report is due (s.31)."""
    process = _process_of(request)
    check_order(process.started_on or ended_on, ended_on, N_("It can’t end before it started"))
    check_order(ended_on, today, FUTURE)
    process.ended_on = ended_on
    db.session.flush()
    move(request, ("under_way",), "ended")
    note(Happening.PROCESS_ENDED, request, at=at, by=by, role=role)


def draft_report(
    request: ParticipationRequest,
    told: OutcomeReport,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> RequestReport:
    """Write the report of section 31, and ask the body for its view of it (s.31(3))."""
    if request.stage != "ended":
        raise RequestRefused(N_("The report is written when the process has ended"))
    report = db.session.get(RequestReport, request.id) or RequestReport(request_id=request.id)
    for name, value in vars(told).items():
        setattr(report, name, value)
    is_first = report.asked_on is None
    report.asked_on = report.asked_on or today
    db.session.add(report)
    db.session.flush()
    if is_first:
        tell(request, view_words(request.title, own_page(request)), "view", at)
    return report


def give_view(
    request: ParticipationRequest,
    text: str,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str,
) -> None:
    """Keep the body's view of the process and of what came of it, for the report."""
    report = db.session.get(RequestReport, request.id)
    if report is None or report.published_at is not None:
        raise RequestRefused(N_("The report is published already. Contact us instead"))
    report.view, report.viewed_on = text, today
    note(Happening.PROCESS_COMMENTED, request, at=at, by=by, role=role)


def publish_report(
    request: ParticipationRequest, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Publish the report of section 31. It is never changed afterwards."""
    report = db.session.get(RequestReport, request.id)
    if report is None:
        raise RequestRefused(N_("Write the report and ask the group for its view first"))
    report.published_at = at
    db.session.flush()
    move(request, ("ended",), "reported")
    note(
        Happening.PROCESS_REPORTED, request, at=at, by=by, role=role,
        improved=report.improved, changed=report.service_changed,
    )  # fmt: skip
    words = process_words(
        request.title, "The report on the process is published", _public_page(request)
    )
    tell(request, words, "reported", at)


def _process(
    request: ParticipationRequest, decision: Decision, today: date, *, runs: bool
) -> OutcomeProcess:
    return OutcomeProcess(
        request_id=request.id,
        operation=decision.operation,
        was_running=runs,
        notice_on=today if runs else None,
        started_on=today if runs else None,
    )


def _process_of(request: ParticipationRequest) -> OutcomeProcess:
    process = db.session.get(OutcomeProcess, request.id)
    if process is None:
        raise RequestRefused(N_("This request has no process"))
    return process


def _public_page(request: ParticipationRequest) -> str:
    return absolute_url("requests.notice", slug=request.slug)
