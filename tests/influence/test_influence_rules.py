"""What a decision must say, how a change is shown, and what contributors read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.influence.rules import (
    InfluenceRefused,
    Point,
    letter,
    marked_change,
    matrix,
    refuse_decision,
    strongest,
)

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        ({"effect": "forgotten"}, "Choose what became of this"),
        ({"effect": "changed", "has_priority": False}, "Choose the priority"),
        ({"effect": "confirmed", "has_priority": False}, "Choose the priority"),
        ({"after": " "}, "Enter the new wording"),
        ({"after": "Mend paths. "}, "Change the wording"),
        ({"decided_on": date(2026, 11, 23)}, "today or earlier"),
    ],
)
def test_a_decision_that_does_not_hold_together_is_refused_in_words(decision, words):
    fine = {
        "effect": "changed",
        "before": "Mend paths.",
        "after": "Light paths.",
        "has_priority": True,
        "decided_on": TODAY,
        "today": TODAY,
    }
    refuse_decision(**fine)
    with pytest.raises(InfluenceRefused, match=words):
        refuse_decision(**{**fine, **decision})


def test_not_taken_up_needs_no_priority():
    refuse_decision(
        "not_taken_up", before="", after="", has_priority=False, decided_on=TODAY, today=TODAY
    )


@pytest.mark.parametrize(
    ("effects", "counts_as"),
    [
        (set(), None),
        ({"not_taken_up"}, "not_taken_up"),
        ({"not_taken_up", "confirmed"}, "confirmed"),
        ({"confirmed", "changed", "not_taken_up"}, "changed"),
    ],
)
def test_a_finding_counts_by_its_strongest_effect(effects, counts_as):
    assert strongest(effects) == counts_as


@pytest.mark.requirement("R46")
def test_a_change_of_wording_is_marked_word_by_word():
    pieces = marked_change("Mend the paths by day.", "Mend and light the paths.")
    assert [(piece.kind, piece.text.strip()) for piece in pieces] == [
        ("same", "Mend"),
        ("added", "and light"),
        ("same", "the"),
        ("removed", "paths by day."),
        ("added", "paths."),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Buses run until 7pm.", "Buses run until 10pm."),
        ("Mend paths.", "Mend paths. Light them."),
        ("Mend paths. Light them.", "Mend paths."),
    ],
)
def test_old_and_new_words_never_run_together(before, after):
    run = "".join(piece.text for piece in marked_change(before, after))
    assert set(run.split()) == {*before.split(), *after.split()}


WORDS = st.lists(st.sampled_from(["mend", "light", "paths", "the", "bus\n"]), max_size=12)


@given(WORDS, WORDS)
def test_the_marked_words_make_up_both_wordings(old, new):
    pieces = marked_change(" ".join(old), " ".join(new))
    kept = {"before": "", "after": ""}
    for piece in pieces:
        if piece.kind != "added":
            kept["before"] += piece.text + " "
        if piece.kind != "removed":
            kept["after"] += piece.text + " "
    assert kept["before"].split() == " ".join(old).split()
    assert kept["after"].split() == " ".join(new).split()


@pytest.mark.requirement("R34")
def test_findings_are_set_out_by_theme_and_by_who_said_them():
    rows = [("Paths", "young carers"), ("Paths", ""), ("Buses", ""), ("Paths", "")]
    assert matrix(rows) == (["", "young carers"], [("Buses", [1, 0]), ("Paths", [2, 1])])


@pytest.mark.requirement("R15")
def test_a_contributor_reads_what_was_said_decided_why_and_what_changed():
    point = Point("Light the paths.", "changed", "Plan, 1. Paths", "We can.", "Mend.", "Light.")
    subject, body = letter("Mastrick plan", [point], "https://example.scot/decisions/x/")
    assert subject == "What we did with what you said: Mastrick plan"
    for words in (
        "You said\nLight the paths.",
        "Because\nWe can.",
        "It was: Mend.",
        "/decisions/x/",
    ):
        assert words in body


def test_what_was_not_taken_up_says_nothing_of_a_change():
    point = Point("A tram.", "not_taken_up", "", "It costs too much.", "", "")
    assert "What changed" not in letter("Plan", [point], "https://example.scot/")[1]
