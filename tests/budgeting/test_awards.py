"""Awards from the offer to the accepted report: what each act does, refuses, tells and leaves."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engage import clock
from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.budgeting.actions.awards import (
    accept_award,
    decide_freed,
    end_award,
    offer_awards,
)
from engage.budgeting.actions.bank_details import give_bank_details, see_bank_details
from engage.budgeting.actions.delivery import (
    Movement,
    Purchase,
    Report,
    add_photo,
    add_spending,
    agree_milestone,
    finish_milestone,
    judge_photo,
    judge_report,
    record_payment,
    send_report,
    take_out_spending,
    wipe_details,
)
from engage.budgeting.keys import BANK, read_key
from engage.budgeting.models import Award, AwardBank, AwardPayment, Picture, Round
from engage.budgeting.queries.award_money import left_in_fund, next_project
from engage.budgeting.queries.delivery import award_lines, shown_stages, undecided_money
from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.delivery import (
    KEEP_DETAILS,
    AwardRefused,
    AwardStage,
    BankDetails,
    Holder,
)
from engage.messages.models import Message
from engage.web.pictures import read_picture
from tests.makers.budgeting import make_round
from tests.makers.delivery import make_awards, make_declared, make_report, take_to, terms
from tests.makers.pictures import picture_file

DETAILS = BankDetails("Mastrick Youth Trust", "12-34-56", "00112278")


@pytest.fixture
def round_(session: Any) -> Round:
    return make_declared(session)


def trail(session: Any, action: str) -> list[AuditEvent]:
    return list(session.scalars(sa.select(AuditEvent).where(AuditEvent.action == action)))


def told(session: Any) -> list[str]:
    """What stands at Aisha's reference, newest last."""
    return list(session.scalars(sa.select(Message.body).order_by(Message.id)))


def pay(award: Award, pence: int, by: int, kind: str = "paid") -> AwardPayment:
    moved = Movement(kind, pence, clock.today(), "BACS 7")
    return record_payment(award, moved, at=clock.now(), by=by)


# Offering ----------------------------------------------------------------------------------------


@pytest.mark.requirement("R14")
def test_every_winner_gets_an_award_of_what_the_count_gave(
    session: Any, round_: Round, carys: Account
) -> None:
    made = offer_awards(round_, terms(), at=clock.now(), by=carys.id)
    assert [(a.project.title, a.amount_pence, a.stage) for a in made] == [
        ("Bike shelter", 300_000, "offered"),
        ("Lunch club", 150_000, "offered"),
    ]
    assert left_in_fund(round_) == 150_000
    assert len(trail(session, "awards.offered")) == 1
    assert "We offer you £3,000 for it" in told(session)[0]
    assert shown_stages([round_]) == {round_.id: "delivery"}


def test_offering_again_makes_no_second_award(session: Any, round_: Round) -> None:
    make_awards(session, round_)
    assert make_awards(session, round_) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(Award)) == 2
    assert len(trail(session, "awards.offered")) == 1


@pytest.mark.parametrize("stage", ["voting", "closed"])
def test_nothing_is_offered_before_the_result(session: Any, stage: str) -> None:
    with pytest.raises(AwardRefused, match="once the result is declared"):
        offer_awards(make_round(session, stage), terms(), at=clock.now(), by=None)


def test_a_vote_from_elsewhere_has_no_awards_here(session: Any) -> None:
    round_ = make_declared(session, is_imported=True)
    with pytest.raises(AwardRefused, match="held elsewhere"):
        make_awards(session, round_)


@pytest.mark.requirement("R14")
def test_no_award_lies_outside_the_limits_or_the_fund(session: Any) -> None:
    dear = make_declared(session, [("Pool", 550_000, "fits")], title="Pools")
    with pytest.raises(AwardRefused, match="outside the awards"):
        make_awards(session, dear)
    session.rollback()
    many = [("One", 400_000, "fits"), ("Two", 300_000, "fits")]
    both = make_declared(session, many, title="Two at once")
    with pytest.raises(AwardRefused, match="more than is left"):
        make_awards(session, both)


# Answering ---------------------------------------------------------------------------------------


@pytest.mark.requirement("R82")
def test_aisha_accepts_with_an_adult_who_holds_the_money(session: Any, round_: Round) -> None:
    award = make_awards(session, round_)[0]
    myself = Holder("person", "Aisha", is_under_16=True)
    with pytest.raises(AwardRefused, match="under 16"):
        accept_award(award, myself, "Aisha", "I proposed it", at=clock.now(), by=None)
    adult = Holder("adult", "Morag Aitken", is_under_16=True)
    accept_award(award, adult, "Aisha", "I proposed it", at=clock.now(), by=None)
    assert (award.stage, award.holder_kind, award.holder_name) == (
        "accepted", "adult", "Morag Aitken",
    )  # fmt: skip
    [entry] = trail(session, "award.accepted")
    assert "Morag" not in entry.detail
    assert "You accepted the award of £3,000" in told(session)[-1]
    with pytest.raises(AwardRefused, match="answered already"):
        accept_award(award, adult, "Aisha", "I proposed it", at=clock.now(), by=None)


def test_an_award_that_is_turned_down_frees_all_its_money(session: Any, round_: Round) -> None:
    award = make_awards(session, round_)[0]
    end_award(award, AwardStage.DECLINED, "We moved", at=clock.now(), by=None, role="group")
    assert (award.held_pence, award.freed_pence) == (0, 300_000)
    assert left_in_fund(round_) == 450_000
    assert undecided_money(round_.id) == [award]
    assert len(trail(session, "award.ended")) == 1


def test_ending_an_award_needs_a_reason(session: Any, round_: Round, carys: Account) -> None:
    award = make_awards(session, round_)[0]
    with pytest.raises(AwardRefused, match="Enter the reason"):
        end_award(award, AwardStage.WITHDRAWN, "", at=clock.now(), by=carys.id, role="officer")


# Paying ------------------------------------------------------------------------------------------


def test_payments_begin_the_work_and_never_pass_the_award(
    session: Any, round_: Round, carys: Account
) -> None:
    award = make_awards(session, round_)[0]
    with pytest.raises(AwardRefused, match="after an award is accepted"):
        pay(award, 1, carys.id)
    take_to(session, award, "accepted", carys.id)
    pay(award, 200_000, carys.id)
    assert award.stage == "under_way"
    with pytest.raises(AwardRefused, match="£1,000 or less"):
        pay(award, 100_001, carys.id)
    pay(award, 100_000, carys.id)
    with pytest.raises(AwardRefused, match="no more was paid"):
        pay(award, 300_001, carys.id, "returned")
    assert len(trail(session, "award.money_moved")) == 2
    assert "We paid £1,000" in told(session)[-1]


def test_a_payment_is_not_of_tomorrow(session: Any, round_: Round, carys: Account) -> None:
    award = take_to(session, make_awards(session, round_)[0], "accepted", carys.id)
    moved = Movement("paid", 100, clock.today() + timedelta(days=2), "BACS")
    with pytest.raises(AwardRefused, match="today or before"):
        record_payment(award, moved, at=clock.now(), by=carys.id)


def test_a_failed_project_keeps_what_it_was_paid_until_it_comes_back(
    session: Any, round_: Round, carys: Account
) -> None:
    award = make_awards(session, round_)[0]
    take_to(session, award, "under_way", carys.id, pence=100_000)
    end_award(award, AwardStage.FAILED, "No site", at=clock.now(), by=carys.id, role="officer")
    assert (award.held_pence, left_in_fund(round_)) == (100_000, 350_000)
    with pytest.raises(AwardRefused):
        pay(award, 1, carys.id)
    pay(award, 60_000, carys.id, "returned")
    assert (award.held_pence, left_in_fund(round_)) == (40_000, 410_000)


# Bank details ------------------------------------------------------------------------------------


def test_bank_details_are_sealed_and_each_look_is_kept(
    session: Any, round_: Round, carys: Account
) -> None:
    award = take_to(session, make_awards(session, round_)[0], "accepted", carys.id)
    with pytest.raises(AwardRefused, match="not given its bank details"):
        see_bank_details(award, at=clock.now(), by=carys.id)
    give_bank_details(award, DETAILS, at=clock.now(), by=None)
    session.commit()
    kept = session.scalars(sa.select(AwardBank)).one()
    assert kept.last_two == "78"
    assert not any(part in kept.sealed for part in (b"00112278", b"12-34-56", b"Youth"))
    assert see_bank_details(award, at=clock.now(), by=carys.id) == DETAILS
    [seen] = trail(session, "bank_details.seen")
    assert (seen.actor_id, seen.object) == (carys.id, f"award:{award.id}")
    everything = [*told(session), *session.scalars(sa.select(AuditEvent.detail))]
    assert not any("2278" in text or "12-34" in text for text in everything)


def test_another_key_opens_nothing(
    session: Any, round_: Round, carys: Account, app: Any, tmp_path: Any
) -> None:
    award = take_to(session, make_awards(session, round_)[0], "accepted", carys.id)
    give_bank_details(award, DETAILS, at=clock.now(), by=None)
    assert len(read_key(BANK)) == 32
    (tmp_path / "keys" / "bank.key").write_text("0" * 64)
    with pytest.raises(KeysRefused):
        see_bank_details(award, at=clock.now(), by=carys.id)


def test_bank_details_are_given_while_the_award_runs(session: Any, round_: Round) -> None:
    award = make_awards(session, round_)[0]
    with pytest.raises(AwardRefused):
        give_bank_details(award, DETAILS, at=clock.now(), by=None)


def test_bank_details_and_names_are_wiped_a_while_after_the_end(
    session: Any, round_: Round, carys: Account
) -> None:
    award = take_to(session, make_awards(session, round_)[0], "under_way", carys.id)
    give_bank_details(award, DETAILS, at=clock.now(), by=None)
    make_report(award)
    judge_report(award, "", at=clock.now(), by=carys.id)
    assert wipe_details(at=clock.now() + KEEP_DETAILS - timedelta(days=1)) == 0
    assert wipe_details(at=clock.now() + KEEP_DETAILS + timedelta(days=1)) == 1
    assert session.scalars(sa.select(AwardBank)).all() == []
    assert (award.holder_name, award.accepted_name) == ("", "")
    assert wipe_details(at=clock.now() + KEEP_DETAILS + timedelta(days=1)) == 0
    assert len(trail(session, "bank_details.wiped")) == 1


# Telling how it goes -----------------------------------------------------------------------------


@pytest.fixture
def running(session: Any, round_: Round, carys: Account) -> Award:
    return take_to(session, make_awards(session, round_)[0], "under_way", carys.id)


def test_what_was_bought_is_added_up_and_a_mistake_is_taken_out(
    session: Any, running: Award
) -> None:
    receipt = read_picture(picture_file())
    first = add_spending(
        running, Purchase("Timber", 12_050, clock.today(), receipt), at=clock.now()
    )
    add_spending(running, Purchase("Screws", 950, clock.today()), at=clock.now())
    [line, _other] = award_lines(running.round_id, clock.today())
    assert line.money.spent_pence == 13_000
    take_out_spending(running, first)
    assert session.scalars(sa.select(Picture)).all() == []
    [line, _other] = award_lines(running.round_id, clock.today())
    assert line.money.spent_pence == 950


def test_steps_are_agreed_done_once_and_late_after_their_day(
    session: Any, running: Award, carys: Account
) -> None:
    yesterday = clock.today() - timedelta(days=1)
    step = agree_milestone(running, "Order the timber", yesterday, at=clock.now(), by=carys.id)
    [line, _other] = award_lines(running.round_id, clock.today())
    assert line.late == ("milestone",)
    finish_milestone(running, step, at=clock.now())
    finish_milestone(running, step, at=clock.now() + timedelta(days=5))
    [line, _other] = award_lines(running.round_id, clock.today())
    assert (line.late, line.last_step, step.done_on) == ((), step, clock.today())


def test_a_photograph_is_public_only_after_the_officers_look(
    session: Any, running: Award, carys: Account
) -> None:
    made = read_picture(picture_file())
    good = add_photo(running, made, "A shelter with ten bicycles", at=clock.now())
    bad = add_photo(running, made, "A child's face", at=clock.now())
    [line, _other] = award_lines(running.round_id, clock.today())
    assert line.photos == ()
    judge_photo(running, good, "", at=clock.now(), by=carys.id)
    judge_photo(running, bad, "A child can be recognised", at=clock.now(), by=carys.id)
    [line, _other] = award_lines(running.round_id, clock.today())
    assert [picture.alt for picture in line.photos] == ["A shelter with ten bicycles"]
    assert len(session.scalars(sa.select(Picture)).all()) == 1
    assert "A child can be recognised" in told(session)[-1]


@pytest.mark.requirement("R14")
def test_a_report_is_sent_back_changed_and_accepted(
    session: Any, running: Award, carys: Account
) -> None:
    make_report(running, "Done", 20_000)
    with pytest.raises(AwardRefused, match="while your project runs"):
        add_spending(running, Purchase("Late", 1, clock.today()), at=clock.now())
    judge_report(running, "How many people?", at=clock.now(), by=carys.id)
    assert running.stage == "under_way"
    make_report(running, "Forty people", 20_000)
    with pytest.raises(AwardRefused, match="£200 is left over"):
        judge_report(running, "", at=clock.now(), by=carys.id)
    pay(running, 20_000, carys.id, "returned")
    judge_report(running, "", at=clock.now(), by=carys.id)
    assert (running.stage, running.held_pence) == ("finished", 280_000)
    assert len(trail(session, "award.report_judged")) == 2
    assert undecided_money(running.round_id) == []


def test_no_more_is_left_over_than_was_paid(session: Any, running: Award) -> None:
    with pytest.raises(AwardRefused, match="£3,000 or less"):
        send_report(running, Report("Done", 40, 300_001), at=clock.now(), by=None)


# Freed money -------------------------------------------------------------------------------------


@pytest.fixture
def freed(session: Any, round_: Round) -> Award:
    award = make_awards(session, round_)[0]
    end_award(award, AwardStage.DECLINED, "We moved", at=clock.now(), by=None, role="group")
    session.commit()
    return award


@pytest.mark.requirement("R14")
def test_freed_money_goes_to_the_next_project_of_the_count_that_fits(
    session: Any, round_: Round, freed: Award, carys: Account
) -> None:
    following = next_project(freed)
    assert following is not None
    assert following.title == "Skate ramp"
    made = decide_freed(freed, "offered", "It comes next", terms(), at=clock.now(), by=carys.id)
    assert made is not None
    assert (made.project.title, made.amount_pence, made.instead_of_id) == (
        "Skate ramp", 400_000, freed.id,
    )  # fmt: skip
    assert left_in_fund(round_) == 50_000
    with pytest.raises(AwardRefused, match="no money of this award"):
        decide_freed(freed, "kept", "Again", None, at=clock.now(), by=carys.id)
    assert len(trail(session, "freed_money.decided")) == 1


def test_freed_money_can_be_kept_and_everybody_reads_why(
    session: Any, round_: Round, freed: Award, carys: Account
) -> None:
    kept = decide_freed(freed, "kept", "Too late this year", None, at=clock.now(), by=carys.id)
    assert kept is None
    assert (freed.freed_decision, freed.freed_reason) == ("kept", "Too late this year")
    assert undecided_money(round_.id) == []


def test_money_that_was_kept_is_not_offered_later(
    session: Any, round_: Round, freed: Award, carys: Account
) -> None:
    """£3,000 was kept and £1,500 never given, so with £1,500 freed the ramp's £4,000 do not fit."""
    decide_freed(freed, "kept", "Too late this year", None, at=clock.now(), by=carys.id)
    assert left_in_fund(round_) == 150_000
    lunch = session.scalars(sa.select(Award).where(Award.id != freed.id)).one()
    end_award(lunch, AwardStage.DECLINED, "We moved", at=clock.now(), by=None, role="group")
    session.commit()
    assert left_in_fund(round_) == 300_000
    following = next_project(lunch)
    assert following is not None
    assert following.title == "Notice board"


def test_with_equal_shares_nothing_is_next(session: Any, carys: Account) -> None:
    round_ = make_declared(session, rule="equal-shares", max_choices=3)
    award = make_awards(session, round_)[0]
    end_award(award, AwardStage.DECLINED, "We moved", at=clock.now(), by=None, role="group")
    with pytest.raises(AwardRefused, match="no next project"):
        decide_freed(award, "offered", "Next", terms(), at=clock.now(), by=carys.id)


def test_money_of_an_award_that_runs_is_not_decided_on(
    session: Any, round_: Round, carys: Account
) -> None:
    award = make_awards(session, round_)[0]
    with pytest.raises(AwardRefused):
        decide_freed(award, "kept", "Just so", None, at=clock.now(), by=carys.id)
