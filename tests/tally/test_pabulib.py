"""Pabulib files: read without loss, refused with the line where they break."""

import io

import pytest

from engage.tally.election import Ballot, BallotType, Limits
from engage.tally.pabulib import PabulibFile, PabulibRefused, read_pabulib, write_pabulib

FILE = """META
key;value
description;"A small one; with ""quotes"" in it"
num_projects;2
num_votes;3
budget;1000
vote_type;approval
rule;greedy
max_length;2
house_key;kept
PROJECTS
project_id;cost;votes;name;selected;our_column
p1;400.5;2;Bike shelter;1;x
p2;600;2;"Lunch
club";0;
VOTES
voter_id;vote;age
v1;p1;14
v2;p1,p2;
v3;p2;40
"""


def read(text: str) -> PabulibFile:
    return read_pabulib(io.BytesIO(text.encode()))


def test_a_file_is_read_with_its_limits_costs_and_votes() -> None:
    file = read(FILE)
    election = file.election()
    assert [(p.id, p.cost, p.name) for p in election.projects] == [
        ("p1", 40_050, "Bike shelter"),
        ("p2", 60_000, "Lunch\nclub"),
    ]
    assert election.pot == 100_000
    assert election.limits == Limits(1, 2, None)
    assert [vote.choices for vote in file.votes] == [("p1",), ("p1", "p2"), ("p2",)]
    assert file.official_winners == {"p1"}


def test_a_vote_knows_its_line_even_after_a_cell_of_two_lines() -> None:
    assert [vote.line for vote in read(FILE).votes] == [18, 19, 20]


def test_reading_writing_and_reading_gives_the_same_with_unknown_keys_and_columns() -> None:
    out = io.StringIO()
    write_pabulib(read(FILE), out)
    assert out.getvalue() == FILE
    assert read(out.getvalue()) == read(FILE)


def test_the_last_line_needs_no_line_end() -> None:
    assert read(FILE.removesuffix("\n")) == read(FILE)


def test_line_ends_of_windows_are_read() -> None:
    assert read(FILE.replace("Lunch\n", "Lunch ").replace("\n", "\r\n")).meta["house_key"] == "kept"


POINTS = (
    FILE.replace("approval", "cumulative")
    .replace("max_length;2", "min_points;1\nmax_points;3\nmin_sum_points;2\nmax_sum_points;4")
    .replace("voter_id;vote;age", "voter_id;vote;points")
    .replace("v1;p1;14\nv2;p1,p2;\nv3;p2;40", "v1;p2,p1;1,3\nv2;p1,p2;3,1\nv3;p2,p1;3,1")
)
RANKED = FILE.replace("approval", "ordinal").replace("v1;p1;", "v1;p2,p1;")


def test_the_same_choices_in_any_order_are_one_ballot() -> None:
    election = read(FILE.replace("v1;p1;", "v1;p2,p1;")).election(("lot",))
    assert election.ballots == (Ballot(("p1", "p2"), 2), Ballot(("p2",), 1))
    assert (election.ballot_type, election.tie) == (BallotType.APPROVAL, ("lot",))


def test_the_order_of_a_ranked_ballot_is_kept() -> None:
    election = read(RANKED).election()
    assert [ballot.choices for ballot in election.ballots] == [("p2", "p1"), ("p1", "p2"), ("p2",)]
    assert election.ballot_type is BallotType.ORDINAL
    assert election.votes == {"p1": 3, "p2": 4}


def test_points_stay_with_the_choices_that_they_were_given_to() -> None:
    file = read(POINTS)
    assert file.election().ballots == (
        Ballot(("p1", "p2"), 2, (3, 1)),
        Ballot(("p1", "p2"), 1, (1, 3)),
    )
    assert [vote.points for vote in file.votes] == [(1, 3), (3, 1), (3, 1)]
    assert file.votes[0].choices == ("p2", "p1")
    assert file.limits == Limits(1, None, None, 1, 3, 2, 4)


def test_points_say_nothing_on_a_ballot_of_another_type() -> None:
    file = read(FILE.replace("vote;age", "vote;points").replace("v1;p1;14", "v1;p1;1,2"))
    assert file.votes[0].points is None
    assert file.election().ballots[0] == Ballot(("p1",), 1)


def test_a_vote_may_be_empty() -> None:
    assert read(FILE.replace("v1;p1", "v1;")).election().ballots[-1] == Ballot((), 1)
    empty = read(POINTS.replace("v1;p2,p1;1,3", "v1;;"))
    assert Ballot((), 1, ()) in empty.election().ballots


def test_threshold_lot_site_and_area_are_read() -> None:
    text = (
        FILE.replace("house_key;kept", "min_project_score_threshold;50")
        .replace("name;selected;our_column", "site;lot;neighborhood;district")
        .replace("Bike shelter;1;x", "the green;2;;North")
        .replace('"Lunch\nclub";0;', ";1;Old Town;South")
        .replace("cost;votes;", "cost;")
        .replace("400.5;2;", "400.5;")
        .replace("600;2;", "600;")
    )
    election = read(text).election()
    assert [(p.site, p.lot, p.area) for p in election.projects] == [
        ("the green", 2, "North"),
        ("", 1, "Old Town"),
    ]
    assert election.threshold == 50


BROKEN = {
    "empty": ("", 1, "META should start here"),
    "no META": (FILE.removeprefix("META\n"), 1, "META should start here"),
    "no PROJECTS": (FILE.split("PROJECTS")[0], 10, "PROJECTS is missing"),
    "no VOTES": (FILE.split("VOTES")[0], 14, "VOTES is missing"),
    "META header": (FILE.replace("key;value", "key;worth", 1), 2, "should start with key;value"),
    "a needed key": (FILE.replace("budget;1000\n", ""), 10, "META lacks budget"),
    "a key twice": (FILE.replace("rule;", "budget;", 1), 8, "“budget” stands twice"),
    "a bad budget": (FILE.replace(";1000", ";1 000"), 6, "budget should be an amount"),
    "a bad number": (FILE.replace("num_votes;3", "num_votes;three"), 5, "whole number"),
    "a huge number": (FILE.replace("num_votes;3", "num_votes;9999999"), 5, "whole number up to"),
    "a negative cost": (FILE.replace(";600;", ";-600;"), 14, "cost should be an amount above 0"),
    "a cost of nothing": (FILE.replace(";600;", ";0;"), 14, "cost should be an amount above 0"),
    "a decimal comma": (FILE.replace("400.5", "400,5"), 13, "cost should be an amount"),
    "part of a penny": (FILE.replace("400.5", "400.555"), 13, "cost should be an amount"),
    "project twice": (FILE.replace("p2;600", "p1;600"), 14, "project “p1” stands twice"),
    "a column twice": (FILE.replace("our_column", "votes"), 12, "two columns have the same name"),
    "too few cells": (FILE.replace("v1;p1;14", "v1;p1"), 18, "2 cells, but its header has 3"),
    "voter twice": (FILE.replace("v2;", "v1;"), 19, "voter “v1” stands twice"),
    "unknown project": (FILE.replace("p1,p2", "p1,p9"), 19, "“p9”, which is no project"),
    "a blank in a list": (FILE.replace("p1,p2", "p1, p2"), 19, "“ p2”, which is no project"),
    "more projects": (FILE.replace("num_projects;2", "num_projects;1"), 14, "here is one more"),
    "fewer projects": (FILE.replace("num_projects;2", "num_projects;3"), 16, "there are 2"),
    "more votes": (FILE.replace("num_votes;3", "num_votes;2"), 20, "here is one more"),
    "fewer votes": (FILE.replace("num_votes;3", "num_votes;4"), 20, "ends after 3"),
    "an empty line": (FILE.replace("VOTES", "\nVOTES"), 16, "it is empty"),
    "an open quotation mark": (FILE.replace('club"', "club"), 14, "quotation marks"),
    "a byte order mark": ("\ufeff" + FILE, 1, "byte order mark"),
    "only a title": ("META\n", 2, "META should start with key;value"),
    "META wider": (FILE.replace("key;value", "key;value;x", 1), 2, "should start with key;value"),
    "a long row of META": (FILE.replace(";1000", ";1000;x"), 6, "3 cells, but its header has 2"),
    "VOTES before PROJECTS": (
        FILE.replace("PROJECTS\n", "VOTES\nvoter_id;vote\nPROJECTS\n"),
        11,
        "VOTES should not start here",
    ),
    "META again": (FILE.replace("VOTES\n", "META\n"), 16, "META should not start here"),
    "PROJECTS again": (FILE + "PROJECTS\n", 21, "PROJECTS should not start here"),
    "PROJECTS at the end": (FILE.split("project_id")[0], 12, "should start with project_id;cost"),
    "VOTES at the end": (FILE.split("voter_id")[0], 17, "should start with voter_id;vote"),
    "another vote_type": (FILE.replace("approval", "scoring"), 7, "vote_type should be one of"),
    "a bad threshold": (
        FILE.replace("house_key;kept", "min_project_score_threshold;5.5"),
        10,
        "min_project_score_threshold should be a whole number",
    ),
    "a bad length": (FILE.replace("max_length;2", "max_length;"), 9, "max_length should be a"),
    "a bad least length": (FILE.replace("max_length;2", "min_length;-1"), 9, "min_length should"),
    "a bad number of points": (POINTS.replace("max_points;3", "max_points;x"), 10, "max_points sh"),
    "a bad sum of points": (POINTS.replace("sum_points;2", "sum_points;١"), 11, "min_sum_points s"),
    "a bad sum of cost": (
        FILE.replace("max_length;2", "max_sum_cost;no"),
        9,
        "max_sum_cost should",
    ),
    "a bad least cost": (FILE.replace("max_length;2", "min_sum_cost;0"), 9, "min_sum_cost should"),
    "a bad lot": (FILE.replace("our_column", "lot"), 13, "the drawn lot should be a whole"),
    "a huge lot": (
        FILE.replace("our_column", "lot").replace("1;x", "1;" + "1" * 5000),
        13,
        "the drawn lot should be a whole",
    ),
    "a project without id": (FILE.replace("p1;400", ";400"), 13, "needs an id without a comma"),
    "an id with a comma": (FILE.replace("p1;400", '"p1,p3";400'), 13, "an id without a comma"),
    "a wide project": (FILE.replace("shelter;1;x", "shelter;1;x;y"), 13, "7 cells, but its header"),
    "a vote's column twice": (FILE.replace("vote;age", "vote;vote"), 17, "the same name"),
    "a wide vote": (FILE.replace("v2;p1,p2;", "v2;p1,p2;;"), 19, "4 cells, but its header has 3"),
    "wide and narrow": (
        FILE.replace("v1;p1;14", "v1;p1").replace("v2;p1,p2;", "v2;p1,p2;;"),
        18,
        "2 cells, but its header has 3",
    ),
    "an empty line in the votes": (FILE.replace("v2;", "\nv2;"), 19, "it is empty"),
    "an empty line in META": (FILE.replace("rule;", "\nrule;"), 8, "it is empty"),
    "an empty line at the end": (FILE + "\n", 21, "it is empty"),
    "a vote of nobody": (FILE.replace("v2;", ";"), 19, "it names no voter"),
    "an open mark in the votes": (FILE.replace("v2;p1,p2;", 'v2;p1,p2;"'), 19, "quotation marks"),
    "a mark too many in the votes": (FILE.replace("p2;40", 'p2;"4"0'), 20, "quotation marks"),
    "an old Mac's line end": (FILE.replace(";14\n", ";14\r"), 18, "a carriage return"),
    "no points": (FILE.replace("approval", "cumulative"), 17, "need a column “points”"),
    "too few points": (
        POINTS.replace("v2;p1,p2;3,1", "v2;p1,p2;3"),
        22,
        "points 1 times, but names 2",
    ),
    "points for nothing": (POINTS.replace("v2;p1,p2", "v2;"), 22, "points 2 times, but names 0"),
    "bad points": (POINTS.replace("v2;p1,p2;3,1", "v2;p1,p2;3,x"), 22, "points should be whole"),
    "negative points": (POINTS.replace("v2;p1,p2;3,1", "v2;p1,p2;-3,1"), 22, "points should be"),
    "unknown, with points": (
        POINTS.replace("v2;p1,p2", "v2;p1,p9"),
        22,
        "“p9”, which is no project",
    ),
    "unknown, ranked": (RANKED.replace("v2;p1,p2", "v2;p1,p9"), 19, "“p9”, which is no project"),
    "a null byte": (FILE.replace("Bike", "Bi\x00ke"), 13, "null byte"),
}


@pytest.mark.parametrize(("text", "line", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(PabulibRefused) as refused:
        read(text)
    assert refused.value.line == line
    assert words in str(refused.value)
    assert str(refused.value).startswith(f"Line {line}: ")


@pytest.mark.parametrize(
    ("bound", "text", "line", "words"),
    [
        ("reading.MOST_KEYS", FILE, 10, "META has more than 7 keys"),
        ("reading.MOST_PROJECTS", FILE.replace("projects;2", "projects;8"), 4, "number up to 7"),
        ("reading.MOST_VOTES", FILE.replace("votes;3", "votes;8"), 5, "number up to 7"),
        ("reading.MOST_CELLS", FILE, 17, "VOTES has more than 7 cells"),
        ("reading.MOST_COLUMNS", FILE.replace("our", "a;b;our"), 12, "more than 7 columns"),
        ("rows.MOST_BYTES", FILE, 1, "the file is longer than 7 bytes"),
        ("rows.MOST_BYTES_IN_LINE", FILE, 2, "it is longer than 7 bytes"),
        ("rows.MOST_IN_ROW", FILE, 2, "its row is too long"),
    ],
)
def test_each_bound_holds(
    monkeypatch: pytest.MonkeyPatch, bound: str, text: str, line: int, words: str
) -> None:
    monkeypatch.setattr(f"engage.tally.pabulib.{bound}", 7)
    with pytest.raises(PabulibRefused, match=words) as refused:
        read(text)
    assert refused.value.line == line


def test_another_encoding_is_refused_with_its_line() -> None:
    with pytest.raises(PabulibRefused, match="Line 13: it is not UTF-8 text"):
        read_pabulib(io.BytesIO(FILE.replace("Bike", "Bíke").encode("latin-1")))


class Endless(io.RawIOBase):
    """A beginning and then the same again and again, that tells how much of it was read."""

    def __init__(self, beginning: bytes, again: bytes) -> None:
        self.text, self.again, self.taken = beginning, again, 0

    def read(self, size: int = -1, /) -> bytes:
        assert size > 0, "an unbounded read"
        self.text += self.again * (1 + size // len(self.again))
        taken, self.text = self.text[:size], self.text[size:]
        self.taken += size
        return taken


def beginning(text: str) -> bytes:
    return FILE.split(text)[0].encode()


@pytest.mark.parametrize(
    ("rubbish", "line", "words", "most"),
    [
        (Endless(b"", b"x"), 1, "it is longer than", 300_000),
        (Endless(FILE.encode(), b"x"), 21, "it is longer than", 300_000),
        (Endless(b"", b"x\n"), 1, "META should start here", 300_000),
        (Endless(beginning("PROJECTS"), b'"'), 11, "it is longer than", 300_000),
        (Endless(beginning("PROJECTS") + b'k;"', b"x\n"), 11, "too long a cell", 600_000),
        (Endless(beginning("PROJECTS"), b'"\n";'), 11, "its row is too long", 1_500_000),
        (Endless(beginning("v1"), b'"\n";'), 18, "its row is too long", 1_500_000),
        (Endless(beginning("v1") + b'v1;"', b"x\n"), 18, "too long a cell", 600_000),
        (Endless(beginning("v1"), b'"' + b";1" * 50_000 + b'"\n'), 18, "1 cells, but", 600_000),
        (Endless(FILE.encode(), b"v9;p1;\n"), 21, "here is one more", 300_000),
        (Endless(FILE.encode(), b'v9;p1;""\n'), 21, "here is one more", 300_000),
    ],
)
def test_endless_rubbish_is_refused_after_bounded_reads(
    rubbish: Endless, line: int, words: str, most: int
) -> None:
    with pytest.raises(PabulibRefused, match=words) as refused:
        read_pabulib(rubbish)
    assert refused.value.line == line
    assert rubbish.taken <= most


def test_a_stream_may_give_little_at_a_time() -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 7))

    assert read_pabulib(Trickle(FILE.encode())) == read(FILE)


def test_votes_are_the_same_with_quotation_marks_and_without() -> None:
    quoted = FILE.replace("v2;p1,p2;", 'v2;"p1,p2";""').replace("v3;p2", 'v3;"p2"')
    assert read(quoted) == read(FILE)
    assert [vote.line for vote in read(FILE.replace("p1;14", 'p1;"1\n4"')).votes] == [18, 20, 21]


def test_votes_outside_the_limits_are_listed_by_line() -> None:
    file = read(FILE.replace("max_length;2", "max_length;1").replace("v3;p2", "v3;p2,p2"))
    assert file.breaches() == [
        (19, "Choose 1 project or fewer"),
        (20, "Choose each project once"),
        (20, "Choose 1 project or fewer"),
    ]


def test_points_and_cost_outside_the_limits_are_listed_by_line() -> None:
    file = read(POINTS.replace("v2;p1,p2;3,1", "v2;p1,p2;0,5"))
    assert file.breaches() == [
        (22, "Give each project at least 1 point"),
        (22, "Give each project 3 points or fewer"),
        (22, "Give 4 points or fewer in all"),
    ]
    dear = read(FILE.replace("max_length;2", "min_sum_cost;401\nmax_sum_cost;600"))
    assert dear.breaches() == [
        (19, "Choose projects that cost 401 or more together"),
        (20, "Choose projects that cost no more than the fund together"),
    ]


def test_projects_whose_declared_votes_differ_from_the_ballots_are_listed_by_line() -> None:
    assert read(FILE).miscounts() == []
    assert read(FILE.replace("400.5;2", "400.5;3").replace("600;2", "600;")).miscounts() == [
        (13, "votes says “3”, but the ballots give 2"),
        (14, "votes says “”, but the ballots give 2"),
    ]
    scored = POINTS.replace("cost;votes", "cost;score").replace("400.5;2", "400.5;7")
    assert read(scored).miscounts() == [(17, "score says “2”, but the ballots give 5")]
    assert read(scored.replace("600;2", "600;5")).miscounts() == []


def test_a_choose_one_ballot_holds_one_choice_without_saying_so() -> None:
    text = FILE.replace("approval", "choose-1").replace("max_length;2\n", "")
    assert read(text).limits.max_choices == 1
