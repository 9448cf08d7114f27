"""What is done with a participation request, from the draft to the yearly report (R78)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engage.audit.models import AuditEvent
from engage.messages.models import Message
from engage.requests.actions import deciding
from engage.requests.actions import requests as actions
from engage.requests.actions.years import publish_year
from engage.requests.models import OutcomeProcess, ParticipationRequest, RequestReport
from engage.requests.queries.requests import due_work, earlier_requests
from engage.requests.queries.years import YearFigures, unreported, year_figures
from engage.requests.rules.deadlines import ReportYear
from engage.requests.rules.requests import RequestChangedRefused, RequestRefused
from tests.makers.bodies import make_body
from tests.makers.requests import CAME, TOLD, make_partner, make_request, no, on, wanted, yes

pytestmark = pytest.mark.requirement("R78")
YEAR = ReportYear(date(2025, 4, 1))
LATER = CAME + timedelta(days=1)


@pytest.fixture
def council(session):
    return make_partner(session)


@pytest.fixture
def body(session, bryn):
    return make_body(session, represented_by=bryn)


def told(session):
    return [m.subject.split(":")[0] for m in session.scalars(select(Message).order_by(Message.id))]


def test_r78_a_request_goes_its_whole_way(session, body, council):
    asked = make_request(session, body, council, "reported")
    assert asked.stage == "reported"
    assert (asked.validated_on, asked.due_on) == (CAME, date(2026, 2, 13))
    assert told(session) == [
        "We have your participation request",
        "Your participation request is complete",
        "Agreed",
        "This is how the process will run",
        "The process has started",
        "Tell us how it went",
        "The report on the process is published",
    ]
    happened = set(session.scalars(select(AuditEvent.action)))
    assert {"request.sent", "request.validated", "request.decided", "process.reported"} <= happened


def test_r78_a_draft_is_sent_only_when_it_is_whole(session, body, council):
    asked = actions.begin_request(body, wanted(council, reasons=""), at=on(CAME)["at"])
    with pytest.raises(RequestRefused, match="Answer each question"):
        actions.send_request(asked, role="representative", **on(CAME))
    actions.change_request(asked, wanted(council), version=asked.version)
    actions.send_request(asked, role="representative", **on(CAME))
    assert asked.stage == "sent"
    with pytest.raises(RequestRefused, match="Withdraw it instead"):
        actions.drop_draft(asked)


def test_r78_two_who_write_at_once_do_not_undo_each_other(session, body, council):
    asked = make_request(session, body, council, "draft")
    version = asked.version
    actions.change_request(asked, wanted(council, "Lights"), version=version)
    with pytest.raises(RequestChangedRefused):
        actions.change_request(asked, wanted(council, "Zebra"), version=version)


def test_r78_what_is_missing_is_asked_for_and_the_time_counts_from_its_coming(
    session, body, council
):
    asked = actions.enter_request(
        body, wanted(council, knowledge=""), received_on=CAME, **on(LATER)
    )
    with pytest.raises(RequestRefused, match="A part is missing"):
        actions.validate_request(asked, CAME, **on(LATER))
    actions.ask_for_more(asked, "What you know", **on(LATER))
    came = CAME + timedelta(days=14)
    actions.change_request(asked, wanted(council), version=asked.version)
    actions.send_request(asked, role="officer", **on(came))
    assert (asked.received_on, asked.whole_on) == (CAME, came)
    assert asked.questions[0].answered_on == came
    actions.validate_request(asked, came, **on(came))
    assert asked.due_on == date(2026, 2, 27)


@pytest.mark.parametrize(
    ("day", "words"),
    [(CAME - timedelta(days=1), "before the request came"), (date(2026, 9, 1), "in the future")],
)
def test_r78_a_validation_date_lies_between_receipt_and_today(session, body, council, day, words):
    asked = make_request(session, body, council, "sent")
    with pytest.raises(RequestRefused, match=words):
        actions.validate_request(asked, day, **on(LATER))


def test_r78_other_authorities_give_45_days_and_say_whether_they_take_part(session, body, council):
    nhs = make_partner(session, "NHS Lyle", "health_board")
    asked = make_request(session, body, council, other_ids=(nhs.id, council.id))
    assert [other.partner_id for other in asked.others] == [nhs.id]
    assert asked.due_on == date(2026, 3, 6)
    with pytest.raises(RequestRefused, match="why it does not"):
        actions.answer_for_other(asked, nhs.id, "no", "", **on(LATER))
    actions.answer_for_other(asked, nhs.id, "no", "It has no part in roads.", **on(LATER))
    with pytest.raises(RequestRefused, match="is not asked"):
        actions.answer_for_other(asked, council.id, "yes", "", **on(LATER))


def test_r78_a_longer_time_is_recorded_and_told(session, body, council):
    asked = make_request(session, body, council)
    with pytest.raises(RequestRefused, match="after the one"):
        actions.extend_request(asked, asked.due_on, "Ferries", **on(LATER))
    actions.extend_request(asked, date(2026, 3, 2), "Their chair is away", **on(LATER))
    session.commit()
    assert asked.due_on == date(2026, 3, 2)
    assert asked.extensions[0].was == date(2026, 2, 13)
    assert told(session)[-1] == "More time for our decision"


def test_r78_a_repeated_request_may_be_turned_away(session, body, council):
    first = make_request(session, body, council, "valid", came=date(2025, 2, 3))
    old = make_request(session, body, council, "valid", came=date(2023, 2, 3))
    other = make_partner(session, "Police Scotland", "police")
    elsewhere = make_request(session, body, other, "valid", came=date(2025, 2, 3))
    asked = make_request(session, make_body(session, "Shore Street"), council, "sent")
    assert [one.id for one in earlier_requests(asked)] == [first.id]
    for wrong in (old, elsewhere, asked):
        with pytest.raises(RequestRefused, match="two years"):
            actions.decline_to_consider(asked, wrong, "Same", at=on(LATER)["at"], by=None)
    actions.decline_to_consider(asked, first, "The same crossing", at=on(LATER)["at"], by=None)
    session.commit()
    assert (asked.stage, asked.earlier_id) == ("not_considered", first.id)


def test_r78_a_refused_request_has_a_notice_and_no_process(session, body, council):
    asked = make_request(session, body, council, "refused", decision=no())
    assert asked.stage == "refused"
    assert len(asked.decision.weighed) == 9
    assert session.get(OutcomeProcess, asked.id) is None
    with pytest.raises(RequestChangedRefused):
        deciding.decide_request(asked, yes(), **on(LATER))


def test_r78_a_process_that_runs_already_is_under_way_at_once(session, body, council):
    running = yes(stage_reached="The second meeting")
    asked = make_request(session, body, council, "agreed", decision=running)
    assert asked.stage == "under_way"
    assert session.get_one(OutcomeProcess, asked.id).was_running


def test_r78_the_group_has_28_days_to_comment_before_the_notice(session, body, council):
    asked = make_request(session, body, council, "agreed")
    decided = asked.decision.decided_on
    with pytest.raises(RequestRefused, match="may still comment"):
        deciding.confirm_process(asked, "Four meetings", **on(decided + timedelta(days=27)))
    with pytest.raises(RequestRefused, match="28 days"):
        deciding.comment_on_process(
            asked, "Too late", role="group", **on(decided + timedelta(days=28))
        )
    deciding.confirm_process(asked, "Four meetings", **on(decided + timedelta(days=28)))
    with pytest.raises(RequestRefused, match="settled already"):
        deciding.comment_on_process(asked, "More", role="group", **on(decided))


def test_r78_a_change_says_how_the_group_was_asked(session, body, council):
    asked = make_request(session, body, council, "under_way")
    day = CAME + timedelta(days=30)
    with pytest.raises(RequestRefused, match="how you asked"):
        deciding.add_step(asked, "change", "Online meetings", "", day, **on(day))
    deciding.add_step(asked, "change", "Online meetings", "At the second one", day, **on(day))
    session.commit()
    assert told(session)[-1] == "The process was changed"


def test_r78_a_report_waits_for_the_end_and_keeps_the_group_s_view(session, body, council):
    asked = make_request(session, body, council, "under_way")
    day = CAME + timedelta(days=60)
    with pytest.raises(RequestRefused, match="when the process has ended"):
        deciding.draft_report(asked, TOLD, **on(day))
    with pytest.raises(RequestRefused, match="can’t end before"):
        deciding.end_process(asked, CAME, **on(day))
    deciding.end_process(asked, day, **on(day))
    with pytest.raises(RequestRefused, match="ask the group"):
        deciding.publish_report(asked, at=on(day)["at"], by=None)
    deciding.draft_report(asked, TOLD, **on(day))
    deciding.give_view(asked, "We were heard.", role="group", **on(day))
    deciding.publish_report(asked, at=on(day)["at"], by=None)
    session.commit()
    assert session.get_one(RequestReport, asked.id).view == "We were heard."
    with pytest.raises(RequestRefused, match="published already"):
        deciding.give_view(asked, "Or not.", role="group", **on(day))


def test_r78_the_year_counts_what_came_in_it_and_what_became_of_that(session, body, council):
    make_request(session, body, council, "reported", title="One")
    make_request(session, body, council, "refused", decision=no(), title="Two")
    withdrawn = make_request(session, body, council, "sent", title="Three")
    actions.withdraw_request(withdrawn, at=on(LATER)["at"], by=None, role="group")
    make_request(session, body, council, "draft", title="Four")
    make_request(session, body, council, "valid", came=date(2026, 4, 1), title="Five")
    nhs = make_partner(session, "NHS Lyle", "health_board")
    make_request(session, body, nhs, "reported", title="Six")
    assert year_figures(council.id, YEAR) == YearFigures(3, 1, 1, 1)
    assert [partner.name for partner in unreported(YEAR)] == ["NHS Lyle", "Strathlyle Council"]


def test_r78_a_year_is_published_when_it_is_over_and_corrected_with_a_reason(
    session, body, council
):
    make_request(session, body, council, "reported")
    words = {"promoted": "Leaflets", "supported": "A phone line", "reason": ""}
    with pytest.raises(RequestRefused, match="not over"):
        publish_year(council, YEAR, **words, **on(YEAR.last))
    report = publish_year(council, YEAR, **words, **on(date(2026, 6, 30)))
    assert (report.received, report.agreed, report.refused, report.changed) == (1, 1, 0, 1)
    with pytest.raises(RequestRefused, match="why you publish it again"):
        publish_year(council, YEAR, **words, **on(date(2026, 7, 1)))
    words["reason"] = "A request was left out"
    assert publish_year(council, YEAR, **words, **on(date(2026, 7, 1))).edition == 2
    assert unreported(YEAR) == []


def test_r78_the_desk_knows_what_is_due_and_what_is_late(session, body, council):
    for until in ("draft", "sent", "valid", "agreed", "confirmed", "under_way", "drafted"):
        make_request(session, body, council, until, title=f"Crossing {until}")
    work = {due.title: due for due in due_work()}
    assert {title: due.what for title, due in work.items()} == {
        "Crossing sent": "check",
        "Crossing valid": "decide",
        "Crossing agreed": "notice",
        "Crossing confirmed": "start",
        "Crossing drafted": "report",
    }
    assert [due.what for due in due_work(limit=1)] == ["check"]  # on PostgreSQL too
    decide = work["Crossing valid"]
    assert not decide.is_late(date(2026, 2, 13))
    assert decide.is_late(date(2026, 2, 14))
    assert work["Crossing confirmed"].by == CAME + timedelta(days=3 + 89)


def test_r78_a_slug_is_not_taken_twice(session, body, council):
    for _again in range(2):
        make_request(session, body, council, "draft")
    assert len(set(session.scalars(select(ParticipationRequest.slug)))) == 2
