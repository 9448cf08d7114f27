"""Pabulib files: read without loss, refused with the line where they break."""

import io
from pathlib import Path

import pytest

from engage.tally.election import Limits
from engage.tally.greedy import greedy
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


def test_line_ends_of_windows_are_read() -> None:
    assert read(FILE.replace("Lunch\n", "Lunch ").replace("\n", "\r\n")).meta["house_key"] == "kept"


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
    "a null byte": (FILE.replace("Bike", "Bi\x00ke"), 13, "null byte"),
}


@pytest.mark.parametrize(("text", "line", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(PabulibRefused) as refused:
        read(text)
    assert refused.value.line == line
    assert words in str(refused.value)
    assert str(refused.value).startswith(f"Line {line}: ")


def test_another_encoding_is_refused_with_its_line() -> None:
    with pytest.raises(PabulibRefused, match="Line 13: it is not UTF-8 text"):
        read_pabulib(io.BytesIO(FILE.replace("Bike", "Bíke").encode("latin-1")))


class Endless(io.RawIOBase):
    """Rubbish without a line end, that tells how much of it was read."""

    taken = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size > 0, "an unbounded read"
        self.taken += size
        return b"x" * size


def test_endless_rubbish_is_refused_after_one_bounded_read() -> None:
    rubbish = Endless()
    with pytest.raises(PabulibRefused, match="Line 1: it is longer than"):
        read_pabulib(rubbish)
    assert rubbish.taken <= 1_000_001


def test_votes_outside_the_limits_are_listed_by_line() -> None:
    file = read(FILE.replace("max_length;2", "max_length;1").replace("v3;p2", "v3;p2,p2"))
    assert file.breaches() == [
        (19, "Choose 1 project or fewer"),
        (20, "Choose each project once"),
        (20, "Choose 1 project or fewer"),
    ]


def test_a_choose_one_ballot_holds_one_choice_without_saying_so() -> None:
    text = FILE.replace("approval", "choose-1").replace("max_length;2\n", "")
    assert read(text).limits.max_choices == 1


# Real files -------------------------------------------------------------------------------------

OFFICIAL = [
    "poland_warszawa_2024_bemowo.pb",
    "Poland_Gdynia_2022_Kamienna_Gora__small.pb",
    "Poland_Gdynia_2023_Wielki_Kack__large.pb",
    "Poland_Warszawa_2018_Pole_Mokotowskie.pb",
    "Poland_Warszawa_2024_Wawer.pb",
    "Poland_Warszawa_2024_Wesola.pb",
    "Poland_Poznan_2025_8_-_Chartowo_Rataje_Zegrze__small.pb",
]


@pytest.mark.requirement("R76")
@pytest.mark.parametrize("name", OFFICIAL)
def test_a_real_election_gives_its_official_winners(shared_data: Path, name: str) -> None:
    with (shared_data / "pabulib" / name).open("rb") as stream:
        file = read_pabulib(stream)
    count = greedy(file.election())
    assert set(count.winners) == file.official_winners
    assert {d.project: d.votes for d in count.decisions} == {
        project: int(votes) for project, votes in file.column("votes").items()
    }


def test_every_real_vote_of_bemowo_keeps_to_the_limits(shared_data: Path) -> None:
    with (shared_data / "pabulib" / OFFICIAL[0]).open("rb") as stream:
        file = read_pabulib(stream)
    assert len(file.votes) == 5951
    assert file.limits.max_choices == 15
    assert file.breaches() == []


def test_every_small_real_file_is_read_and_written_without_loss(shared_data: Path) -> None:
    for path in sorted((shared_data / "pabulib").glob("*.pb")):
        if path.stat().st_size > 500_000:
            continue
        with path.open("rb") as stream:
            file = read_pabulib(stream)
        out = io.StringIO()
        write_pabulib(file, out)
        assert read(out.getvalue()) == file, path.name
