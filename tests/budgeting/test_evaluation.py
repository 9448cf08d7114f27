"""The form about how the vote was: it leads to nobody, and is published with what was learned."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engage import clock
from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.evaluation import (
    judge_text,
    publish_evaluation,
    send_evaluation,
)
from engage.budgeting.actions.ordering import GROUPS, put_in_order
from engage.budgeting.actions.voting import begin_writing, on_postgresql
from engage.budgeting.jobs import close_due_rounds
from engage.budgeting.models import EvaluationForm, Round
from engage.budgeting.queries.evaluation import texts_of, voters_of_round
from engage.budgeting.rules.evaluation import OPEN_FOR, EvaluationRefused
from engage.extensions import db
from engage.permissions import Role
from tests.budgeting.test_voting_secrecy import contents
from tests.conftest import Site, make_account
from tests.makers.budgeting import make_round
from tests.makers.delivery import make_declared
from tests.makers.papers import accept, enter, make_station, mark
from tests.makers.voting import let_voting_end, make_code, make_voter

PATH = "/rounds/mastrick-decides/evaluation/"
DESK = "/desk/rounds/mastrick-decides/evaluation/"
FORMS = 24
#: By chance one form of all stands where it was sent; eight or more happen once in 100,000 runs.
CHANCE = 7


def fill_in(round_: Round, number: int = 1, better: str = "", **answers: str) -> None:
    for _ in range(number):
        send_evaluation(round_, answers or {"easy": "5"}, better, at=clock.now())
    db.session.commit()


def test_a_form_keeps_the_answers_and_nothing_else(session: Any) -> None:
    round_ = make_round(session)
    fill_in(round_, first_time="yes", easy="4", better="More buses")
    columns = {column.name for column in EvaluationForm.__table__.columns}
    assert columns == {
        "round_id", "form_key", "first_time", "easy", "fair", "learned", "again", "better",
        "better_state",
    }  # fmt: skip
    [kept] = session.scalars(sa.select(EvaluationForm))
    assert (kept.first_time, kept.easy, kept.fair, kept.better_state) == ("yes", "4", "", "waiting")
    assert session.scalars(sa.select(AuditEvent)).all() == []


def test_a_form_without_an_answer_is_refused(session: Any) -> None:
    with pytest.raises(EvaluationRefused, match="at least one"):
        send_evaluation(make_round(session), {}, "", at=clock.now())


def test_the_form_is_shut_outside_its_weeks(session: Any) -> None:
    round_ = make_round(session)
    for at in (round_.voting_opens_at - timedelta(1), round_.voting_closes_at + OPEN_FOR):
        with pytest.raises(EvaluationRefused, match="do not take answers"):
            send_evaluation(round_, {"easy": "5"}, "", at=at)


# Nothing leads from a sitting to a form -----------------------------------------------------------


def sit(round_: Round) -> list[bytes]:
    """Let people fill in the form one after another; return the keys in that order."""
    order: list[bytes] = []
    for _ in range(FORMS):
        fill_in(round_)
        keys = db.session.scalars(sa.select(EvaluationForm.form_key))
        order += [key for key in keys if key not in order]
    return order


def linked(order: list[bytes], found: list[bytes]) -> int:
    """How many forms stand at the place in the order at which they came."""
    return sum(a == b for a, b in zip(order, found, strict=True))


def seen(order: list[bytes]) -> list[bytes]:
    """The keys in the order in which the database, or its file, tells who wrote when."""
    if not on_postgresql():
        data = Path(db.engine.url.database or "").read_bytes()
        return sorted(order, key=lambda key: -data.index(key))
    rows = db.session.scalars(
        sa.text("SELECT form_key FROM evaluation_form ORDER BY xmin::text::bigint, ctid")
    )
    return [bytes(key) for key in rows]


@pytest.mark.requirement("R76")
def test_the_order_of_forms_tells_nothing_after_the_job_or_the_close(session: Any) -> None:
    round_ = make_round(session)
    order = sit(round_)
    if on_postgresql():
        assert linked(order, seen(order)) == FORMS, "the control: before it tells all"
    kept = set(session.scalars(sa.select(EvaluationForm.form_key)))
    close_due_rounds()
    assert linked(order, seen(order)) <= CHANCE
    assert set(session.scalars(sa.select(EvaluationForm.form_key))) == kept
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    session.commit()
    close_due_rounds()
    assert linked(order, seen(order)) <= CHANCE


@pytest.mark.requirement("R76")
def test_without_the_rewriting_the_order_would_tell(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [names for names in GROUPS if names != ("evaluation_form",)]
    monkeypatch.setattr("engage.budgeting.jobs.GROUPS", others)
    order = sit(make_round(session))
    close_due_rounds()
    assert linked(order, seen(order)) > CHANCE


def test_the_guard_stands_again_after_the_rewriting(session: Any) -> None:
    round_ = make_round(session)
    fill_in(round_)
    begin_writing()
    put_in_order(["evaluation_form"])
    session.commit()
    early = make_round(session, "screening", title="Torry decides")
    form = sa.insert(EvaluationForm).values(
        round_id=early.id, form_key=b"k" * 16, first_time="", easy="5", fair="", learned="",
        again="", better="", better_state="waiting",
    )  # fmt: skip
    with pytest.raises(sa.exc.DBAPIError):
        session.execute(form)
    session.rollback()


@pytest.mark.requirement("R76")
def test_filling_in_the_form_writes_the_form_and_nothing_else(site: Site, session: Any) -> None:
    round_ = make_round(session)
    page = site.send("/vote", {"code": make_code(round_)})
    site.send_on(page, "/vote", {"postcode": "AB16 5UX", "may_vote": "y"})
    session.rollback()
    before = contents()
    page = site.send(PATH, {"easy": "5", "again": "yes", "better": "Later hours"})
    assert page.h1.text == "Thank you"
    session.rollback()
    after = contents()
    assert len(after.pop("evaluation_form")) == 1
    assert before.pop("evaluation_form") == []
    assert after == before


def test_a_voter_on_a_shared_computer_can_finish_after_the_form(site: Site, session: Any) -> None:
    round_ = make_round(session)
    assert "Finish now" not in site.open(f"{PATH}thanks/").text
    page = site.send("/vote", {"code": make_code(round_)})
    site.send_on(page, "/vote", {"postcode": "AB16 5UX", "may_vote": "y"})
    page = site.send(PATH, {"easy": "5"})
    site.send_on(page, PATH, form="/rounds/mastrick-decides/finish/")
    assert "With your email address" in site.open("/rounds/mastrick-decides/ballot/").text
    assert "Finish now" not in site.open(f"{PATH}thanks/").text


# Pages --------------------------------------------------------------------------------------------


def test_the_page_says_why_it_takes_no_answers(site: Site, session: Any) -> None:
    make_round(session, "screening")
    assert "We will ask you this once you have voted" in site.open(PATH).text


def test_a_blank_form_is_asked_for_an_answer(site: Site, session: Any) -> None:
    make_round(session)
    page = site.send(PATH, {}, status=422)
    assert "Answer at least one question" in page.select_one(".ds_error-summary").text


def test_what_was_typed_stays_where_it_is_too_long(site: Site, session: Any) -> None:
    make_round(session)
    page = site.send(PATH, {"easy": "4", "better": "x" * 1001}, status=422)
    assert page.select_one("input[name=easy][checked]")["value"] == "4"
    assert page.select_one("textarea").text.strip() == "x" * 1001


def test_an_officer_reads_nothing_while_people_vote(
    session: Any, as_person: Any, carys: Account
) -> None:
    fill_in(make_round(session), better="Longer hours")
    page = as_person(carys).open(DESK)
    assert "once voting has closed" in page.text
    assert "Longer hours" not in page.text


@pytest.mark.requirement("R74")
def test_an_officer_publishes_what_people_said_and_what_changes(
    session: Any, site: Site, as_person: Any, carys: Account
) -> None:
    round_ = make_declared(session)
    fill_in(round_, 20, easy="5", again="yes")
    fill_in(round_, 2, easy="1")
    fill_in(round_, better="Longer hours")
    fill_in(round_, better="Bryn was rude")
    officer = as_person(carys)
    page = officer.open(DESK)
    assert "fewer than 5" in page.text
    for words, state in (("Longer hours", "shown"), ("Bryn was rude", "not_shown")):
        key = next(key for key, text in texts_of(round_.id, "waiting") if text == words)
        judge_text(round_, bytes.fromhex(key), state, at=clock.now(), by=carys.id)
    session.commit()
    assert "We have" not in site.open(PATH).text
    page = officer.send(DESK, {"learned": "Hours were short", "changes": "Open until 8pm"}, form="")
    assert page.h1.text == "How people found the vote"
    page = site.open(PATH)
    assert "Open until 8pm" in page.text
    assert "Longer hours" in page.text
    assert "Bryn was rude" not in page.text
    assert page.select_one("form[method=post]") is None
    with pytest.raises(EvaluationRefused):
        send_evaluation(round_, {"easy": "5"}, "", at=clock.now())
    actions = set(session.scalars(sa.select(AuditEvent.action)))
    assert {"evaluation.published", "evaluation.text_judged"} <= actions


def test_a_text_is_judged_on_its_page_and_a_strange_key_does_nothing(
    session: Any, as_person: Any, carys: Account
) -> None:
    round_ = make_declared(session)
    fill_in(round_, better="Longer hours")
    officer = as_person(carys)
    page = officer.open(DESK)
    officer.send_on(page, DESK, form=f"{DESK}texts/")
    assert texts_of(round_.id, "shown")[0][1] == "Longer hours"
    officer.send_on(page, DESK, {"key": "zz", "state": "shown"}, form=f"{DESK}texts/")
    assert len(texts_of(round_.id, "shown")) == 1


def test_who_votes_on_paper_is_counted_once(session: Any, carys: Account) -> None:
    round_ = make_round(session, takes_paper=True)
    batch = make_station(round_, carys, issued=6, declared=6)
    for voter in (make_voter(round_) for _ in range(6)):
        mark(batch, voter, carys)
    for person in (carys, make_account("Una", Role.OFFICER)):
        enter(batch, person, *["1"] * 6)
    accept(batch, carys)
    assert voters_of_round(round_.id) == 6


def test_an_evaluation_is_published_once_and_after_the_result(session: Any, carys: Account) -> None:
    closed = make_round(session, "closed", title="Torry decides")
    with pytest.raises(EvaluationRefused, match="after the result"):
        publish_evaluation(closed, "Much", "A lot", at=clock.now(), by=carys.id)
    round_ = make_declared(session)
    publish_evaluation(round_, "Much", "A lot", at=clock.now(), by=carys.id)
    with pytest.raises(EvaluationRefused, match="published already"):
        publish_evaluation(round_, "Much", "A lot", at=clock.now(), by=carys.id)


def test_dev_is_kept_out_of_the_officers_page(as_person: Any, session: Any, dev: Account) -> None:
    make_declared(session)
    assert as_person(dev).client.get(DESK).status_code == 403
    assert as_person(dev).client.post(f"{DESK}texts/").status_code == 403
