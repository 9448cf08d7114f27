"""Loading a list of people who may vote, and being let in by it."""

import io

import pytest
import sqlalchemy as sa

from engage import clock
from engage.accounts.models import FailedTry
from engage.audit.models import AuditEvent
from engage.budgeting.actions.lists import (
    ListRefused,
    ListTriesRefused,
    empty_list,
    find_listed,
    load_list,
)
from engage.budgeting.actions.ways import use_identity, voter_known_by
from engage.budgeting.models import ListedVoter, Voter, VoterIdentity
from engage.budgeting.rules.ballots import KeysRefused, NotEligibleRefused
from engage.budgeting.rules.lists import FactRefused
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.ways import NotUsedRefused
from engage.extensions import db
from engage.places.rules import ImportRefused, Placing
from tests.budgeting.test_voting_together import together
from tests.budgeting.test_ways_rules import CARD
from tests.makers.budgeting import make_round
from tests.makers.voting import let_voting_end

HEAD = b"Young Scot card number,Date of birth\n"
TWO = HEAD + b"6335,27/03/2010\n77,02/01/2009\n"
AISHA = ("06335", "27 March 2010")


@pytest.fixture
def round_(session):
    return make_round(session, ways="list")


def load(round_, data=TWO, facts=CARD):
    done = load_list(round_, facts, data, at=clock.now(), by=1, role="officer")
    db.session.commit()
    return done


def find(round_, typed=AISHA, source="192.0.2.1", **how):
    return find_listed(round_, CARD, typed, source, at=clock.now(), **how)


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_only_keyed_hashes_are_kept_and_the_trail_has_the_number(round_):
    assert load(round_) == (2, 0)
    rows = db.session.scalars(sa.select(ListedVoter)).all()
    assert {len(row.facts_key) for row in rows} == {32}
    for table in db.metadata.sorted_tables:
        kept = str(db.session.execute(sa.select(table)).all())
        assert "6335" not in kept
        assert "2010-03-27" not in kept
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "list.loaded"))
    assert event.one().detail == '{"people":2,"were_there":0}'


def test_a_longer_list_adds_who_is_new(round_):
    load(round_)
    assert load(round_, TWO + b"78,02/01/2009\n") == (1, 2)
    assert count(ListedVoter) == 3


@pytest.mark.parametrize(
    ("lines", "line"),
    [(b"78,1/1/2009\n6335,28/03/2010\n", 3), (b"78,1/1/2009\n79,x\n", 3)],
)
def test_a_bad_file_changes_nothing(round_, lines, line):
    load(round_)
    with pytest.raises(ImportRefused) as refused:
        load(round_, HEAD + lines)
    db.session.rollback()
    assert [fault.line for fault in refused.value.faults] == [line]
    assert count(ListedVoter) == 2


def test_a_list_asks_for_the_same_facts_until_it_is_empty(session):
    round_ = make_round(session, "screening", ways="list")
    load(round_)
    other = type(CARD)(CARD.first, type(CARD.second)("Born", "date"))
    with pytest.raises(RoundRefused, match="Empty it first"):
        load(round_, TWO.replace(b"Date of birth", b"Born"), other)
    session.rollback()
    assert empty_list(round_, at=clock.now(), by=1, role="officer") == 2
    assert load(round_, TWO.replace(b"Date of birth", b"Born"), other) == (2, 0)


def test_nobody_is_taken_off_once_the_ballot_is_settled(round_):
    load(round_)
    with pytest.raises(RoundRefused):
        empty_list(round_, at=clock.now(), by=1, role="officer")


def test_a_round_without_a_list_takes_none_and_neither_does_one_that_is_over(session, round_):
    with pytest.raises(NotUsedRefused):
        load(make_round(session, title="Torry decides"))
    let_voting_end(round_)
    with pytest.raises(RoundRefused):
        load(round_)


def test_two_facts_open_the_vote_however_they_are_spelled(round_):
    load(round_)
    assert find(round_) == find(round_, ("6335", "2010-03-27"))


@pytest.mark.parametrize(
    "typed",
    [("6335", "28 3 2010"), ("77", "27 3 2010"), ("99", "1 1 2000"), ("27", "6 3 2035")],
)
def test_facts_that_are_not_of_one_person_are_told_the_same(round_, typed):
    load(round_)
    with pytest.raises(ListRefused, match="We do not find these two"):
        find(round_, typed)
    assert count(FailedTry) == 2


def test_a_slip_in_the_shape_is_no_try(round_):
    load(round_)
    with pytest.raises(FactRefused):
        find(round_, ("6335", "31 2 2010"))
    assert count(FailedTry) == 0


def test_guessing_a_date_of_birth_is_stopped_before_anything_is_hashed(round_, monkeypatch):
    load(round_)
    for day in range(5):
        with pytest.raises(ListRefused):
            find(round_, ("6335", f"{day + 1} 3 2010"), "192.0.2.66")

    def hashed(*args):
        raise AssertionError("the facts were hashed")

    monkeypatch.setattr("engage.budgeting.actions.lists.facts_key", hashed)
    with pytest.raises(ListTriesRefused):
        find(round_, AISHA, "192.0.2.66")


def test_guessing_from_many_places_is_stopped_and_an_officer_lets_the_person_in(round_):
    load(round_)
    for n in range(20):
        with pytest.raises(ListRefused):
            find(round_, ("6335", f"{n + 1} 4 2010"), f"192.0.2.{n}")
    with pytest.raises(ListTriesRefused):
        find(round_, AISHA, "198.51.100.1")
    assert find(round_, AISHA, "officer 1", kind="deskfact")


def test_guessing_at_one_person_after_the_other_is_stopped(round_):
    load(round_)
    for n in range(10):
        with pytest.raises(ListRefused):
            find(round_, (str(100 + n), "1 1 2010"), "192.0.2.66")
    with pytest.raises(ListTriesRefused):
        find(round_, AISHA, "192.0.2.66")
    assert find(round_, AISHA)


def test_a_list_opens_nothing_with_the_keys_of_another_server(round_, tmp_path):
    load(round_)
    (tmp_path / "keys" / "identity.key").write_text("ab" * 32)
    with pytest.raises(KeysRefused):
        find(round_)


def test_somebody_on_the_list_is_one_voter_however_many_come_at_once(app, round_):
    load(round_)
    identity, round_id = find(round_), round_.id

    def act(n):
        uid = use_identity(round_id, identity, Placing("not_given"), at=clock.now())
        db.session.commit()
        return uid

    db.session.commit()
    assert len(set(together(app, 8, act))) == 1
    assert count(Voter) == count(VoterIdentity) == 1


def test_somebody_who_was_excluded_is_not_let_in_by_the_list(round_):
    load(round_)
    identity = find(round_)
    assert voter_known_by(round_, identity) is None
    use_identity(round_.id, identity, Placing("not_given"), at=clock.now())
    db.session.execute(sa.update(Voter).values(status="excluded"))
    with pytest.raises(NotEligibleRefused):
        voter_known_by(round_, identity)


# Pages -------------------------------------------------------------------------------------------


def upload(site, round_, data=TWO, status=200):
    path = f"/desk/rounds/{round_.engagement.slug}/list/"
    typed = {
        "first_words": "Young Scot card number",
        "first_kind": "number",
        "second_words": "Date of birth",
        "second_kind": "date",
        "file": (io.BytesIO(data), "list.csv"),
    }
    return site.send(path, typed, status=status)


def test_an_officer_loads_a_list(round_, carys, as_person):
    page = upload(as_person(carys), round_)
    assert "2 people are added" in page.text
    assert page.select_one(".engage-facts dd").text == "2"
    assert not page.select("form[action$=empty\\/]"), "voting is open: nobody is taken off"


def test_a_bad_file_is_shown_with_its_lines_and_keeps_what_was_typed(round_, carys, as_person):
    page = upload(as_person(carys), round_, HEAD + b"x,1/1/2010\n", 422)
    assert "Line 2:" in page.text
    assert page.select_one("#first_words")["value"] == "Young Scot card number"
    assert count(ListedVoter) == 0


def test_an_officer_empties_a_list_before_voting(session, carys, as_person):
    round_ = make_round(session, "screening", ways="list")
    site = as_person(carys)
    upload(site, round_)
    path = f"/desk/rounds/{round_.engagement.slug}/list/"
    page = site.send(path, form=f"{path}empty/")
    assert "2 people are off the list" in page.text
    assert count(ListedVoter) == 0


def test_one_fact_is_not_asked_twice(round_, carys, as_person):
    path = f"/desk/rounds/{round_.engagement.slug}/list/"
    typed = {"first_words": "Card", "second_words": "card", "file": (io.BytesIO(TWO), "list.csv")}
    page = as_person(carys).send(path, typed, status=422)
    assert "Ask for two different facts" in page.text


def test_an_outsider_and_an_auditor_load_nothing(round_, dev, audrey, as_person):
    path = f"/desk/rounds/{round_.engagement.slug}/list/"
    for person in (dev, audrey):
        for end in ("", "empty/"):
            assert as_person(person).client.post(path + end).status_code == 403


def test_a_voter_is_let_in_by_two_facts_and_votes_once(site, round_):
    load(round_)
    path = f"/rounds/{round_.engagement.slug}"
    page = site.open(f"{path}/vote/")
    assert "Young Scot" not in page.text
    page = site.send(f"{path}/vote/list/", {"first": AISHA[0], "second": AISHA[1]})
    assert page.h1.text == "Where you live"
    page = site.send_on(page, path, {"postcode": "AB99 9ZZ", "may_vote": "y"})
    assert page.h1.text == "Choose projects"
    again = site.send(f"{path}/vote/list/", {"first": AISHA[0], "second": AISHA[1]})
    assert again.h1.text == "Choose projects", "the postcode is asked once"
    assert count(Voter) == 1


def test_wrong_and_unknown_facts_give_the_same_page(site, round_):
    load(round_)
    path = f"/rounds/{round_.engagement.slug}/vote/list/"
    told = []
    for first in ("6335", "12"):
        page = site.send(path, {"first": first, "second": "1 1 2001"}, status=422)
        told.append(page.select_one(".ds_error-summary").text)
    assert told[0] == told[1]


def test_facts_are_asked_for_in_their_shape(site, round_):
    load(round_)
    path = f"/rounds/{round_.engagement.slug}/vote/list/"
    page = site.send(path, {"first": "", "second": "soon"}, status=422)
    assert "Enter this: Young Scot card number" in page.text
    assert "Enter a date, like 27 3 2010" in page.text
    assert page.select_one("#second")["value"] == "soon"


def test_a_round_without_its_list_yet_lets_nobody_in(site, round_):
    site.open(f"/rounds/{round_.engagement.slug}/vote/list/", 404)
