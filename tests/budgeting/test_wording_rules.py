"""Other words and other looks, as plain rules: what a reader sees, and what stays in the form."""

from dataclasses import dataclass

import pytest

from engage.budgeting.rules.looks import Groups, Look, asked_look, groups_of
from engage.budgeting.rules.proposing import Asks, Content, gaps
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.rounds import BallotLine, hash_ballot
from engage.budgeting.rules.wordings import Words, check_themes, ideas_of

FULL = Words("Bench", "A seat", "A place to sit", "You can sit.", "Being", "Suidheachan")
PLAIN = Words("Bench", "A seat")


@pytest.mark.parametrize(
    ("words", "language", "easy", "title", "summary"),
    [
        (FULL, "en_GB", False, ("Bench", ""), ("A seat", "")),
        (FULL, "en_GB", True, ("A place to sit", ""), ("You can sit.", "")),
        (FULL, "gd", False, ("Being", "gd"), ("Suidheachan", "gd")),
        (FULL, "gd", True, ("A place to sit", "en"), ("You can sit.", "en")),
        (PLAIN, "en_GB", True, ("Bench", ""), ("A seat", "")),
        (PLAIN, "gd", False, ("Bench", "en"), ("A seat", "en")),
        (PLAIN, "gd", True, ("Bench", "en"), ("A seat", "en")),
        (Words("Bench", "A seat", gaelic_title="Being"), "gd", False, ("Being", "gd"),
         ("A seat", "en")),
        (Words("Bench", "A seat", gaelic_title="Being"), "gd", True, ("Being", "gd"),
         ("A seat", "en")),
    ],
)  # fmt: skip
def test_a_reader_gets_the_words_they_asked_for_and_their_language_is_said(
    words, language, easy, title, summary
):
    assert words.title_in(language, easy=easy) == title
    assert words.summary_in(language, easy=easy) == summary


@pytest.mark.parametrize(
    ("text", "ideas"),
    [
        ("", []),
        ("One idea", ["One idea"]),
        ("We mend it. It gets lights! Will you come?", 3),
        ("We mend it\nIt gets lights\n\n", ["We mend it", "It gets lights"]),
        ("It costs 2.50 pounds.", ["It costs 2.50 pounds."]),
    ],
)
def test_each_idea_stands_on_its_own(text, ideas):
    found = ideas_of(text)
    assert (len(found) if isinstance(ideas, int) else found) == ideas


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["Food"], "two themes or more"),
        (["Food", "food"], "each theme once"),
        (["Food", "x" * 61], "60 characters"),
        ([str(n) for n in range(13)], "12 themes or fewer"),
    ],
)
def test_themes_that_nobody_can_choose_between_are_refused(names, words):
    with pytest.raises(RoundRefused, match=words):
        check_themes(names)
    check_themes([])
    check_themes(["Food", "x" * 60])


def test_a_proposal_lacks_its_theme_only_where_the_round_has_some():
    def lacks(content, themes):
        return [
            gap.about for gap in gaps(content, Asks(1, 1000, themes=themes)) if gap.about == "theme"
        ]

    assert lacks(Content(), []) == []
    assert lacks(Content(), [1, 2]) == lacks(Content(theme_id=3), [1, 2]) == ["theme"]
    assert lacks(Content(theme_id=2), [1, 2]) == []


# The hash of the ballot ---------------------------------------------------------------------------


#: The hash of this ballot from before there were other words: it never changes.
BEFORE = "c3fcf9dad3a9cecb9db5d86de6615dde775f4344e594eb649fef434dd7d5a311"


def test_only_other_titles_that_are_given_change_the_hash_of_a_ballot():
    plain = hash_ballot("rules", [BallotLine(1, 1, "Bench", 500, 2)])
    assert plain == BEFORE
    again = hash_ballot("rules", [BallotLine(1, 1, "Bench", 500, 2, None, None, None)])
    others = {
        hash_ballot("rules", [BallotLine(1, 1, "Bench", 500, 2, easy_title="A place to sit")]),
        hash_ballot("rules", [BallotLine(1, 1, "Bench", 500, 2, gaelic_title="A place to sit")]),
        hash_ballot("rules", [BallotLine(1, 1, "Bench", 500, 2, gaelic_title="Being")]),
    }
    assert again == plain
    assert len(others) == 3
    assert plain not in others


# Looks --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    place: str = ""
    near: str = ""
    theme: str = ""


FOOD, BIKES, ALL, PIER = (
    Seen("Torry", theme="Food"), Seen("Mastrick", "the school", "Bikes"), Seen(theme="Food"),
    Seen(near="the pier"),
)  # fmt: skip
LISTED = [FOOD, BIKES, ALL, PIER]


def test_there_is_something_to_choose_only_among_several():
    groups = groups_of(LISTED)
    assert groups.places == (("whole", ""), ("other", ""), ("1", "Mastrick"), ("2", "Torry"))
    assert groups.themes == (("1", "Bikes"), ("2", "Food"))
    assert groups_of([Seen("Torry", theme="Food")] * 3) == Groups()
    assert groups_of([]) == Groups()
    assert groups_of([FOOD, ALL]).places == (("whole", ""), ("1", "Torry"))
    assert groups_of([FOOD, PIER]).themes == (("1", "Food"),)


@pytest.mark.parametrize(
    ("look", "shown"),
    [
        (Look(), LISTED),
        (Look(place="2"), [FOOD]),
        (Look(place="whole"), [ALL]),
        (Look(place="other"), [PIER]),
        (Look(theme="2"), [FOOD, ALL]),
        (Look("whole", "2"), [ALL]),
        (Look("1", "2"), []),
    ],
)
def test_a_look_shows_one_place_and_one_theme(look, shown):
    groups = groups_of(LISTED)
    assert [project for project in LISTED if groups.shows(look, project)] == shown


@pytest.mark.parametrize(
    ("sent", "look"),
    [
        ({}, Look()),
        ({"place": "2", "theme": "1"}, Look("2", "1")),
        ({"place": "2", "look": "some"}, Look("2")),
        ({"place": "2", "theme": "1", "easy": "yes", "look": "all"}, Look(easy=True)),
        ({"place": "2", "look": "easy"}, Look("2", easy=True)),
        ({"place": "2", "easy": "yes", "look": "usual"}, Look("2")),
        ({"place": "2", "easy": "yes"}, Look("2", easy=True)),
        ({"place": "9", "theme": "Food", "easy": "1", "look": "rubbish"}, Look()),
    ],
)
def test_what_a_page_cannot_mean_is_passed_over(sent, look):
    assert asked_look(sent, groups_of(LISTED)) == look
