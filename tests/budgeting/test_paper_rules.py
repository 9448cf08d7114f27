"""How a typed line becomes a paper, where two passes differ, and when papers could matter."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, combinations_with_replacement, product
from random import Random
from typing import Any

import pytest

from engage.budgeting.rules.ballot_types import BallotKind, BallotTerms
from engage.budgeting.rules.paper_account import (
    StationAccount,
    account_fault,
    could_change,
    in_question,
    may_be_told,
    plain_account,
    pooled,
)
from engage.budgeting.rules.papers import (
    LinesRefused,
    PapersRefused,
    Sheet,
    differences,
    final_sheets,
    read_lines,
    read_sheet,
    read_third_look,
    reader,
    spoilt_counts,
    typed_again,
)
from engage.budgeting.rules.results import Fate

#: Projects 1, 2 and 3 on the ballot are 31, 32 and 33 in the database; a vote has one or two.
IDS = {1: 31, 2: 32, 3: 33}
COSTS = dict.fromkeys(IDS.values(), 1000)
READ = reader(IDS, BallotTerms(BallotKind.APPROVAL, 1, 2, 9000), COSTS)
BLANK = Sheet(None, "blank")


@pytest.mark.parametrize(
    ("kind", "typed", "choices"),
    [
        ("spend", "1 2", "[31,32]"),
        ("ranking", "3 1", "[33,31]"),
        ("points", "3:1 1:4", "[[31,4],[33,1]]"),
        ("boost", "3* 1", "[[31,1],[33,2]]"),
    ],
)
def test_each_type_of_ballot_has_its_way_to_be_typed(kind: str, typed: str, choices: str) -> None:
    read = reader(IDS, BallotTerms(BallotKind(kind), 1, 2, 9000, 5, 4), COSTS)
    numbers = {id_: number for number, id_ in IDS.items()}
    assert read_sheet(typed, read) == Sheet(choices)
    assert read_sheet(typed_again(Sheet(choices), numbers, kind), read) == Sheet(choices)


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("approval", "1:2", "Type the numbers of the projects"),
        ("approval", "1*", "Type the numbers of the projects"),
        ("points", "1 2", "each project with its points"),
        ("points", "1:5", "4 points or fewer"),
        ("boost", "1* 2*", "Boost one project only"),
        ("ranking", "1 1", "Choose each project once"),
        ("spend", "1 2", "cost no more than the fund"),
    ],
)
def test_what_a_type_of_ballot_cannot_hold_is_said(kind: str, typed: str, words: str) -> None:
    pot = 1500 if kind == "spend" else 9000
    read = reader(IDS, BallotTerms(BallotKind(kind), 1, 2, pot, 5, 4), COSTS)
    with pytest.raises(PapersRefused, match=words):
        read_sheet(typed, read)


@pytest.mark.parametrize(
    ("kind", "most"), [("approval", 1), ("spend", 1), ("points", 4), ("ranking", 2), ("boost", 2)]
)
def test_one_paper_counts_so_much_for_a_project_at_most(kind: str, most: int) -> None:
    assert BallotTerms(BallotKind(kind), 1, 2, 9000, 5, 4).most_each(7) == most


@pytest.mark.parametrize(
    ("typed", "sheet"),
    [
        ("1", Sheet("[31]")),
        ("3 1", Sheet("[31,33]")),
        (" 2,3 ", Sheet("[32,33]")),
        ("2; 3", Sheet("[32,33]")),
        ("S blank", BLANK),
        ("s b", BLANK),
        ("spoilt many", Sheet(None, "many")),
        ("S, unclear", Sheet(None, "unclear")),
    ],
)
def test_a_line_is_a_paper(typed: str, sheet: Sheet) -> None:
    assert read_sheet(typed, READ) == sheet
    assert read_sheet(typed_again(sheet, {v: k for k, v in IDS.items()}), READ) == sheet


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "If the paper is empty, type S blank"),
        ("4", "There is no project 4 on the ballot"),
        ("1 2 3", "Choose 2 projects or fewer"),
        ("1 1", "Choose each project once"),
        ("-1", "Type the numbers of the projects"),
        ("1.0", "Type the numbers of the projects"),
        ("١", "Type the numbers of the projects"),
        ("123456", "Type the numbers of the projects"),
        ("three", "Type the numbers of the projects"),
        ("S", "After S, type why: blank, many"),
        ("S nonsense", "After S, type why"),
        ("S absent", "After S, type why"),
        ("none", "Type the numbers of the projects"),
    ],
)
def test_a_line_that_no_paper_can_say_is_refused(typed: str, words: str) -> None:
    with pytest.raises(PapersRefused, match=words):
        read_sheet(typed, READ)


def test_every_bad_line_is_told_by_its_number() -> None:
    with pytest.raises(LinesRefused) as refusal:
        read_lines("1\n9\n2 3\n\nS b", READ)
    assert [line for line, _words in refusal.value.faults] == [2, 4]


def test_a_third_look_may_find_that_there_is_no_such_paper() -> None:
    assert read_third_look("None", READ) == Sheet(None, "absent")
    assert read_third_look("2", READ) == Sheet("[32]")


def test_two_passes_differ_where_they_say_different_things_of_a_paper() -> None:
    first = {1: Sheet("[31]"), 2: BLANK, 3: Sheet("[33]"), 4: Sheet("[32]")}
    second = {1: Sheet("[31]"), 2: Sheet(None, "many"), 3: Sheet("[32]")}
    assert differences(first, second, {}) == [2, 3, 4]
    third = {3: Sheet("[33]"), 4: Sheet(None, "absent")}
    assert differences(first, second, third) == [2]
    final = final_sheets(first, third)
    assert list(final) == [1, 2, 3]
    assert spoilt_counts(final) == {"blank": 1}


# The paper account --------------------------------------------------------------------------------


def station(
    issued: int,
    declared: int,
    accepted: int,
    spoilt: int = 0,
    marks: int | None = None,
    **more: Any,
) -> StationAccount:
    papers = accepted + spoilt
    name = more.pop("name", "Library")
    return StationAccount(
        name, issued, declared, accepted, spoilt, papers if marks is None else marks, **more
    )


@pytest.mark.requirement("R76")
@pytest.mark.parametrize(
    ("row", "online", "doubt"),
    [
        pytest.param(station(10, 10, 9, 1), 100, 0, id="adds up"),
        pytest.param(station(12, 10, 9, 1), 100, 2, id="two were taken home"),
        pytest.param(station(10, 10, 9), 100, 1, id="one lay in the box and was not entered"),
        pytest.param(station(10, 10, 11), 100, 1, id="one too many"),
        pytest.param(station(10, 11, 11), 100, 1, id="one that was not given out"),
        pytest.param(station(10, 10, 10, marks=7), 100, 3, id="three were not marked"),
        pytest.param(station(10, 10, 10, marks=7), 1, 1, id="but only one voted online"),
        pytest.param(station(10, 10, 10, marks=0), 0, 0, id="nobody voted online"),
        pytest.param(station(10, 10, 10, marks=12), 100, 2, id="two marked have no paper"),
        pytest.param(station(10, 10, 12, marks=10), 100, 2, id="no paper counts twice"),
    ],
)
def test_how_many_votes_papers_leave_in_doubt(row: StationAccount, online: int, doubt: int) -> None:
    assert in_question([row], online) == doubt
    assert row.adds_up is (row.papers == row.issued == row.declared == row.marks)


def test_what_is_missing_here_does_not_make_up_for_what_is_too_much_there() -> None:
    assert in_question([station(10, 10, 9), station(10, 10, 11)], 0) == 2


def fates(*rows: tuple[int, int, bool]) -> Sequence[Fate]:
    """Projects as (votes, cost, funded)."""
    return [
        Fate(str(n), votes, cost, funded, 0, "", "", "")
        for n, (votes, cost, funded) in enumerate(rows, 1)
    ]


#: 600 to spend: A and B are funded; C would fit if B were not.
CLOSE = fates((12, 300, True), (11, 150, True), (9, 250, False))
#: A takes all that there is; B would fit in its place only.
ALL = fates((20, 600, True), (10, 500, False))


@pytest.mark.requirement("R76")
@pytest.mark.parametrize(
    ("told", "number", "changes"),
    [
        pytest.param(CLOSE, 0, False, id="nothing in doubt"),
        pytest.param(CLOSE, 1, False, id="the gap stays"),
        pytest.param(CLOSE, 2, True, id="the gap closes, and the lot may decide"),
        pytest.param(ALL, 9, False, id="far behind"),
        pytest.param(ALL, 10, True, id="level"),
        pytest.param(
            fates((9, 300, True), (8, 700, False)), 5, False, id="costs more than the pot"
        ),
        pytest.param(
            fates((30, 300, True), (9, 100, True), (8, 250, False)),
            5,
            True,
            id="fits where the weakest winner was",
        ),
        pytest.param(
            fates((30, 400, True), (9, 100, True), (8, 250, False)),
            5,
            False,
            id="passes the weakest winner and still does not fit",
        ),
        pytest.param(fates((5, 300, True)), 4, False, id="nobody else, and one vote is left"),
        pytest.param(fates((5, 300, True)), 5, True, id="nobody else, and no vote may be left"),
        pytest.param(fates((9, 300, True), (0, 100, False)), 1, True, id="the first vote for it"),
    ],
)
def test_when_votes_in_doubt_could_fund_another_project(
    told: Sequence[Fate], number: int, changes: bool
) -> None:
    assert could_change(told, 600, "greedy", number) is changes


def given(
    votes: Sequence[int],
    costs: Sequence[int],
    takes: Sequence[int | None],
    pot: int,
    rule: str,
    least: int,
) -> dict[int, int]:
    """What each winner gets by a rule that goes by votes, counted in the shortest way.

    ``takes`` is the smallest award that each takes, None for only the whole.
    """
    merit = [v / c if rule == "greedy-per-cost" else v for v, c in zip(votes, costs, strict=True)]
    won: dict[int, int] = {}
    order = sorted(range(len(votes)), key=lambda n: (-merit[n], costs[n], n))
    fit = [n for n in order if votes[n] >= least and costs[n] <= pot]
    for n in fit:
        if costs[n] <= pot - sum(won.values()):
            won[n] = costs[n]
        elif rule == "greedy-stop":
            break
    left = pot - sum(won.values())
    for n in fit:
        if n not in won and (takes[n] or left + 1) <= left < costs[n]:
            return won | {n: left}
    return won


@pytest.mark.parametrize("rule", ["greedy", "greedy-stop", "greedy-per-cost"])
def test_where_nothing_could_change_no_two_votes_change_anything(rule: str) -> None:
    """Tried in every way in which two papers can be missing, or be too many, on small ballots."""
    draw, said = Random(5), Counter[bool]()  # noqa: S311 - for examples
    subsets = [s for size in (1, 2, 3) for s in combinations(range(4), size)]
    steps = list(product((1, -1), subsets))
    for _ in range(90):
        votes = [draw.randint(0, 14) for _ in range(4)]
        costs = [draw.randint(1, 6) for _ in range(4)]
        pot, least = draw.randint(4, 12), draw.choice([1, 3])
        takes = [draw.choice([None, 1, 2, 3]) for _ in range(4)]
        won = given(votes, costs, takes, pot, rule, least)
        told = [
            replace(fate, award_pence=None if won.get(n) in (None, costs[n]) else won[n])
            for n, fate in enumerate(fates(*((votes[n], costs[n], n in won) for n in range(4))))
        ]
        smallest = {str(n): take for n, take in enumerate(takes, 1) if take is not None}
        could = could_change(told, pot, rule, 2, threshold=least, smallest=smallest)
        said[could] += 1
        for one, two in combinations_with_replacement(steps, 2):
            after = [
                max(0, v + one[0] * (n in one[1]) + two[0] * (n in two[1]))
                for n, v in enumerate(votes)
            ]
            if not could:
                assert given(after, costs, takes, pot, rule, least) == won, (votes, costs, after)
    assert min(said[True], said[False]) > 5, "both answers were tried"


#: 600 to spend: A is funded, and B gets the 300 that are left, of its 400.
PART = (
    *fates((12, 300, True)),
    replace(*fates((6, 400, True)), project="2", award_pence=300),
    replace(*fates((5, 450, False)), project="3"),
)


@pytest.mark.parametrize(
    ("number", "smallest", "changes"),
    [
        pytest.param(0, {"2": 250, "3": 250}, False, id="nothing in doubt"),
        pytest.param(1, {"2": 250, "3": 250}, True, id="C may come level, and takes as little"),
        pytest.param(2, {"2": 250, "3": 301}, False, id="C does not take so little"),
        pytest.param(2, {"2": 250}, False, id="C takes only the whole"),
        pytest.param(6, {"2": 250}, True, id="no vote may be left for B, or A comes after it"),
    ],
)
def test_when_votes_in_doubt_could_give_what_is_left_to_another(
    number: int, smallest: dict[str, int], changes: bool
) -> None:
    assert could_change(PART, 600, "greedy", number, smallest=smallest) is changes


def test_a_threshold_may_be_missed_or_reached() -> None:
    told = fates((30, 300, True), (10, 100, False))
    assert could_change(told, 600, "greedy", 4, threshold=15) is False
    assert could_change(told, 600, "greedy", 5, threshold=15) is True
    assert could_change(fates((16, 300, True)), 600, "greedy", 2, threshold=15) is True


def test_where_the_count_stops_a_project_that_comes_earlier_may_end_it() -> None:
    """B costs too much and ended the count; C would fit, and comes after it."""
    told = fates((20, 300, True), (12, 500, False), (10, 100, False))
    assert could_change(told, 600, "greedy-stop", 1) is False
    assert could_change(told, 600, "greedy-stop", 2) is True
    assert could_change(told[:2], 600, "greedy-stop", 7) is False
    assert could_change(told[:2], 600, "greedy-stop", 8) is True


def test_for_each_pound_a_cheap_project_is_nearer_than_its_votes() -> None:
    """A has 3 votes for each penny, B 2.5: two votes are 0.03 for A and 0.5 for B."""
    told = fates((180, 60, True), (10, 4, False))
    assert could_change(told, 60, "greedy-per-cost", 1) is False
    assert could_change(told, 60, "greedy-per-cost", 2) is True
    assert could_change(told, 60, "greedy", 2) is False


def test_more_points_on_a_paper_close_a_gap_sooner() -> None:
    assert could_change(CLOSE, 600, "greedy", 1, most_each=2) is True


def test_small_stations_stand_together_in_public() -> None:
    rows = [station(3, 3, 3, name="B"), station(40, 40, 40, name="A"), station(8, 8, 8, name="C")]
    told = pooled(rows)
    assert [(row.station, row.accepted) for row in told] == [("A", 40), ("B, C", 11)]
    assert pooled(rows[1:]) == rows[1:]
    few = [station(3, 4, 3, name="B", explanation="One is lost"), station(4, 4, 4, name="D")]
    (one,) = pooled(few)
    assert (one.station, one.accepted, one.declared) == ("B, D", 7, 8)
    assert one.explanation == "B: One is lost"


@pytest.mark.requirement("R74")
@pytest.mark.parametrize(
    ("online", "accepted", "told"),
    [(0, 12, True), (50, 0, True), (50, 4, False), (4, 50, False), (5, 5, True)],
)
def test_no_numbers_are_told_where_few_voted_in_one_way(
    online: int, accepted: int, told: bool
) -> None:
    assert may_be_told(online, accepted) is told


def account(**changes: Any) -> dict[str, Any]:
    rows = [station(30, 30, 29, 1), station(21, 20, 20, name="Hall", explanation="Taken home")]
    return plain_account(rows, 41, 90, 50) | changes


@pytest.mark.requirement("R76")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"online": 40}, "make the votes that were sealed"),
        ({"ballots": 91}, "make the votes that were sealed"),
        ({"paper": 48, "online": 42}, "The papers of the stations"),
        ({"desk_marks": 49}, "desk marks"),
    ],
)
def test_a_published_account_adds_up_or_says_why_not(changes: dict[str, Any], words: str) -> None:
    fault = account_fault(account(**changes), 90, 50)
    assert words in fault
    assert bool(fault) is bool(words)


def test_a_difference_that_nothing_is_said_of_is_a_fault() -> None:
    told = account()
    told["stations"][1]["explanation"] = ""
    assert "The papers of Hall don't add up" in account_fault(told, 90, 50)
