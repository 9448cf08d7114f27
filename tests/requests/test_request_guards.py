"""The database itself keeps requests, decisions, processes and reports to the Act (R78).

Raw SQL stands for a script, a bug or an officer with a console; each guard is tried without it.
"""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engage.requests.models import (
    DecisionGround,
    OtherAuthority,
    OutcomeProcess,
    ParticipationRequest,
    ProcessStep,
    RequestDecision,
    RequestExtension,
    RequestReport,
    YearReport,
)
from tests.budgeting.test_ballot_guards import is_guarded, refused
from tests.conftest import NOW
from tests.makers.bodies import make_body
from tests.makers.requests import CAME, make_partner, make_request, no

pytestmark = pytest.mark.requirement("R78")
REQUEST = ParticipationRequest.__table__
LATER = CAME + timedelta(days=40)


@pytest.fixture
def council(session):
    return make_partner(session)


@pytest.fixture
def asked(session, council):
    """Make a request and take it as far as is said."""
    body = make_body(session)
    return lambda until, **facts: make_request(session, body, council, until, **facts)


def change(request, **columns):
    return sa.update(REQUEST).where(REQUEST.c.id == request.id).values(**columns)


def decide(request, **columns):
    values = {
        "request_id": request.id, "agreed": False, "reasons": "Not ours", "operation": "",
        "group_part": "", "others_part": "", "stage_reached": "", "decided_on": LATER,
        "published_at": NOW, **columns,
    }  # fmt: skip
    return sa.insert(RequestDecision.__table__).values(**values)


def begin(request, **columns):
    values = {
        "request_id": request.id, "operation": "Meetings", "comments": "", "was_running": False,
        **columns,
    }  # fmt: skip
    return sa.insert(OutcomeProcess.__table__).values(**values)


@pytest.mark.parametrize(
    ("until", "to"),
    [("agreed", "reported"), ("valid", "under_way"), ("agreed", "refused"), ("reported", "valid")],
)
def test_r78_a_request_leaves_out_no_stage(asked, until, to):
    assert is_guarded("participation_request", change(asked(until), stage=to))


def test_r78_a_request_is_not_decided_without_a_notice(session, asked):
    request = asked("valid")
    assert is_guarded("participation_request", change(request, stage="refused"))
    session.execute(decide(request))
    session.commit()
    assert is_guarded("participation_request", change(request, stage="agreed", reason="x"))
    assert not refused(change(request, stage="refused"))


def test_r78_a_decision_is_one_has_reasons_and_comes_in_time(session, asked):
    request = asked("valid")
    assert refused(decide(request, reasons=""))
    assert refused(decide(request, agreed=True))
    assert is_guarded("request_decision", decide(request, decided_on=CAME - timedelta(days=1)))
    assert is_guarded("request_decision", decide(asked("sent", title="Early")))
    session.execute(decide(request))
    session.commit()
    assert refused(decide(request))


@pytest.mark.parametrize(
    ("table", "made"),
    [
        ("request_decision", lambda r: sa.update(RequestDecision.__table__).values(reasons="x")),
        ("request_ground", lambda r: sa.delete(DecisionGround.__table__)),
        ("participation_request", lambda r: change(r, outcome="Another")),
        ("participation_request", lambda r: change(r, received_on=date(2026, 1, 1))),
        ("participation_request", lambda r: change(r, validated_on=CAME + timedelta(days=1))),
        ("participation_request", lambda r: change(r, due_on=LATER)),
    ],
)
def test_r78_what_was_sent_and_decided_stays(session, asked, table, made):
    request = asked("refused", decision=no())
    assert is_guarded(table, made(request))


def test_r78_who_else_was_asked_and_the_points_stay_once_decided(session, asked):
    request = asked("valid")
    other = make_partner(session, "Lyle Health Board", "health_board")
    table = OtherAuthority.__table__
    add = sa.insert(table).values(request_id=request.id, partner_id=other.id, answer="", reason="")
    session.execute(add)
    session.execute(decide(request))
    session.execute(change(request, stage="refused"))
    session.commit()
    assert is_guarded("request_authority", sa.update(table).values(reason="x"))
    assert is_guarded("request_authority", sa.delete(table))
    point = sa.insert(DecisionGround.__table__).values(
        request_id=request.id, ground="other", answer="likely"
    )
    assert is_guarded("request_ground", point)


def test_r78_a_step_of_a_process_stays(session, asked):
    table = ProcessStep.__table__
    session.execute(
        sa.insert(table).values(
            request_id=asked("under_way").id, kind="stage", on_day=LATER, what="We met",
            consulted="",
        )
    )  # fmt: skip
    session.commit()
    assert is_guarded("process_step", sa.update(table).values(what="x"))
    assert is_guarded("process_step", sa.delete(table))


def test_r78_only_drafts_are_thrown_away(asked):
    sent, draft = asked("sent"), asked("draft", title="Draft")
    delete = lambda request: sa.delete(REQUEST).where(REQUEST.c.id == request.id)  # noqa: E731
    assert is_guarded("participation_request", delete(sent))
    assert not refused(delete(draft))


def test_r78_more_time_is_recorded_before_the_date_moves(session, asked):
    request = asked("valid")
    longer = {
        "request_id": request.id, "was": request.due_on, "until": LATER, "agreed_on": CAME,
        "reason": "They asked",
    }  # fmt: skip
    insert = sa.insert(RequestExtension.__table__)
    assert refused(insert.values(**{**longer, "until": request.due_on}))
    assert refused(insert.values(**{**longer, "reason": ""}))
    assert is_guarded(
        "request_extension", insert.values(**{**longer, "request_id": asked("sent", title="E").id})
    )
    assert is_guarded("participation_request", change(request, due_on=LATER))
    session.execute(insert.values(**longer))
    session.commit()
    assert not refused(change(request, due_on=LATER))


def test_r78_a_refused_request_has_no_process(session, asked):
    assert is_guarded("outcome_process", begin(asked("refused", decision=no())))


def test_r78_a_process_keeps_its_dates_in_order(asked):
    request = asked("under_way")
    process = OutcomeProcess.__table__
    change_it = lambda **c: sa.update(process).values(**c)  # noqa: E731
    assert refused(change_it(ended_on=CAME))
    assert is_guarded("outcome_process", change_it(started_on=LATER))
    assert is_guarded("participation_request", change(request, stage="ended"))
    assert not refused(change_it(ended_on=LATER))


def test_r78_a_report_comes_after_the_process_and_stays(session, asked):
    whole = {
        "summary": "x", "improved": "yes", "improvement": "", "influence": "x", "informing": "x",
        "service_changed": True, "asked_on": LATER, "view": "", "published_at": NOW,
    }  # fmt: skip
    early = sa.insert(RequestReport.__table__).values(request_id=asked("under_way").id, **whole)
    assert is_guarded("request_report", early)
    drafted = asked("drafted", title="Drafted")
    assert is_guarded("participation_request", change(drafted, stage="reported"))
    done = asked("reported", title="Done")
    report = RequestReport.__table__
    assert is_guarded(
        "request_report",
        sa.update(report).where(report.c.request_id == done.id).values(view="We loved it"),
    )


def test_r78_a_year_s_report_stays(session, council):
    values = {
        "partner_id": council.id, "year_start": date(2025, 4, 1), "edition": 1, "reason": "",
        "received": 2, "agreed": 1, "refused": 1, "changed": 1, "promoted": "x", "supported": "x",
        "published_at": NOW,
    }  # fmt: skip
    table = YearReport.__table__
    assert refused(sa.insert(table).values(**{**values, "received": 1}))
    assert refused(sa.insert(table).values(**{**values, "edition": 2}))
    session.execute(sa.insert(table).values(**values))
    session.commit()
    assert refused(sa.insert(table).values(**values))
    assert is_guarded("request_year_report", sa.update(table).values(received=3))
    assert is_guarded("request_year_report", sa.delete(table))
