"""The database itself refuses an award outside its limits and a fund that is overspent.

Raw SQL stands for a script, a bug or an officer with a console; each guard is tried without it too.
"""

import threading
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.awards import decide_freed, end_award, offer_awards
from engage.budgeting.actions.evaluation import publish_evaluation
from engage.budgeting.actions.voting import begin_writing
from engage.budgeting.models import (
    Award,
    AwardCheck,
    AwardPayment,
    Evaluation,
    EvaluationForm,
    Round,
)
from engage.budgeting.queries.award_money import left_in_fund
from engage.budgeting.rules.delivery import AwardStage
from engage.budgeting.rules.evaluation import QUESTIONS
from engage.extensions import db
from tests.budgeting.test_ballot_guards import is_guarded, refused
from tests.makers.budgeting import make_round
from tests.makers.delivery import make_awards, make_declared, take_to, terms

pytestmark = pytest.mark.requirement("R14")


@pytest.fixture
def round_(session: Any) -> Round:
    return make_declared(session)


def put_award(round_: Round, number: int, pence: int, **columns: Any) -> Any:
    """Put an award into the table as raw SQL would."""
    usual = terms()
    values = {
        "public_id": f"raw-{number}",
        "round_id": round_.id,
        "project_id": round_.projects[number].id,
        "amount_pence": pence,
        "held_pence": pence,
        "stage": "offered",
        "conditions": usual.conditions,
        **vars(usual.dates),
        "offered_at": clock.now(),
        "holder_name": "",
        "is_under_16": False,
        "accepted_name": "",
        "accepted_role": "",
        "report_text": "",
        "reason": "",
        "freed_reason": "",
        "version": 1,
        **columns,
    }
    return sa.insert(Award.__table__).values(**values)


def put_payment(award: Award, pence: int, kind: str = "paid") -> Any:
    return sa.insert(AwardPayment.__table__).values(
        award_id=award.id,
        kind=kind,
        amount_pence=pence,
        on_day=clock.today(),
        reference="raw",
        recorded_at=clock.now(),
    )


def test_an_award_within_the_rules_is_let_in(round_: Round) -> None:
    assert not refused(put_award(round_, 0, 300_000))


def make_overfunded(session: Any) -> Round:
    """A round whose result, as no rule would give it, funds more than the £6,000 that there is.

    £4,500 of it is offered, for the first two projects.
    """
    counted = (
        ("Bike shelter", 300_000, "fits"), ("Lunch club", 150_000, "fits"),
        ("Notice board", 160_000, "fits"), ("Skate ramp", 400_000, "fits"),
    )  # fmt: skip
    round_ = make_declared(session, counted)
    for number in (0, 1):
        session.execute(put_award(round_, number, counted[number][1]))
    session.commit()
    return round_


def test_awards_are_never_more_than_the_fund(session: Any) -> None:
    round_ = make_overfunded(session)
    assert not refused(put_award(round_, 2, 150_000))
    assert is_guarded("award", put_award(round_, 2, 150_001))


def test_money_that_was_kept_is_given_to_nobody_else(
    session: Any, round_: Round, carys: Account
) -> None:
    """Of £6,000, £3,000 was kept and £1,500 never given: after the lunch club £3,000 are left."""
    award, lunch = make_awards(session, round_)
    for ended in (award, lunch):
        end_award(ended, AwardStage.DECLINED, "We moved", at=clock.now(), by=None, role="group")
    session.commit()
    after = {"instead_of_id": lunch.id}
    assert not refused(put_award(round_, 2, 400_000, **after))
    decide_freed(award, "kept", "Too late this year", None, at=clock.now(), by=carys.id)
    session.commit()
    assert is_guarded("award", put_award(round_, 2, 400_000, **after))
    assert not refused(put_award(round_, 3, 160_000, **after))


@pytest.mark.parametrize("change", [{"freed_decision": None}, {"freed_reason": "Another"}])
def test_what_was_decided_about_freed_money_stays(
    session: Any, round_: Round, carys: Account, change: dict[str, Any]
) -> None:
    award = make_awards(session, round_)[0]
    end_award(award, AwardStage.DECLINED, "We moved", at=clock.now(), by=None, role="group")
    decide_freed(award, "kept", "Too late this year", None, at=clock.now(), by=carys.id)
    session.commit()
    assert is_guarded("award", sa.update(Award).where(Award.id == award.id).values(**change))


@pytest.mark.parametrize(
    ("number", "pence", "columns"),
    [
        pytest.param(0, 49_999, {}, id="below the smallest"),
        pytest.param(0, 300_001, {}, id="more than the project costs"),
        pytest.param(0, 300_000, {"stage": "declined", "reason": "x"}, id="not offered first"),
    ],
)
def test_an_award_outside_its_limits_is_refused(
    round_: Round, number: int, pence: int, columns: dict[str, Any]
) -> None:
    assert is_guarded("award", put_award(round_, number, pence, **columns))


def test_no_award_is_above_the_largest(session: Any) -> None:
    round_ = make_declared(session, [("Pool", 550_000, "fits")])
    assert is_guarded("award", put_award(round_, 0, 500_001))


def test_no_award_comes_before_the_result_or_for_another_round(session: Any, round_: Round) -> None:
    voting = make_round(session, title="Torry decides")
    assert is_guarded("award", put_award(voting, 0, 300_000))
    other = voting.projects[0].id
    assert is_guarded("award", put_award(round_, 0, 300_000, project_id=other))


@pytest.mark.parametrize(
    "change",
    [
        {"amount_pence": 100_000, "held_pence": 100_000},
        {"conditions": "None"},
        {"stage": "under_way", "holder_kind": "adult", "accepted_at": clock.now()},
        {"stage": "finished"},
    ],
    ids=["amount", "conditions", "a stage left out", "the end at once"],
)
def test_an_award_stays_as_it_was_offered(
    session: Any, round_: Round, change: dict[str, Any]
) -> None:
    award = make_awards(session, round_)[0]
    reported = {
        "holder_kind": "adult", "accepted_at": clock.now(), "reported_at": clock.now(),
        "report_text": "x", "report_people": 1, "report_left_pence": 0,
    }  # fmt: skip
    values = {**reported, **change} if change.get("stage") == "finished" else change
    assert is_guarded("award", sa.update(Award).where(Award.id == award.id).values(**values))


def test_an_award_is_never_deleted(session: Any, round_: Round) -> None:
    make_awards(session, round_)
    assert is_guarded("award", sa.delete(Award))


def test_freed_money_is_not_taken_back_for_the_same_award(session: Any, round_: Round) -> None:
    award = make_awards(session, round_)[0]
    end_award(award, AwardStage.DECLINED, "Moved", at=clock.now(), by=None, role="group")
    session.commit()
    assert is_guarded("award", sa.update(Award).values(held_pence=1).where(Award.id == award.id))


@pytest.mark.requirement("R82")
@pytest.mark.parametrize(
    "values",
    [
        {"stage": "accepted"},
        {"holder_kind": "person", "is_under_16": True},
        {"holder_kind": "host"},
        {"holder_kind": "body"},
        {"stage": "declined"},
        {"held_pence": 0},
    ],
    ids=["nobody holds it", "a child holds it", "no agreement", "no constitution", "no reason",
         "held less while it runs"],
)  # fmt: skip
def test_what_an_award_must_have_is_checked_by_the_table(
    session: Any, round_: Round, values: dict[str, Any]
) -> None:
    make_awards(session, round_)
    assert refused(sa.update(Award).values(**values))


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(AwardCheck).values(checked_at=clock.now()),
        sa.update(AwardCheck).values(note="Seen twice"),
        sa.delete(AwardCheck),
    ],
    ids=["when", "the note", "the row"],
)
def test_who_checked_a_holder_stays(
    session: Any, round_: Round, carys: Account, statement: Any
) -> None:
    award = take_to(session, make_awards(session, round_)[0], "accepted", carys.id)
    session.add(
        AwardCheck(award_id=award.id, note="Seen", checked_at=clock.now(), checked_by=carys.id)
    )
    session.commit()
    assert is_guarded("award_check", statement)


def test_the_note_of_a_check_can_be_wiped(session: Any, round_: Round, carys: Account) -> None:
    award = take_to(session, make_awards(session, round_)[0], "accepted", carys.id)
    session.add(
        AwardCheck(award_id=award.id, note="Seen", checked_at=clock.now(), checked_by=carys.id)
    )
    session.commit()
    assert not refused(sa.update(AwardCheck).values(note=""))


def test_nobody_checks_the_holder_of_an_offer(session: Any, round_: Round, carys: Account) -> None:
    award = make_awards(session, round_)[0]
    values = {"award_id": award.id, "note": "", "checked_at": clock.now(), "checked_by": carys.id}
    assert is_guarded("award_check", sa.insert(AwardCheck).values(**values))


def test_payments_stay_within_the_award(session: Any, round_: Round, carys: Account) -> None:
    award, other = make_awards(session, round_)
    assert is_guarded("award_payment", put_payment(other, 1))  # only offered
    take_to(session, award, "under_way", carys.id, pence=200_000)
    assert not refused(put_payment(award, 100_000))
    assert is_guarded("award_payment", put_payment(award, 100_001))
    assert is_guarded("award_payment", put_payment(award, 200_001, "returned"))
    assert is_guarded("award_payment", sa.update(AwardPayment).values(amount_pence=1))
    assert is_guarded("award_payment", sa.delete(AwardPayment))
    ended = {"stage": "failed", "reason": "x", "held_pence": 199_999}
    assert is_guarded("award", sa.update(Award).where(Award.id == award.id).values(**ended))


def put_form(round_: Round, key: bytes = b"k" * 16) -> Any:
    blank = {**dict.fromkeys(QUESTIONS, ""), "better": "", "better_state": "waiting"}
    return sa.insert(EvaluationForm.__table__).values(
        round_id=round_.id, form_key=key, **{**blank, "easy": "5"}
    )


def test_forms_come_from_the_vote_on_until_the_evaluation(
    session: Any, round_: Round, carys: Account
) -> None:
    early = make_round(session, "screening", title="Torry decides")
    assert is_guarded("evaluation_form", put_form(early))
    assert not refused(put_form(round_))
    publish_evaluation(round_, "Much", "A lot", at=clock.now(), by=carys.id)
    session.commit()
    assert is_guarded("evaluation_form", put_form(round_))
    assert is_guarded("evaluation", sa.update(Evaluation).values(learned="Nothing"))
    assert is_guarded("evaluation", sa.delete(Evaluation))


def at_once(app: Any, act: Any, number: int = 4) -> list[str]:
    """Do the same thing in several threads at one moment; return what each came to.

    Nobody commits before all have written, or before the others have waited in vain for a while.
    """
    start, written = threading.Barrier(number), threading.Barrier(number)
    ends = ["" for _ in range(number)]

    def run(place: int) -> None:
        with app.app_context():
            start.wait()
            try:
                begin_writing()
                act()
                with suppress(threading.BrokenBarrierError):
                    written.wait(0.3)
                db.session.commit()
                ends[place] = "done"
            except DBAPIError:
                db.session.rollback()
                ends[place] = "refused"
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def test_officers_at_once_offer_each_award_once(session: Any, round_: Round, app: Any) -> None:
    id_ = round_.id
    at_once(
        app,
        lambda: offer_awards(db.session.get_one(Round, id_), terms(), at=clock.now(), by=None),
    )
    session.rollback()
    assert len(session.scalars(sa.select(Award)).all()) == 2
    assert left_in_fund(round_) == 150_000


def test_raw_awards_and_payments_at_once_never_overspend(
    session: Any, app: Any, carys: Account
) -> None:
    round_ = make_overfunded(session)
    award = session.scalars(sa.select(Award).order_by(Award.id)).first()
    take_to(session, award, "under_way", carys.id, pence=200_000)
    payment = put_payment(award, 60_000)
    assert sorted(at_once(app, lambda: db.session.execute(payment))) == ["done", *["refused"] * 3]
    third, fourth = put_award(round_, 3, 100_000), put_award(round_, 2, 100_000)
    turns = iter([third, fourth])
    ends = at_once(app, lambda: db.session.execute(next(turns)), number=2)
    assert sorted(ends) == ["done", "refused"]
    session.rollback()
    assert left_in_fund(round_) == 50_000
