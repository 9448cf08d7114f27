"""The plain rules of awards and of the evaluation, by tables of values."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.delivery import (
    WAYS,
    AwardMoney,
    AwardRefused,
    AwardStage,
    BankDetails,
    Dates,
    Holder,
    Proposer,
    check_holder,
    check_payment,
    date_faults,
    late,
    next_award_stage,
    next_in_count,
    read_bank_details,
    shown_stage,
)
from engage.budgeting.rules.evaluation import (
    OPEN_FOR,
    QUESTIONS,
    figures,
    may_be_read,
    takes_evaluation,
)
from engage.budgeting.rules.results import Fate, Outcome
from engage.budgeting.rules.sealing import open_details, seal_details

TODAY = date(2026, 11, 22)
DETAILS = BankDetails("Mastrick Community Council", "12-34-56", "00112278")
KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.mark.parametrize(
    ("stage", "awards", "is_evaluated", "shown"),
    [
        ("voting", 0, False, "voting"),
        ("closed", 0, False, "closed"),
        ("declared", 0, False, "declared"),
        ("declared", 2, False, "delivery"),
        ("declared", 2, True, "evaluated"),
        ("declared", 0, True, "evaluated"),
    ],
)
def test_a_round_shows_what_came_after_the_result(
    stage: str, awards: int, is_evaluated: bool, shown: str
) -> None:
    assert shown_stage(stage, awards, is_evaluated=is_evaluated) == shown


@pytest.mark.parametrize("stage", list(AwardStage))
@pytest.mark.parametrize("wanted", list(AwardStage))
def test_an_award_goes_its_ways_and_no_other(stage: AwardStage, wanted: AwardStage) -> None:
    if wanted in WAYS[stage]:
        assert next_award_stage(stage.value, wanted) is wanted
    elif wanted is not AwardStage.OFFERED:
        with pytest.raises(AwardRefused):
            next_award_stage(stage.value, wanted)


PERSON, GROUP, LOOSE = Proposer(None), Proposer(True), Proposer(False)
DAY = date(2020, 1, 1)


@pytest.mark.requirement("R82")
@pytest.mark.parametrize(
    ("holder", "proposer", "field"),
    [
        (Holder("person", "Dev"), PERSON, None),
        (Holder("person", "Aisha", is_under_16=True), PERSON, "holder_kind"),
        (Holder("adult", "Morag", is_under_16=True), PERSON, None),
        (Holder("adult", "", is_under_16=True), PERSON, "holder_name"),
        (Holder("host", "Youth Trust", agreement_on=DAY, is_under_16=True), PERSON, None),
        (Holder("body"), PERSON, "holder_kind"),
        (Holder("body", constitution_on=DAY), GROUP, None),
        (Holder("body"), GROUP, "constitution_on"),
        (Holder("body", constitution_on=TODAY + timedelta(days=1)), GROUP, "constitution_on"),
        (Holder("host", "Youth Trust", agreement_on=DAY), GROUP, None),
        (Holder("host", "Youth Trust"), GROUP, "agreement_on"),
        (Holder("host", "", agreement_on=DAY), GROUP, "holder_name"),
        (Holder("person", "Bryn"), GROUP, "holder_kind"),
        (Holder("body", constitution_on=DAY), LOOSE, "holder_kind"),
        (Holder("host", "Youth Trust", agreement_on=TODAY), LOOSE, None),
        (Holder(""), LOOSE, "holder_kind"),
    ],
)
def test_who_may_hold_the_money(holder: Holder, proposer: Proposer, field: str | None) -> None:
    if field is None:
        check_holder(holder, proposer, TODAY)
        return
    with pytest.raises(AwardRefused) as refused:
        check_holder(holder, proposer, TODAY)
    assert refused.value.about == field


@pytest.mark.parametrize(
    ("sort_code", "number"),
    [("123456", "00112278"), ("12-34-56", "0011 2278"), ("12 34 56", "0011-2278")],
)
def test_bank_details_are_read_however_they_are_spaced(sort_code: str, number: str) -> None:
    assert read_bank_details(DETAILS.account_name, sort_code, number) == DETAILS


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (("", "123456", "00112278"), "account_name"),
        (("A", "12345", "00112278"), "sort_code"),
        (("A", "1234567", "00112278"), "sort_code"),
        (("A", "12345x", "00112278"), "sort_code"),
        (("A", "١٢٣٤٥٦", "00112278"), "sort_code"),
        (("A", "123456", "0011227"), "account_number"),
        (("A", "123456", "001122789"), "account_number"),
        (("A", "123456", ""), "account_number"),
    ],
)
def test_bank_details_of_another_form_are_refused(typed: tuple[str, str, str], field: str) -> None:
    with pytest.raises(AwardRefused) as refused:
        read_bank_details(*typed)
    assert refused.value.about == field


def test_bank_details_do_not_show_when_something_is_logged() -> None:
    assert "00112278" not in repr(DETAILS)
    assert "00112278" not in f"{DETAILS}"


def test_sealed_details_open_with_the_key_and_the_award_and_with_nothing_else() -> None:
    sealed = seal_details(DETAILS, KEY, "award-1")
    assert open_details(sealed, KEY, "award-1") == DETAILS
    assert b"00112278" not in sealed
    assert seal_details(DETAILS, KEY, "award-1") != sealed
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for bytes_, key, award in (
        (sealed, OTHER, "award-1"),
        (sealed, KEY, "award-2"),
        (changed, KEY, "award-1"),
    ):
        with pytest.raises(KeysRefused):
            open_details(bytes_, key, award)


@pytest.mark.parametrize(
    ("kind", "pence", "money", "fits"),
    [
        ("paid", 100, AwardMoney(), True),
        ("paid", 101, AwardMoney(), False),
        ("paid", 40, AwardMoney(60), True),
        ("paid", 41, AwardMoney(60), False),
        ("paid", 60, AwardMoney(100, 60), True),
        ("paid", 0, AwardMoney(), False),
        ("returned", 60, AwardMoney(60), True),
        ("returned", 61, AwardMoney(60), False),
        ("returned", 1, AwardMoney(), False),
    ],
)
def test_no_more_is_paid_than_the_award_and_no_more_returned_than_paid(
    kind: str, pence: int, money: AwardMoney, fits: bool
) -> None:
    if fits:
        check_payment(kind, pence, 100, money)
        return
    with pytest.raises(AwardRefused):
        check_payment(kind, pence, 100, money)


def outcome(rule: str, *fates: tuple[str, int, str]) -> Outcome:
    """An outcome in which each fate is project, pence and why; “fits” is funded."""
    told: list[Any] = [
        Fate(name, 9, pence, why == "fits", 0, why, "", why) for name, pence, why in fates
    ]
    return Outcome(rule, "lot", 0, 0, 0, 9, {}, (), tuple(told), (), "", "", "")


LOSERS = (("a", 50, "fits"), ("b", 40, "too_dear"), ("c", 20, "too_dear"), ("d", 10, "too_dear"))


@pytest.mark.parametrize(
    ("rule", "left", "awarded", "chosen"),
    [
        ("greedy", 40, {"a"}, "b"),
        ("greedy", 39, {"a"}, "c"),
        ("greedy", 39, {"a", "c"}, "d"),
        ("greedy", 9, {"a"}, None),
        ("greedy", 40, {"a", "b", "c", "d"}, None),
        ("greedy-per-cost", 39, {"a"}, "c"),
        ("greedy-stop", 40, {"a"}, "b"),
        ("greedy-stop", 39, {"a"}, None),
        ("equal-shares", 100, {"a"}, None),
    ],
)
def test_freed_money_goes_on_by_the_declared_rule(
    rule: str, left: int, awarded: set[str], chosen: str | None
) -> None:
    assert next_in_count(outcome(rule, *LOSERS), awarded, left, (1, 100)) == chosen


@pytest.mark.parametrize("why", ["no_votes", "below_threshold"])
def test_no_freed_money_goes_to_a_project_without_votes_enough(why: str) -> None:
    assert next_in_count(outcome("greedy", ("a", 10, why)), set(), 100, (1, 100)) is None


@pytest.mark.parametrize("limits", [(11, 100), (1, 9)])
def test_no_freed_money_goes_outside_the_awards(limits: tuple[int, int]) -> None:
    assert next_in_count(outcome("greedy", ("a", 10, "too_dear")), set(), 100, limits) is None


def dates(answer: int = 21, deliver: int = 100, report: int = 120) -> Dates:
    return Dates(*(TODAY + timedelta(days=n) for n in (answer, deliver, report)))


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        (dates(), set()),
        (dates(report=100), set()),
        (dates(answer=0), {"answer_by"}),
        (dates(deliver=21), {"deliver_by"}),
        (dates(report=99), {"report_by"}),
    ],
)
def test_the_dates_of_an_offer_stand_in_order(given: Dates, faults: set[str]) -> None:
    assert set(date_faults(given, TODAY)) == faults


@pytest.mark.parametrize(
    ("stage", "given", "step", "found"),
    [
        ("offered", dates(answer=0), 9, []),
        ("offered", dates(answer=-1), 9, ["answer"]),
        ("accepted", dates(answer=-1), 0, []),
        ("under_way", dates(), -1, ["milestone"]),
        ("under_way", dates(report=0), 9, []),
        ("under_way", dates(report=-1), -1, ["milestone", "report"]),
        ("reported", dates(report=-1), -1, []),
        ("failed", dates(report=-1), -1, []),
    ],
)
def test_what_is_late(stage: str, given: Dates, step: int, found: list[str]) -> None:
    assert late(stage, given, [TODAY + timedelta(days=step)], TODAY) == found


NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAYS = timedelta(days=1)


@pytest.mark.parametrize(
    ("stage", "at", "is_published", "takes"),
    [
        ("screening", NOON, False, False),
        ("voting", NOON - 1 * DAYS, False, False),
        ("voting", NOON, False, True),
        ("closed", NOON + 8 * DAYS, False, True),
        ("declared", NOON + 7 * DAYS + OPEN_FOR, False, False),
        ("declared", NOON + 6 * DAYS + OPEN_FOR, False, True),
        ("declared", NOON + 8 * DAYS, True, False),
    ],
)
def test_when_the_form_takes_answers(
    stage: str, at: datetime, is_published: bool, takes: bool
) -> None:
    closes = NOON + 7 * DAYS
    assert takes_evaluation(stage, NOON, closes, at, is_published=is_published) is takes


@pytest.mark.parametrize(
    ("stage", "may"), [("voting", False), ("closed", True), ("declared", True)]
)
def test_nobody_reads_answers_while_people_vote(stage: str, may: bool) -> None:
    assert may_be_read(stage) is may


def answers(number: int, **given: str) -> list[dict[str, str]]:
    return [{**dict.fromkeys(QUESTIONS, ""), **given} for _ in range(number)]


@pytest.mark.requirement("R74")
def test_small_numbers_of_answers_are_held_back_with_what_would_give_them_away() -> None:
    told = figures([*answers(20, easy="5"), *answers(10, easy="4"), *answers(2, easy="1")])
    easy = next(q for q in told.questions if q.name == "easy")
    shown = {row.value: str(row.count) for row in easy.rows}
    assert shown == {"5": "20", "4": "held back", "3": "0", "2": "0", "1": "fewer than 5"}
    assert (told.forms, easy.answered) == (32, 32)
    assert [row.share for row in easy.rows] == [20 / 32, None, 0, 0, None]


@pytest.mark.requirement("R74")
def test_few_who_left_a_question_open_are_not_worked_out_from_the_others() -> None:
    told = figures([*answers(30, easy="5", fair="5"), *answers(2, fair="5")])
    easy = next(q for q in told.questions if q.name == "easy")
    assert not (isinstance(told.forms, int) and isinstance(easy.answered, int))


def test_of_no_forms_every_count_is_none() -> None:
    told = figures([])
    assert told.forms == 0
    assert {row.share for q in told.questions for row in q.rows} == {None}
