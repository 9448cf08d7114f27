"""Hourly seals, the record outside, and what happens where the database falls behind it."""

import threading
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from engage import clock
from engage.audit.models import AuditEvent
from engage.budgeting.actions.closing import close_if_due, close_voting
from engage.budgeting.actions.counting import count_round
from engage.budgeting.actions.registering import give_pass
from engage.budgeting.actions.sealing import acknowledge_gap, seal_ballots
from engage.budgeting.anchors import note_seals, record_of
from engage.budgeting.jobs import hand_on_turnout, hourly, note_all_seals, seal_open_rounds
from engage.budgeting.models import Ballot, GapAcknowledged, Scrutineer, Seal
from engage.budgeting.queries.approvals import bound_of
from engage.budgeting.queries.key_work import key_work
from engage.budgeting.queries.records import (
    gap_of,
    is_behind,
    record_state,
    refuse_gap,
    seals_of,
)
from engage.budgeting.queries.voters import leaves_of
from engage.budgeting.rules.ballots import (
    CloseRefused,
    GapRefused,
    RecordRefused,
    seal_hash,
    seal_root,
)
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.seals import RecordDamaged
from engage.extensions import db
from engage.messages.models import Message
from engage.permissions import Role
from tests.conftest import make_account
from tests.makers.budgeting import make_round
from tests.makers.keeping import past_guards, put_old_copy_back
from tests.makers.voting import cast, let_voting_end, make_voter

pytestmark = pytest.mark.requirement("R76")


@pytest.fixture
def round_(session):
    return make_round(session)


@pytest.fixture
def cedric(app):
    return make_account("Cedric", Role.OFFICER)


def vote(round_, number=1):
    for _ in range(number):
        cast(round_, make_voter(round_), round_.projects[:1])


def seal(round_, hours=0):
    """Take the seal of the hour ``hours`` from now, and note it outside."""
    made = hourly(round_, clock.now() + timedelta(hours=hours))
    db.session.commit()
    note_all_seals()
    return made


@pytest.fixture
def behind(round_):
    """A round with three seals outside, whose database is the copy of the time of the first."""
    for hours, votes in enumerate((2, 3, 1)):
        vote(round_, votes)
        assert seal(round_, hours)
    put_old_copy_back(round_, seals=1, ballots=2)
    return round_


def who(officer):
    return {"at": clock.now(), "by": officer.id, "role": officer.role}


def outside(round_):
    return [(a.facts.n, a.facts.ballots, a.hash) for a in record_of(round_.record_name)]


# Hourly ------------------------------------------------------------------------------------------


def test_an_open_round_is_sealed_once_an_hour(round_):
    vote(round_, 3)
    assert seal_open_rounds() == ([round_.id], [])
    assert seal_open_rounds() == ([], [])
    assert seal(round_, hours=1).n == 2
    assert [s.facts.reason for s in seals_of(round_.id)] == ["hourly"] * 2


def test_a_round_is_sealed_only_while_people_vote(session):
    for stage in ("screening", "closed"):
        made = make_round(session, stage, title=f"Round in {stage}")
        assert hourly(made, clock.now()) is None
    early = make_round(session, title="Early", voting_opens_at=clock.now() + timedelta(hours=1))
    assert hourly(early, clock.now()) is None
    assert seal_open_rounds() == ([], [])


def test_the_seals_of_a_round_are_chained_to_its_last_one(round_):
    vote(round_, 2)
    first, second = seal(round_), seal(round_, hours=1)
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    third = db.session.get_one(Seal, (round_.id, 3))
    assert (second.prev_hash, third.prev_hash) == (first.hash, second.hash)
    assert all(seal_hash(s.facts) == s.hash for s in seals_of(round_.id))
    open_root = seal_root(leaves_of(round_.id), bound_of(round_))
    assert third.root == open_root not in (first.root, second.root)


def test_ten_that_seal_at_once_seal_once(app, round_):
    vote(round_, 2)
    start, made = threading.Barrier(10), []

    def work():
        with app.app_context():
            start.wait(timeout=30)
            made.append(seal_open_rounds())

    workers = [threading.Thread(target=work) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(len(sealed) for sealed, failed in made) == 1
    assert not any(failed for sealed, failed in made)
    assert len(outside(round_)) == 1


def test_without_its_key_a_round_is_not_sealed_and_the_others_are(app, tmp_path, session, round_):
    other = make_round(session, title="Torry decides")
    (tmp_path / "keys" / f"round-{round_.id}.key").unlink()
    assert seal_open_rounds() == ([other.id], [round_.id])


def test_the_command_says_what_it_did_and_what_it_could_not(app, tmp_path, round_):
    run = app.test_cli_runner().invoke
    assert run(args=["budgeting", "seal"]).output == "1 sealed\n"
    (tmp_path / "anchors").chmod(0o700)
    (tmp_path / "anchors" / f"seals-{round_.record_name}.jsonl").write_text("broken\n")
    ran = run(args=["budgeting", "seal"])
    assert ran.exit_code == 1
    assert f"Not sealed or not noted outside: round {round_.id}" in ran.output


def test_scrutineers_are_sent_each_seal_once_with_no_number(session, round_):
    session.add(Scrutineer(round_id=round_.id, name="Sheila", email="sheila@example.org"))
    session.commit()
    vote(round_, 3)
    made = seal(round_)
    letter = session.scalars(sa.select(Message).where(Message.once.like("seal:%"))).one()
    assert letter.address == "sheila@example.org"
    assert made.hash in letter.body
    assert f"http://localhost/rounds/{round_.engagement.slug}/seals/" in letter.body
    assert made.root not in letter.body


# The record outside ------------------------------------------------------------------------------


def test_each_seal_is_noted_outside_by_the_server_alone(tmp_path, round_):
    vote(round_, 2)
    made = seal(round_)
    (file,) = (tmp_path / "anchors").iterdir()
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert outside(round_) == [(1, 2, made.hash)]


def test_noting_again_adds_nothing_and_what_is_missing_is_caught_up(round_):
    vote(round_)
    for hours in range(3):
        hourly(round_, clock.now() + timedelta(hours=hours))
        db.session.commit()
    assert note_all_seals() == []
    assert note_all_seals() == []
    assert [n for n, _, _ in outside(round_)] == [1, 2, 3]
    assert note_seals(round_.record_name, seals_of(round_.id)) == 0


def test_a_line_cut_short_by_a_crash_is_written_anew(tmp_path, round_):
    seal(round_)
    hourly(round_, clock.now() + timedelta(hours=1))
    db.session.commit()
    (file,) = (tmp_path / "anchors").iterdir()
    with file.open("a") as stream:
        stream.write('{"at":"2026-')
    assert note_all_seals() == []
    assert [n for n, _, _ in outside(round_)] == [1, 2]


def test_the_close_from_a_page_is_noted_outside(site, round_):
    vote(round_)
    let_voting_end(round_)
    site.open(f"/rounds/{round_.engagement.slug}/")
    assert [a.facts.reason for a in record_of(round_.record_name)] == ["closed"]


def test_a_record_that_cannot_be_written_stops_no_vote(app, tmp_path, round_, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engage.budgeting.jobs.note_seals", full)
    assert seal_open_rounds() == ([round_.id], [round_.id])
    vote(round_)


def test_a_round_of_another_database_with_the_same_number_has_its_own_record(session, round_):
    other = make_round(session, title="Torry decides")
    assert len({round_.record_name, other.record_name}) == 2


def test_a_vote_reads_the_file_once_for_each_state_of_it(round_, monkeypatch):
    seal(round_)
    gap_of(round_.id)
    monkeypatch.setattr("engage.budgeting.anchors.read_anchors", lambda text: 1 / 0)
    vote(round_, 3)


# Behind it ---------------------------------------------------------------------------------------


def test_an_old_copy_of_the_database_is_noticed(behind):
    gap = gap_of(behind.id)
    assert [a.facts.n for a in gap.missing] == [2, 3]
    assert (gap.kept.facts.n, gap.ballots, gap.lost) == (1, 2, 4)


def test_a_round_that_is_behind_takes_no_votes(behind):
    with pytest.raises(GapRefused):
        vote(behind)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ballot)) == 2


def test_a_seal_that_differs_is_noticed_too(round_):
    vote(round_, 2)
    seal(round_)
    with past_guards("seal"):
        db.session.execute(sa.update(Seal).values(hash="0" * 64))
    db.session.commit()
    assert is_behind(round_.id)


def test_while_it_is_behind_nothing_is_sealed_closed_or_handed_on(behind):
    for seals in (
        lambda: seal_ballots(behind, "paper", at=clock.now()),
        lambda: hourly(behind, clock.now() + timedelta(hours=1)),
    ):
        with pytest.raises(GapRefused):
            seals()
        db.session.rollback()
    assert hand_on_turnout() == []
    before = outside(behind)
    let_voting_end(behind)
    assert not close_if_due(behind, clock.now())
    with pytest.raises(CloseRefused, match="two officers must look into that"):
        close_voting(behind, at=clock.now())
    assert (behind.stage, outside(behind)) == ("voting", before)


@pytest.mark.parametrize("harm", ["changed", "unreadable", "no folder"])
def test_a_record_that_cannot_be_read_stops_the_vote(tmp_path, round_, carys, harm):
    seal(round_)
    (file,) = (tmp_path / "anchors").iterdir()
    if harm == "changed":
        file.write_text(file.read_text().replace('"ballots":0', '"ballots":9'))
    elif harm == "unreadable":
        file.unlink()
        file.mkdir()
    else:
        file.unlink()
        file.parent.rmdir()
    with pytest.raises(RecordDamaged):
        gap_of(round_.id)
    with pytest.raises(GapRefused):
        vote(round_)
    db.session.rollback()
    with pytest.raises(RoundRefused, match="must put its file back"):
        acknowledge_gap(round_, **who(carys))


def test_officers_know_an_unreadable_record_from_an_old_copy(
    tmp_path, site, round_, carys, as_person
):
    """And people who vote read calmly that none are taken, without a guess at the cause."""
    seal(round_)
    (file,) = (tmp_path / "anchors").iterdir()
    file.write_text("{}\n")
    with pytest.raises(RecordRefused, match="record of seals outside can't be read"):
        refuse_gap(round_.id)
    assert record_state(round_.id) == "unreadable"
    assert [work.what for work in key_work(clock.now())] == ["record"]
    desk, path = as_person(carys), f"/desk/rounds/{round_.engagement.slug}/"
    for address in ("/desk/", path, f"{path}seals/"):
        text = desk.open(address).text
        assert "record of seals" in text, address
        assert "an old copy was put back" not in text, address
    assert "there is nothing to acknowledge" in desk.open(f"{path}seals/").text
    public = f"/rounds/{round_.engagement.slug}/"
    for address, status in ((public, 200), (f"{public}seals/", 200), (f"{public}vote/", 503)):
        text = site.open(address, status=status).text
        assert "We cannot check our ballot box just now" in text, address
        assert "older copy" not in text, address
    let_voting_end(round_)
    with pytest.raises(CloseRefused, match="must put its file back"):
        close_voting(round_, at=clock.now())
    file.unlink()
    assert record_state(round_.id) == ""


def test_the_vote_page_keeps_the_choices_and_says_what_happened(site, round_):
    path = f"/rounds/{round_.engagement.slug}/ballot/"
    token = give_pass(round_.id, make_voter(round_).uid, at=clock.now())
    vote(round_)
    site.client.set_cookie("voting_pass", token, path=f"/rounds/{round_.engagement.slug}/")
    ballot = site.open(path)
    seal(round_)
    put_old_copy_back(round_, seals=0, ballots=0)
    wanted = str(round_.projects[1].id)
    page = site.send_on(ballot, path, {"projects": [wanted]}, status=503)
    assert round_.projects[1].title in page.text
    assert "votes may be missing" in page.text
    assert "Votes already cast are safe" not in page.text
    for address in (path, f"/rounds/{round_.engagement.slug}/vote/"):
        assert "votes may be missing" in site.open(address, status=503).text
    assert "We take no votes just now" in site.open(f"/rounds/{round_.engagement.slug}/").text


def test_one_officer_is_not_enough(behind, carys):
    assert acknowledge_gap(behind, **who(carys)) is False
    db.session.commit()
    with pytest.raises(RoundRefused, match="two people, not one"):
        acknowledge_gap(behind, **who(carys))
    assert is_behind(behind.id)


def test_after_two_officers_votes_are_taken_and_the_chain_is_whole(behind, carys, cedric):
    acknowledge_gap(behind, **who(carys))
    db.session.commit()
    assert acknowledge_gap(behind, **who(cedric)) is True
    db.session.commit()
    note_all_seals()
    assert not is_behind(behind.id)
    seals = seals_of(behind.id)
    assert [(s.facts.n, s.facts.ballots, s.facts.reason) for s in seals] == [
        (1, 2, "hourly"), (2, 5, "hourly"), (3, 6, "hourly"), (4, 2, "recovered"),
    ]  # fmt: skip
    assert all(after.facts.prev_hash == before.hash for before, after in pairwise(seals))
    assert [n for n, _, _ in outside(behind)] == [1, 2, 3, 4]
    vote(behind)
    with pytest.raises(RoundRefused, match="Nothing is missing"):
        acknowledge_gap(behind, **who(carys))
    let_voting_end(behind)
    close_voting(behind, at=clock.now())
    assert '"ballots":3' in count_round(behind, at=clock.now(), by=carys.id).outcome


def test_a_database_that_went_its_own_way_is_brought_back_too(behind, carys, cedric):
    """Somebody sealed the old copy before the record outside was there again."""
    kept = seals_of(behind.id)[0].facts
    for n in (2, 4):
        facts = replace(kept, n=n, at=clock.now())
        db.session.add(Seal(**vars(facts), hash=seal_hash(facts)))
    db.session.commit()
    before = outside(behind)
    note_all_seals()
    assert outside(behind) == before
    for officer in (carys, cedric):
        acknowledge_gap(behind, **who(officer))
        db.session.commit()
    assert not is_behind(behind.id)
    note_all_seals()
    assert [n for n, _, _ in outside(behind)] == [1, 2, 3, 4, 5]
    assert not is_behind(behind.id)
    vote(behind)


def test_an_older_copy_still_is_a_gap_of_its_own(behind, carys, cedric):
    for officer in (carys, cedric):
        acknowledge_gap(behind, **who(officer))
        db.session.commit()
    note_all_seals()
    put_old_copy_back(behind, seals=1, ballots=1)
    assert is_behind(behind.id)


def test_two_officers_at_once_are_first_and_second(app, behind, carys, cedric):
    ids, start, told = [carys.id, cedric.id], threading.Barrier(2), []

    def work(officer_id):
        with app.app_context():
            from_db = db.session.get_one(type(behind), round_id)
            start.wait(timeout=30)
            try:
                told.append(acknowledge_gap(from_db, at=clock.now(), by=officer_id, role="officer"))
                db.session.commit()
            except (RoundRefused, sa.exc.DBAPIError):
                db.session.rollback()
                told.append(None)

    round_id = behind.id
    db.session.commit()
    workers = [threading.Thread(target=work, args=(id_,)) for id_ in ids]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    row = db.session.scalars(sa.select(GapAcknowledged)).one()
    assert told.count(False) == 1
    assert row.first_by != row.second_by


def test_officers_and_residents_read_what_was_lost(as_person, site, behind, carys, cedric, aisha):
    slug = behind.engagement.slug
    desk, public = f"/desk/rounds/{slug}/seals/", f"/rounds/{slug}/seals/"
    assert "Votes may be missing" in as_person(carys).open("/desk/").text
    page = as_person(carys).open(desk)
    assert "an old copy was put back" in page.text
    form = f"{desk}gap/"
    assert "Another officer must do so too" in as_person(carys).send(desk, form=form).text
    assert not as_person(carys).open(desk).select(f'form[action="{form}"]')
    page = as_person(cedric).send(desk, form=form)
    assert "Votes are taken again" in page.text
    assert "fewer than 5" in site.open(public).text
    shown = site.open(f"/rounds/{slug}/").text
    assert "Votes that were lost, as far as we know: fewer than 5" in shown
    assert "check your receipt" in shown
    as_person(aisha).open(desk, status=403)
    acts = sa.select(AuditEvent).where(AuditEvent.action == "gap.acknowledged")
    assert len(db.session.scalars(acts).all()) == 2


def test_the_public_list_tells_tens_and_fingerprints(site, round_):
    vote(round_, 12)
    made = seal(round_)
    slug = round_.engagement.slug
    page = site.open(f"/rounds/{slug}/seals/")
    assert "at least 10" in page.text
    assert made.hash in page.text
    plain = site.client.get(f"/rounds/{slug}/seals.json").json
    assert plain["seals"][0]["ballots_at_least"] == 10
    assert plain["seals"][0]["fingerprint"] == made.hash
    assert made.root not in str(plain)


def test_officers_name_scrutineers_and_let_them_go(as_person, carys, round_):
    desk = f"/desk/rounds/{round_.engagement.slug}/seals/"
    site = as_person(carys)
    typed = {"name": "Sheila", "email": "sheila@example.org"}
    assert "They get every seal from now on." in site.send(desk, typed).text
    page = site.send(desk, typed, form="", status=422)
    assert "gets the seals already" in page.text
    assert page.select_one("[name=name]")["value"] == "Sheila"
    site.send(desk, {"name": "", "email": "nothing"}, form="", status=422)
    (scrutineer,) = db.session.scalars(sa.select(Scrutineer))
    site.send(desk, form=f"{desk}release/{scrutineer.id}/")
    assert db.session.scalars(sa.select(Scrutineer)).all() == []
    events = db.session.scalars(sa.select(AuditEvent)).all()
    assert not any("sheila" in e.detail.lower() for e in events)
