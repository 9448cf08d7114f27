"""A vote goes into the ballot box once, can be changed by the rules, and names nobody."""

import pytest
import sqlalchemy as sa

from engage.budgeting.models import Ballot
from engage.budgeting.rules.ballots import (
    ChangedRefused,
    ChoicesRefused,
    ClosedRefused,
    KeysRefused,
    NotEligibleRefused,
    VotedRefused,
    canonical_choices,
)
from engage.extensions import db
from tests.makers.budgeting import make_round
from tests.makers.voting import cast, let_voting_end, make_voter


@pytest.fixture
def round_(session):
    return make_round(session)


def ballots():
    return list(db.session.scalars(sa.select(Ballot)))


@pytest.mark.requirement("R76")
def test_a_vote_stands_in_the_box_once(round_):
    aisha = make_voter(round_)
    standing = cast(round_, aisha, round_.projects[:2])
    (ballot,) = ballots()
    assert ballot.version == standing.version == 1
    assert ballot.leaf == standing.leaf
    assert ballot.choices == canonical_choices(p.id for p in round_.projects[:2])
    assert aisha.uid not in (ballot.ballot_key, ballot.leaf, ballot.salt)


def test_voting_again_replaces_the_vote(round_):
    aisha = make_voter(round_)
    first = cast(round_, aisha, round_.projects[:1])
    second = cast(round_, aisha, round_.projects[1:2])
    (ballot,) = ballots()
    assert (ballot.version, second.version) == (2, 2)
    assert first.leaf != second.leaf
    assert ballot.choices == canonical_choices([round_.projects[1].id])


def test_two_voters_have_two_ballots(round_):
    cast(round_, make_voter(round_), round_.projects[:1])
    cast(round_, make_voter(round_), round_.projects[:1])
    assert len(ballots()) == 2


def test_a_vote_sent_twice_is_written_once(round_):
    aisha = make_voter(round_)
    first = cast(round_, aisha, round_.projects[:1], submission_id="the same", base_version=0)
    again = cast(round_, aisha, round_.projects[:1], submission_id="the same", base_version=0)
    assert again == first
    assert len(ballots()) == 1


def test_a_page_that_did_not_know_of_a_vote_replaces_none(round_):
    aisha = make_voter(round_)
    cast(round_, aisha, round_.projects[:1])
    with pytest.raises(ChangedRefused, match="another page"):
        cast(round_, aisha, round_.projects[1:2], base_version=0)
    assert ballots()[0].version == 1


def test_a_page_of_another_ballot_paper_is_refused(round_):
    with pytest.raises(ChangedRefused, match="not the one we vote on"):
        cast(round_, make_voter(round_), round_.projects[:1], ballot_hash="0" * 64)


def test_a_round_may_allow_no_change(session):
    round_ = make_round(session, allow_change=False)
    aisha = make_voter(round_)
    cast(round_, aisha, round_.projects[:1])
    with pytest.raises(VotedRefused):
        cast(round_, aisha, round_.projects[1:2])


def test_a_late_vote_is_refused(round_):
    aisha = make_voter(round_)
    let_voting_end(round_)
    with pytest.raises(ClosedRefused):
        cast(round_, aisha, round_.projects[:1])
    assert ballots() == []


@pytest.mark.parametrize("status", ["excluded", "withdrawn"])
def test_somebody_who_may_not_vote_is_refused(round_, status):
    dev = make_voter(round_, status=status)
    with pytest.raises(NotEligibleRefused):
        cast(round_, dev, round_.projects[:1])


def test_a_voter_nobody_knows_is_refused(round_):
    with pytest.raises(NotEligibleRefused):
        cast(round_, b"nobody known 16b", round_.projects[:1])


def test_too_many_projects_are_refused(round_):
    with pytest.raises(ChoicesRefused, match="Choose 2 projects or fewer"):
        cast(round_, make_voter(round_), round_.projects)


@pytest.mark.parametrize("name", ["round-{id}", "identity", "code"])
def test_without_its_keys_a_round_takes_no_vote(app, tmp_path, round_, name):
    aisha = make_voter(round_)
    (tmp_path / "keys" / f"{name.format(id=round_.id)}.key").unlink()
    with pytest.raises(KeysRefused):
        cast(round_, aisha, round_.projects[:1])
    assert ballots() == []


@pytest.mark.parametrize("name", ["round-{id}", "identity", "code"])
def test_a_wrong_key_gives_no_new_pseudonym(app, tmp_path, round_, name):
    aisha = make_voter(round_)
    cast(round_, aisha, round_.projects[:1])
    (tmp_path / "keys" / f"{name.format(id=round_.id)}.key").write_text("ab" * 32)
    with pytest.raises(KeysRefused):
        cast(round_, aisha, round_.projects[1:2], base_version=0)
    assert len(ballots()) == 1


def test_a_vote_is_changed_whatever_another_round_allows(session, round_):
    make_round(session, title="Torry decides", allow_change=False)
    voter = make_voter(round_)
    cast(round_, voter, round_.projects[:1])
    assert cast(round_, voter, round_.projects[:2]).version == 2
