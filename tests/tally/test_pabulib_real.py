"""Real elections of Pabulib: counted as they were, and read and written without loss."""

import io
from pathlib import Path

import pytest

from engage.tally.election import BallotType
from engage.tally.greedy import greedy
from engage.tally.pabulib import PabulibFile, read_pabulib, write_pabulib

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


def read(path: Path) -> PabulibFile:
    with path.open("rb") as stream:
        return read_pabulib(stream)


def test_every_real_vote_of_bemowo_keeps_to_the_limits(shared_data: Path) -> None:
    file = read(shared_data / "pabulib" / OFFICIAL[0])
    assert len(file.votes) == 5951
    assert file.limits.max_choices == 15
    assert file.breaches() == []


def test_every_real_file_is_read_and_written_without_loss(shared_data: Path) -> None:
    paths = sorted((shared_data / "pabulib").glob("*.pb"))
    kinds = set()
    for path in paths:
        file = read(path)
        out = io.StringIO(newline="")
        write_pabulib(file, out)
        again = read_pabulib(io.BytesIO(out.getvalue().encode()))
        assert again == file, path.name
        assert again.election() == file.election(), path.name
        assert file.miscounts() == [], path.name
        kinds.add(file.ballot_type)
    assert kinds == set(BallotType)
