"""The plain rules of acts that need two people, and of voters to look at."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engage.budgeting.rules.approvals import (
    REMOVAL_WORDS,
    ApprovalRefused,
    check_decider,
    check_extension,
    check_listing,
    check_removal,
    in_order,
    told_by_reason,
)
from engage.budgeting.rules.ballots import NO_SEAL, SealFacts, seal_hash, seal_root
from engage.budgeting.rules.bundle import pack
from engage.budgeting.rules.changes import Changes, changes_fault, plain_changes, read_changes
from engage.budgeting.rules.plausibility import Marked, doubts, marks_of
from engage.budgeting.rules.stages import Move, Situation, blockers
from tests.makers.bundles import faults, forged, json_with, make_members

pytestmark = pytest.mark.requirement("R76")
CLOSES = datetime(2026, 3, 29, 22, 59, tzinfo=UTC)
HOUR, DAY, KEY = timedelta(hours=1), date(2026, 3, 20), b"k" * 32


@pytest.mark.parametrize(
    ("stage", "until", "at", "words"),
    [
        ("voting", CLOSES + HOUR, CLOSES - HOUR, ""),
        ("voting", CLOSES, CLOSES - HOUR, "never shortened"),
        ("voting", CLOSES - HOUR, CLOSES - 2 * HOUR, "never shortened"),
        ("voting", CLOSES + HOUR, CLOSES, "only until it closes"),
        ("closed", CLOSES + HOUR, CLOSES - HOUR, "only until it closes"),
        ("screening", CLOSES + HOUR, CLOSES - HOUR, "only until it closes"),
    ],
)
def test_voting_is_prolonged_while_it_is_open_and_only_to_a_later_time(stage, until, at, words):
    if not words:
        check_extension(stage, CLOSES, until, at)
        return
    with pytest.raises(ApprovalRefused, match=words):
        check_extension(stage, CLOSES, until, at)


@pytest.mark.parametrize("stage", ["preparing", "proposals", "screening", "voting", "declared"])
def test_votes_are_removed_after_the_close_and_before_the_result_only(stage):
    check_removal("closed", is_counted=False)
    with pytest.raises(ApprovalRefused):
        check_removal(stage, is_counted=False)


def test_nobody_is_listed_or_removed_once_the_votes_are_counted():
    check_listing("closed", is_counted=False)
    for check in (check_listing, check_removal):
        with pytest.raises(ApprovalRefused, match="two counts would show"):
            check("closed", is_counted=True)


@pytest.mark.parametrize(
    ("outcome", "by", "words"),
    [
        ("waiting", 1, "somebody else must agree"),
        ("agreed", 2, "decided this already"),
        ("withdrawn", 2, "decided this already"),
    ],
)
def test_a_request_is_decided_once_and_by_another_person(outcome, by, words):
    with pytest.raises(ApprovalRefused, match=words):
        check_decider(outcome, 1, by)


@pytest.mark.requirement("R74")
@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({}, {}),
        ({"twice": 5, "ineligible": 7}, {"ineligible": 7, "twice": 5}),
        ({"twice": 4}, None),
        ({"twice": 40, "asked": 1}, None),
    ],
)
def test_a_reason_for_a_removal_is_told_where_it_concerns_five_or_more(counts, told):
    assert told_by_reason(counts) == told
    assert set(told or {}) <= set(REMOVAL_WORDS)


def test_the_same_lines_have_one_name_in_whatever_order():
    assert in_order(["b", "a"]) == in_order(["a", "b"]) != in_order(["ab"])


# Who is looked at --------------------------------------------------------------------------------


def marked(number: int, source: str, postcode: str, day: date = DAY) -> Marked:
    marks = marks_of(KEY, 7, source, postcode, day)
    return Marked(bytes([number]) * 16, marks.source, marks.home)


def found(voters: list[Marked], source: int = 3, home: int = 3) -> list[tuple[int, str]]:
    return [
        (doubt.uid[0], doubt.reason)
        for doubt in doubts(voters, from_one_source=source, at_one_postcode=home)
    ]


def test_as_many_as_the_setting_are_passed_over_and_one_more_lists_all_of_them():
    library = [marked(n, "192.0.2.1", f"AB10{n}AB") for n in range(4)]
    assert found(library[:3]) == []
    assert found(library) == [(n, "source") for n in range(4)]


def test_one_connection_on_two_days_is_two_groups():
    voters = [marked(n, "192.0.2.1", f"AB10{n}", date(2026, 3, 20 + n % 2)) for n in range(6)]
    assert found(voters) == []


def test_one_postcode_counts_over_the_whole_round():
    voters = [marked(n, f"192.0.2.{n}", "AB101AB", date(2026, 3, 20 + n)) for n in range(4)]
    assert found(voters) == [(n, "postcode") for n in range(4)]


def test_somebody_may_be_found_for_both_and_who_has_no_mark_is_not_found():
    voters = [marked(n, "192.0.2.1", "AB101AB") for n in range(4)]
    assert len(found(voters)) == 8
    assert found([Marked(bytes([n]) * 16, None, None) for n in range(9)]) == []


def test_the_order_of_the_list_is_that_of_random_numbers_and_not_of_arrival():
    voters = [marked(n, "192.0.2.1", f"AB10{n}") for n in (9, 2, 7, 4)]
    assert found(voters) == [(2, "source"), (4, "source"), (7, "source"), (9, "source")]


def test_marks_say_nothing_without_the_key_and_differ_between_rounds():
    here, there = (marks_of(KEY, n, "192.0.2.1", "AB101AB", DAY) for n in (7, 8))
    other = marks_of(b"o" * 32, 7, "192.0.2.1", "AB101AB", DAY)
    assert len({here.source, there.source, other.source, here.home, there.home, other.home}) == 6


# What stands in the way --------------------------------------------------------------------------


def situation(**told: Any) -> Situation:
    usual = Situation("closed", CLOSES, CLOSES, CLOSES, 0, 3, 1, counted=True)
    return replace(usual, **told)


@pytest.mark.parametrize(
    ("move", "told", "words"),
    [
        (Move.COUNT, {}, []),
        (Move.COUNT, {"in_review": 2}, ["Decide about every voter on the list to check first"]),
        (Move.DECLARE, {}, []),
        (Move.DECLARE, {"in_review": 1}, ["Decide about every voter"]),
        (Move.DECLARE, {"asked": True}, ["A second person must look at the count and agree"]),
    ],
)
def test_nothing_is_counted_or_confirmed_while_a_voter_is_to_check(move, told, words):
    in_the_way = blockers(move, situation(**told))
    assert len(in_the_way) == len(words)
    assert all(line.startswith(start) for line, start in zip(in_the_way, words, strict=True))


# What the bundle says ----------------------------------------------------------------------------

LEAVES = [bytes([n]) * 32 for n in range(1, 6)]


def chain(*steps: tuple[str, list[bytes]]) -> list[tuple[SealFacts, str]]:
    seals: list[tuple[SealFacts, str]] = []
    for n, (reason, leaves) in enumerate(steps, start=1):
        prev = seals[-1][1] if seals else NO_SEAL
        facts = SealFacts(7, n, CLOSES, len(leaves), seal_root(leaves), prev, reason)
        seals.append((facts, seal_hash(facts)))
    return seals


def removals() -> Changes:
    """Five votes at the close; one is removed, then two more."""
    return Changes(
        removed=[(2, LEAVES[0]), (3, LEAVES[1]), (3, LEAVES[2])],
        by_reason=None,
        seals=chain(("closed", LEAVES), ("removal", LEAVES[1:]), ("removal", LEAVES[3:])),
    )


def fault(changes: Changes, leaves: list[bytes]) -> str:
    return changes_fault(changes, leaves, changes.seals[-1][1] if changes.seals else "none")


def test_from_the_counted_votes_and_the_removed_ones_everybody_comes_to_those_at_the_close():
    assert fault(removals(), LEAVES[3:]) == ""


@pytest.mark.parametrize(
    ("change", "leaves", "words"),
    [
        ({"removed": [(2, LEAVES[0]), (3, LEAVES[1])]}, LEAVES[3:], "stood at seal 2"),
        ({"removed": []}, LEAVES[3:], "stood at seal 2"),
        ({"removed": [(9, LEAVES[0])]}, LEAVES[3:], "belongs to no seal"),
        ({}, LEAVES[2:], "stood at seal 3"),
        ({"by_reason": {"twice": 2}}, LEAVES[3:], "not as many"),
        ({"seals": chain(("closed", LEAVES))[:0]}, LEAVES[3:], "The last seal"),
        ({"seals": removals().seals[::2]}, LEAVES[3:], "does not follow"),
    ],
)
def test_whoever_hides_a_removal_is_found(change, leaves, words):
    assert words in fault(replace(removals(), **change), list(leaves))


def test_a_seal_that_was_changed_is_found():
    (facts, digest), *rest = removals().seals
    forged_seals = [(replace(facts, ballots=6), digest), *rest]
    assert "own hash" in fault(replace(removals(), seals=forged_seals), LEAVES[3:])


def test_what_is_written_is_read_again():
    changes = replace(
        removals(), extensions=[("a", "b", "The site was down")], by_reason={"asked": 3}
    )
    assert plain_changes(read_changes(plain_changes(changes))) == plain_changes(changes)


def test_a_bundle_that_hides_its_removals_is_found():
    content = pack(make_members())

    def pretend(held):
        held["removed"]["by_reason"] = {"twice": 5}

    assert "not as many" in faults(forged(content, ("changes.json", json_with(pretend))))[0]
