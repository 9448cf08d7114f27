"""What a proposal lacks, which ones are alike, and what changed: tables of values."""

from dataclasses import replace

import pytest

from engage.budgeting.rules.proposing import (
    Asked,
    Asks,
    Content,
    CostItem,
    check_content,
    gaps,
    money_gaps,
    read_content,
    read_point,
    smallest_of,
    write_content,
)
from engage.budgeting.rules.refusals import ProposalRefused
from engage.budgeting.rules.similar import Text, similar
from engage.budgeting.rules.versions import changes

ASKS = Asks(50_000, 500_000, [Asked(7, "Who looks after it?", "short", True)])
WHOLE = Content(
    title="Bench",
    summary="A bench",
    beneficiaries="Everybody",
    cost_pence=100_000,
    items=(CostItem("Wood", 60_000), CostItem("Work", 40_000)),
    where="place",
    locality_id=3,
    near="the pier",
    latitude=57.1,
    longitude=-2.1,
    takes_less=True,
    smallest_pence=50_000,
    answers=((7, "We do"),),
)


def test_what_is_whole_lacks_nothing_and_comes_back_as_it_was_written() -> None:
    assert gaps(WHOLE, ASKS) == []
    assert read_content(write_content(WHOLE)) == WHOLE
    assert write_content(read_content(write_content(WHOLE))) == write_content(WHOLE)


@pytest.mark.parametrize(
    ("change", "about"),
    [
        ({"title": ""}, "title"),
        ({"summary": ""}, "summary"),
        ({"beneficiaries": ""}, "beneficiaries"),
        ({"cost_pence": None}, "cost_pence"),
        ({"cost_pence": 49_999}, "cost_pence"),
        ({"cost_pence": 500_001}, "cost_pence"),
        ({"items": ()}, "items"),
        ({"items": (CostItem("Wood", 99_999),)}, "items"),
        ({"match_pence": 1}, "match_from"),
        ({"match_pence": 1, "match_from": "Us"}, "match_agreed"),
        ({"takes_less": None}, "takes_less"),
        ({"smallest_pence": None}, "smallest_pence"),
        ({"smallest_pence": 49_999}, "smallest_pence"),
        ({"smallest_pence": 100_000}, "smallest_pence"),
        ({"where": ""}, "where"),
        ({"locality_id": None, "near": ""}, "near"),
        ({"answers": ()}, "answer_7"),
    ],
)
def test_each_gap_is_named_at_its_field(change: dict[str, object], about: str) -> None:
    lacking = replace(WHOLE, **change)  # type: ignore[arg-type]
    assert about in [gap.about for gap in gaps(lacking, ASKS)]
    with pytest.raises(ProposalRefused):
        check_content(lacking, ASKS)


def test_nothing_is_smaller_than_the_smallest_award_of_the_fund() -> None:
    cheap = replace(WHOLE, cost_pence=50_000, items=(CostItem("Wood", 50_000),))
    assert [gap.about for gap in gaps(cheap, ASKS)] == ["takes_less"]
    assert gaps(replace(cheap, takes_less=False), ASKS) == []
    assert smallest_of(replace(cheap, takes_less=False)) is None


def test_what_is_unfinished_may_be_saved_but_not_what_cannot_be() -> None:
    assert money_gaps(Content(), ASKS, complete=False) == []
    half = Content(cost_pence=1, items=(CostItem("Wood", 5),))
    assert [gap.about for gap in money_gaps(half, ASKS, complete=False)] == ["cost_pence"]


@pytest.mark.parametrize(
    ("typed", "point"),
    [
        ("", None),
        ("57.1497, -2.0943", (57.1497, -2.0943)),
        ("57.1497,-2.0943", (57.1497, -2.0943)),
        ("57.149712345 -2.0943", (57.14971, -2.0943)),
        ("57.1° -2.1°", (57.1, -2.1)),
    ],
)
def test_a_point_is_read_as_maps_write_it(typed: str, point: tuple[float, float] | None) -> None:
    assert read_point(typed) == point


@pytest.mark.parametrize(
    "typed", ["here", "57.1", "NaN, NaN", "51.5, -0.1", "-2.09, 57.1", "1e3 2"]
)
def test_what_is_no_point_in_scotland_is_refused(typed: str) -> None:
    with pytest.raises(ProposalRefused):
        read_point(typed)


BENCH = Text(1, "Bench at the pier", "A wooden bench to rest on")
BENCHES = Text(2, "Benches by the harbour", "Two benches where people rest")
CHOIR = Text(3, "Choir for carers", "Singing on Tuesdays in the hall")
LIGHTS = Text(4, "Lights on the path", "Lamps along the river path")


def test_proposals_that_share_rare_words_are_alike_and_others_are_not() -> None:
    [(key, value)] = similar(BENCH, [BENCHES, CHOIR, LIGHTS])
    assert key == 2
    assert 0.15 < value < 1
    assert similar(CHOIR, [BENCH, BENCHES, LIGHTS]) == []
    assert similar(BENCH, []) == similar(Text(0, "", ""), [BENCH]) == []


def test_the_name_of_a_place_and_common_words_make_nothing_alike() -> None:
    cafe = Text(5, "Homework café at the harbour", "A warm room in the hall two evenings a week")
    seat = Text(6, "Harbour seat", "A bench for old people near the hall")
    assert [key for key, _ in similar(cafe, [seat])] == [6]
    assert similar(cafe, [seat], ["Lyle Harbour"]) == []


def test_the_same_words_are_wholly_alike_whatever_their_number_and_order() -> None:
    [(_, value)] = similar(BENCH, [Text(9, "pier bench", "Rest benches wooden")])
    assert value == pytest.approx(1)


def test_three_are_shown_at_most_the_most_alike_first_and_equal_ones_in_their_order() -> None:
    same = [Text(n, BENCH.title, BENCH.words) for n in (8, 7, 6, 5)]
    assert [key for key, _ in similar(BENCH, [*same, BENCHES])] == [5, 6, 7]


def test_a_change_is_told_word_by_word_and_only_where_there_is_one() -> None:
    new = replace(WHOLE, title="A long bench", cost_pence=110_000, takes_less=False, where="whole",
                  locality_id=None, near="", latitude=None, longitude=None, match_pence=5_000,
                  match_from="Us", match_agreed=False)  # fmt: skip
    told = changes((WHOLE, []), (new, ["A view"]), {3: "Harbour"}, {7: "Who?"})
    words = {c.part: [(p.kind, p.text) for p in c.pieces] for c in told}
    assert words == {
        "title": [("removed", "Bench"), ("added", "A long bench")],
        "cost": [("removed", "£1,000"), ("added", "£1,100")],
        "match": [("added", "£50 from Us (not agreed yet)")],
        "smallest": [("removed", "£500")],
        "place": [("removed", "Harbour; near the pier; 57.1, -2.1"[:9] + "the pier; 57.1, -2.1"),
                  ("added", "The whole area")],
        "pictures": [("added", "A view")],
    }  # fmt: skip
    assert changes((WHOLE, ["A"]), (WHOLE, ["A"]), {}, {}) == []
