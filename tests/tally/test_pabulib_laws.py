"""Laws of Pabulib files: whatever is valid survives, and whatever is not is refused in words."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.tally.election import Ballot, BallotType
from engage.tally.pabulib import PabulibFile, PabulibRefused, read_pabulib, write_pabulib

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
ID = st.text("abc1234-/ é\"';", min_size=1, max_size=4)


@st.composite
def files(draw: st.DrawFn) -> PabulibFile:
    """Any valid file, with cells that hold separators, quotation marks and line ends."""
    kind = draw(st.sampled_from(BallotType))
    ids = draw(st.lists(ID, min_size=1, max_size=5, unique=True))
    costs = draw(st.lists(st.sampled_from(["1", "1200.5", "0.01"]), min_size=1, max_size=5))
    voters = draw(st.lists(TEXT.filter(bool), max_size=12, unique=True))
    chosen = [draw(st.lists(st.sampled_from(ids), max_size=4)) for _ in voters]
    columns = [tuple(voters), tuple(",".join(choices) for choices in chosen)]
    header = ["voter_id", "vote"]
    if kind is BallotType.CUMULATIVE:
        header.append("points")
        columns.append(tuple(",".join(str(draw(st.integers(0, 9))) for _ in c) for c in chosen))
    header.append("note")
    columns.append(tuple(draw(TEXT) for _ in voters))
    meta = {
        "num_projects": str(len(ids)),
        "num_votes": str(len(voters)),
        "budget": "1000",
        "vote_type": kind.value,
        "rule": "greedy",
    } | draw(st.dictionaries(TEXT.map("x".__add__), TEXT, max_size=3))
    projects = [(id_, costs[n % len(costs)], draw(TEXT)) for n, id_ in enumerate(ids)]
    return PabulibFile(
        meta, ("project_id", "cost", "name"), tuple(projects), tuple(header), tuple(columns)
    )


def written(file: PabulibFile) -> bytes:
    out = io.StringIO(newline="")
    write_pabulib(file, out)
    return out.getvalue().encode()


@given(files())
def test_a_valid_file_is_the_same_when_it_is_written_and_read(file: PabulibFile) -> None:
    text = written(file)
    again = read_pabulib(io.BytesIO(text))
    assert again == file
    assert again.election() == file.election()
    assert written(again) == text


@given(files())
def test_a_vote_stands_on_the_line_that_it_tells(file: PabulibFile) -> None:
    lines = written(file).decode().split("\n")
    for vote in file.votes:
        start = vote.voter_id.replace('"', '""').split("\n")[0]
        assert lines[vote.line - 1].removeprefix('"').startswith(start)


@given(files())
def test_grouping_keeps_every_vote(file: PabulibFile) -> None:
    election = file.election()
    assert election.voters == len(file.votes)
    one_by_one = sum(len(vote.choices) for vote in file.votes)
    assert sum(len(ballot.choices) * ballot.weight for ballot in election.ballots) == one_by_one
    keys = {(ballot.choices, ballot.points) for ballot in election.ballots}
    assert len(keys) == len(election.ballots)


@given(files())
def test_the_order_of_choices_says_something_only_on_ranked_ballots(file: PabulibFile) -> None:
    turned = [",".join(reversed(cell.split(","))) for cell in file.vote_columns[1]]
    points = [",".join(reversed(cell.split(","))) for cell in file.vote_columns[2]]
    columns = (file.vote_columns[0], tuple(turned), tuple(points), *file.vote_columns[3:])
    other = PabulibFile(
        file.meta,
        file.project_header,
        file.projects,
        file.vote_header,
        columns[: len(file.vote_columns)],
    )
    if file.ballot_type is BallotType.ORDINAL:
        expected = {Ballot(b.choices[::-1], b.weight) for b in file.ballots}
        assert set(other.ballots) == expected
    else:
        assert other.ballots == file.ballots


#: What stands in the way of a reader: each is put at some place in a valid file.
SHORT = b'\n|\r|\r\n|"|;|,|\0|\xff|META\n|PROJECTS\n|VOTES\n|-1|1e9|1.5|nan|\xd9\xa1| |'.split(b"|")
LONG = [b"\xef\xbb\xbf", b"9" * 30, b"x" * 140_000, b";" * 300, b"1," * 70_000]
RUBBISH = st.sampled_from(SHORT + LONG)


@given(files(), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), RUBBISH), max_size=4))
def test_a_spoilt_file_is_read_or_refused_and_nothing_else(
    file: PabulibFile, spoils: list[tuple[float, int, bytes]]
) -> None:
    text = written(file)
    for place, gone, rubbish in spoils:
        at = int(place * len(text))
        text = text[:at] + rubbish + text[at + gone :]
    try:
        read = read_pabulib(io.BytesIO(text))
    except PabulibRefused as refusal:
        line = refusal.line
    else:
        line = max(read.vote_lines, default=1)
        assert read_pabulib(io.BytesIO(written(read))).election() == read.election()
        assert {line for line, _ in read.breaches()} <= set(read.vote_lines)
        assert len(read.miscounts()) <= 2 * len(read.projects)
    assert 1 <= line <= text.count(b"\n") + 1


@given(st.binary(max_size=300))
def test_other_bytes_are_refused(rubbish: bytes) -> None:
    with pytest.raises(PabulibRefused):
        read_pabulib(io.BytesIO(rubbish))
