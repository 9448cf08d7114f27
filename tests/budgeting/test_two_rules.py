"""The plain rules of acts that need two people, and of voters to look at."""

from collections.abc import Sequence
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
from engage.budgeting.rules.ballots import NO_SEAL, Bound, SealFacts, seal_hash, seal_root
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


def chain(
    *steps: tuple[str, list[bytes]], bound: Bound | None = None
) -> list[tuple[SealFacts, str]]:
    """Seals in a row; ``bound`` is what is sealed with the last of them."""
    seals: list[tuple[SealFacts, str]] = []
    for n, (reason, leaves) in enumerate(steps, start=1):
        prev = seals[-1][1] if seals else NO_SEAL
        root = seal_root(leaves, bound.at_seal(n) if bound else None)
        facts = SealFacts(7, n, CLOSES, len(leaves), root, prev, reason)
        seals.append((facts, seal_hash(facts)))
    return seals


REMOVED = [(2, LEAVES[0]), (3, LEAVES[1]), (3, LEAVES[2])]
LONGER = [("2026-11-22", "2026-11-29", "The site was down")]


def removals(*, bound: bool = True, papers: Sequence[bytes] = ()) -> Changes:
    """Five votes at the close; one is removed, then two more, then ``papers`` are accepted.

    ``bound`` False: by seals that were made of the votes alone.
    """
    steps = [("closed", LEAVES), ("removal", LEAVES[1:]), ("removal", LEAVES[3:])]
    if papers:
        steps.append(("paper", [*LEAVES[3:], *papers]))
    sealed_with = Bound("ba11", LONGER, REMOVED) if bound else None
    seals = chain(*steps, bound=sealed_with)
    return Changes(LONGER, REMOVED, by_reason=None, seals=seals)


def fault(changes: Changes, leaves: Sequence[bytes], ballot_hash: str = "ba11") -> str:
    last = changes.seals[-1][1] if changes.seals else "none"
    return changes_fault(changes, leaves, last, ballot_hash)


@pytest.mark.parametrize("bound", [True, False])
def test_from_the_counted_votes_and_the_removed_ones_everybody_comes_to_those_at_the_close(bound):
    assert fault(removals(bound=bound), LEAVES[3:]) == ""
    papers = [b"p" * 32, b"q" * 32]
    assert fault(removals(bound=bound, papers=papers), [*LEAVES[3:], *papers]) == ""


def test_after_an_old_copy_came_back_the_votes_are_those_that_were_there_then():
    """The list of removed votes was lost with what it was written to."""
    steps = [("closed", LEAVES), ("removal", LEAVES[1:]), ("recovered", LEAVES[:3])]
    assert fault(Changes(seals=chain(*steps)), LEAVES[:3]) == ""


@pytest.mark.parametrize(
    ("change", "leaves", "words"),
    [
        ({"removed": [(2, LEAVES[0]), (3, LEAVES[1])]}, LEAVES[3:], "Seal 3 in changes.json holds"),
        ({"removed": []}, LEAVES[3:], "holds 4 votes, and the one before it 5, but 0 were removed"),
        ({"removed": [(2, b"x" * 32), *REMOVED[1:]]}, LEAVES[3:], "stood at seal"),
        ({"removed": [(9, LEAVES[0])]}, LEAVES[3:], "belongs to no seal"),
        ({}, LEAVES[2:], "stood at seal 3"),
        ({"by_reason": {"twice": 2}}, LEAVES[3:], "not as many"),
    ],
)
@pytest.mark.parametrize("bound", [True, False])
def test_whoever_hides_a_removal_is_found(change, leaves, words, bound):
    assert words in fault(replace(removals(bound=bound), **change), leaves)


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (slice(0), "The last seal"),
        (slice(None, None, 2), "does not follow"),
        (slice(1, None), "do not begin at the close"),
        (slice(2, None), "do not begin at the close"),
    ],
)
@pytest.mark.parametrize("bound", [True, False])
def test_whoever_leaves_a_seal_out_is_found(kept, words, bound):
    whole = removals(bound=bound)
    cut = replace(whole, seals=whole.seals[kept])
    assert words in fault(cut, LEAVES[3:])


PAPERS = [b"p" * 32, b"q" * 32]
OTHER_FINGERPRINT = [(2, b"x" * 32), *REMOVED[1:]]


@pytest.mark.parametrize(
    ("removed", "bound", "words"),
    [
        ([], True, "but 0 were removed"),
        ([], False, "but 0 were removed"),
        (REMOVED[:2], False, "but 1 were removed"),
        (OTHER_FINGERPRINT, True, "stood at seal 4"),
    ],
)
def test_whoever_hides_a_removal_behind_papers_that_came_later_is_found(removed, bound, words):
    changes = replace(removals(bound=bound, papers=PAPERS), removed=removed)
    assert words in fault(changes, [*LEAVES[3:], *PAPERS])


@pytest.mark.parametrize(
    ("change", "ballot_hash"),
    [
        ({"extensions": []}, "ba11"),
        ({"extensions": [(*LONGER[0][:2], "Few had voted")]}, "ba11"),
        ({"extensions": LONGER * 2}, "ba11"),
        ({}, "ba12"),
    ],
)
def test_a_longer_vote_and_the_ballot_paper_are_sealed_with_the_votes(change, ballot_hash):
    assert "stood at seal 3" in fault(replace(removals(), **change), LEAVES[3:], ballot_hash)


def test_votes_that_came_from_nowhere_are_found():
    steps = [("closed", LEAVES[1:]), ("certified", LEAVES)]
    assert "holds 5 votes, and the one before it 4" in fault(Changes(seals=chain(*steps)), LEAVES)


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
