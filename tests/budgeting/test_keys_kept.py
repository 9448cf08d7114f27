"""Keys on paper: printed, typed back, brought back when lost, and ended for good."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engage import clock
from engage.audit.models import AuditEvent
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.counting import count_round
from engage.budgeting.actions.registering import give_pass
from engage.budgeting.actions.sheets import destroy_sheets, print_sheet, type_sheet
from engage.budgeting.jobs import let_keys_go
from engage.budgeting.keys import (
    CODE,
    IDENTITY,
    keys_of,
    make_key,
    make_keys_of,
    read_key,
    remove_key,
    round_key_name,
)
from engage.budgeting.models import (
    Approval,
    Ballot,
    KeyRemoval,
    RecoverySheet,
    Round,
    Scrutineer,
    Voter,
    VoterCode,
    VoterIdentity,
    VotingPass,
)
from engage.budgeting.queries.key_work import key_work
from engage.budgeting.queries.sheets import is_tested, key_state
from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.sheets import SheetRefused, sheet_of
from engage.engagements.models import ParticipationFact
from engage.extensions import db
from tests.makers.approvals import declare, second_officer
from tests.makers.budgeting import make_round
from tests.makers.keeping import keep_sheets
from tests.makers.voting import cast, let_voting_end, make_code, make_voter

pytestmark = pytest.mark.requirement("R76")
REGISTER = (Voter, VoterIdentity, VoterCode, VotingPass, Scrutineer)


@pytest.fixture
def round_(session):
    return make_round(session)


def who(officer):
    return {"at": clock.now(), "by": officer.id, "role": officer.role}


def lose(tmp_path, *names):
    for name in names:
        (tmp_path / "keys" / f"{name}.key").unlink()


def declared(session, carys, *, days=95, sheets=True, over_for=timedelta(hours=1)):
    """A round with a register and three votes, declared; its voting ended ``over_for`` ago."""
    round_ = make_round(session, challenge_days=days)
    if sheets:
        keep_sheets(round_, carys)
    make_code(round_)
    for _ in range(3):
        voter = make_voter(round_)
        known = {"identity_key": voter.uid * 2, "voter_uid": voter.uid}
        session.add(VoterIdentity(round_id=round_.id, **known))
        give_pass(round_.id, voter.uid, at=clock.now())
        cast(round_, voter, round_.projects[:1])
    session.add(Scrutineer(round_id=round_.id, name="Sheila", email="sheila@example.org"))
    let_voting_end(round_, ago=over_for)
    close_voting(round_, at=clock.now())
    count_round(round_, at=clock.now(), by=carys.id)
    declare(round_, carys)
    return round_


def rows(table):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def happened(action):
    return db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == action)).all()


# Printing and testing ----------------------------------------------------------------------------


@pytest.mark.parametrize("of_site", [True, False])
def test_a_sheet_is_printed_tested_and_both_are_in_the_trail(round_, carys, of_site):
    of = None if of_site else round_
    lines = print_sheet(of, "", **who(carys))
    assert not is_tested(of)
    assert type_sheet(of, "\n".join(lines), **who(carys)) is False
    assert is_tested(of)
    for action in ("sheet.printed", "sheet.tested"):
        (event,) = happened(action)
        assert event.actor_id == carys.id
        assert not any(line in event.detail for line in lines)


def test_the_keys_are_made_with_the_first_sheet_and_stay_through_the_settling(session, carys):
    round_ = make_round(session, "screening")
    assert key_state(None) == key_state(round_) == "none"
    keep_sheets(round_, carys)
    assert key_state(None) == key_state(round_) == "here"
    before = keys_of(round_.id, round_.key_check)
    make_keys_of(round_)
    assert keys_of(round_.id, round_.key_check) == before


def test_a_second_sheet_needs_a_reason(round_, carys):
    first = print_sheet(round_, "", **who(carys))
    with pytest.raises(RoundRefused, match="Say why"):
        print_sheet(round_, "", **who(carys))
    assert print_sheet(round_, "Torn", **who(carys)) == first
    assert [s.reason for s in db.session.scalars(sa.select(RecoverySheet))] == ["", "Torn"]


def test_the_sheet_of_another_fund_tests_nothing(session, round_, carys):
    other = make_round(session, title="Torry decides")
    lines = print_sheet(other, "", **who(carys))
    print_sheet(round_, "", **who(carys))
    with pytest.raises(SheetRefused, match="sheet of something else"):
        type_sheet(round_, "\n".join(lines), **who(carys))
    forged = sheet_of({round_key_name(round_.id): b"k" * 32})
    with pytest.raises(SheetRefused, match="another sheet"):
        type_sheet(round_, "\n".join(forged), **who(carys))
    assert not is_tested(round_)


def test_before_there_is_a_key_there_is_nothing_to_test(session, carys):
    round_ = make_round(session, "screening")
    with pytest.raises(RoundRefused, match="Print the sheet first"):
        type_sheet(round_, "", **who(carys))


# Lost keys ---------------------------------------------------------------------------------------


def test_a_lost_key_comes_back_from_its_sheet_and_votes_are_taken_again(tmp_path, round_, carys):
    lines = keep_sheets(round_, carys)
    key, dev = read_key(round_key_name(round_.id)), make_voter(round_)
    cast(round_, dev, round_.projects[:1])
    lose(tmp_path, round_key_name(round_.id))
    assert key_state(round_) == "missing"
    assert [w.what for w in key_work(clock.now())] == ["missing"]
    with pytest.raises(KeysRefused):
        print_sheet(round_, "Torn", **who(carys))
    assert type_sheet(round_, "\n".join(lines), **who(carys)) is True
    db.session.commit()
    assert read_key(round_key_name(round_.id)) == key
    assert oct((tmp_path / "keys" / f"round-{round_.id}.key").stat().st_mode & 0o777) == "0o600"
    assert cast(round_, dev, round_.projects[1:2]).version == 2
    assert len(happened("key.restored")) == 1
    assert key_work(clock.now()) == []


def test_the_keys_of_the_site_come_back_too(tmp_path, round_, carys):
    lines = print_sheet(None, "", **who(carys))
    db.session.commit()
    lose(tmp_path, IDENTITY, CODE)
    assert key_state(None) == "missing"
    assert key_work(clock.now())[0].slug == ""
    assert type_sheet(None, "\n".join(lines), **who(carys)) is True
    assert keys_of(round_.id, round_.key_check)


def test_a_wrong_or_damaged_file_is_set_aside_and_the_right_key_takes_its_place(
    tmp_path, round_, carys
):
    lines = keep_sheets(round_, carys)
    for text in ("f" * 64, "damaged"):
        (tmp_path / "keys" / f"round-{round_.id}.key").write_text(text)
        assert key_state(round_) == "missing"
        assert type_sheet(round_, "\n".join(lines), **who(carys)) is True
        assert keys_of(round_.id, round_.key_check)
    aside = (tmp_path / "keys").glob("*.set-aside-*")
    assert sorted(f.read_text() for f in aside) == ["damaged", "f" * 64]


def test_without_a_row_of_its_sheet_the_check_of_the_round_proves_a_key(tmp_path, round_, carys):
    """The database was put back from a copy that is older than the print."""
    lines = sheet_of({round_key_name(round_.id): read_key(round_key_name(round_.id))})
    forged = sheet_of({round_key_name(round_.id): b"k" * 32})
    lose(tmp_path, round_key_name(round_.id))
    with pytest.raises(SheetRefused, match="another sheet"):
        type_sheet(round_, "\n".join(forged), **who(carys))
    assert not (tmp_path / "keys" / f"round-{round_.id}.key").exists()
    assert type_sheet(round_, "\n".join(lines), **who(carys)) is True


def test_a_new_fund_makes_no_new_keys_in_the_place_of_lost_ones(tmp_path, session, round_, carys):
    lose(tmp_path, IDENTITY)
    other = make_round(session, "screening", title="Torry decides")
    with pytest.raises(KeysRefused):
        print_sheet(other, "", **who(carys))
    assert not (tmp_path / "keys" / "identity.key").exists()


# The end of a key --------------------------------------------------------------------------------


def test_with_a_tested_sheet_outside_the_key_leaves_at_the_declaration(tmp_path, session, carys):
    round_ = declared(session, carys)
    assert let_keys_go() == ([round_.id], [])
    assert not list((tmp_path / "keys").glob("round-*"))
    assert (key_state(round_), rows(KeyRemoval), rows(Voter)) == ("removed", 1, 3)
    assert let_keys_go() == ([], [])
    assert len(happened("key.removed")) == 1


def test_without_a_tested_sheet_the_key_stays_until_the_challenge_is_over(session, carys):
    round_ = declared(session, carys, sheets=False)
    print_sheet(round_, "", **who(carys))
    db.session.commit()
    assert let_keys_go() == ([], [])
    assert key_state(round_) == "here"


def test_the_register_is_erased_when_the_challenge_is_over_and_the_votes_stay(session, carys):
    round_ = declared(session, carys, over_for=timedelta(days=95, minutes=1))
    assert let_keys_go() == ([round_.id], [round_.id])
    assert [rows(table) for table in REGISTER] == [0] * 5
    assert rows(Ballot) == 3
    assert let_keys_go() == ([], [])
    assert len(happened("register.erased")) == 1


def test_only_the_register_of_that_fund_is_erased(session, carys):
    other = make_round(session, title="Torry decides")
    make_voter(other)
    declared(session, carys, days=0)
    let_keys_go()
    assert [v.round_id for v in session.scalars(sa.select(Voter))] == [other.id]
    assert key_state(other) == "here"


def test_with_no_days_of_challenge_all_goes_at_the_declaration(session, carys):
    round_ = declared(session, carys, days=0, sheets=False)
    assert let_keys_go() == ([round_.id], [round_.id])


def test_one_day_before_nothing_is_erased(session, carys):
    declared(session, carys, over_for=timedelta(days=94))
    assert let_keys_go()[1] == []


def test_a_crash_before_the_file_was_gone_is_made_good(tmp_path, session, carys, monkeypatch):
    round_ = declared(session, carys)

    def crash(name):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("engage.budgeting.jobs.remove_key", crash)
        with pytest.raises(KeyboardInterrupt):
            let_keys_go()
    db.session.rollback()
    assert (tmp_path / "keys" / f"round-{round_.id}.key").exists()
    let_keys_go()
    assert not (tmp_path / "keys" / f"round-{round_.id}.key").exists()


def test_before_the_key_goes_who_took_part_is_handed_on_a_last_time(session, carys):
    declared(session, carys)
    session.execute(sa.delete(ParticipationFact))
    session.commit()
    let_keys_go()
    (fact,) = session.scalars(sa.select(ParticipationFact))
    assert (fact.act, fact.people) == ("ballot", 3)


def test_a_removed_file_is_overwritten_first(tmp_path, app):
    make_key("round-9")
    file = tmp_path / "keys" / "round-9.key"
    link = tmp_path / "same-bytes"
    link.hardlink_to(file)
    before = link.read_bytes()
    assert remove_key("round-9") is True
    assert remove_key("round-9") is False
    assert not file.exists()
    assert (len(link.read_bytes()), link.read_bytes() != before) == (len(before), True)


def test_a_sheet_is_kept_until_its_day_and_then_destroyed_once(session, carys):
    round_ = declared(session, carys)
    with pytest.raises(RoundRefused, match="Keep the sheet"):
        destroy_sheets(round_, **who(carys))
    over = {**who(carys), "at": round_.voting_closes_at + timedelta(days=95)}
    assert [w.what for w in key_work(over["at"])] == ["destroy"]
    assert destroy_sheets(round_, **over) == 1
    assert key_work(over["at"]) == []
    with pytest.raises(RoundRefused, match="No sheet of this fund is left"):
        destroy_sheets(round_, **over)
    assert len(happened("sheet.destroyed")) == 1


def test_after_the_end_no_sheet_is_printed_and_none_is_taken(session, carys):
    round_ = declared(session, carys, days=0)
    lines = sheet_of({round_key_name(round_.id): read_key(round_key_name(round_.id))})
    let_keys_go()
    for act in (
        lambda: print_sheet(round_, "Torn", **who(carys)),
        lambda: type_sheet(round_, "\n".join(lines), **who(carys)),
    ):
        with pytest.raises(RoundRefused, match="gone for good"):
            act()


def test_pages_of_a_declared_round_stand_without_its_key(app, site, session, carys):
    round_ = declared(session, carys)
    uid = session.scalars(sa.select(Voter.uid)).first()
    token = give_pass(round_.id, uid, at=clock.now() - timedelta(hours=1, minutes=30))
    session.execute(sa.update(VotingPass).values(expires_at=clock.now() + timedelta(hours=1)))
    session.commit()
    assert token
    let_keys_go()
    slug = round_.engagement.slug
    site.client.set_cookie("voting_pass", token, path=f"/rounds/{slug}/")
    assert "Check a receipt" in site.open(f"/rounds/{slug}/receipt/").text
    for page in ("", "results/", "seals/", "check/"):
        site.open(f"/rounds/{slug}/{page}")
    site.open(f"/rounds/{slug}/ballot/", status=410)
    sent = {"csrf_token": "", "submission_id": "0" * 32, "base_version": "0", "ballot_hash": "x"}
    answer = site.client.post(f"/rounds/{slug}/ballot/", data=sent)
    assert answer.status_code == 410
    assert "You have no earlier vote" not in answer.text


def test_declaring_from_its_page_ends_the_key(as_person, session, carys):
    round_ = make_round(session)
    keep_sheets(round_, carys)
    cast(round_, make_voter(round_), round_.projects[:1])
    let_voting_end(round_)
    officer, path = as_person(carys), f"/desk/rounds/{round_.engagement.slug}/"
    officer.open(path)
    officer.send(f"{path}count/")
    officer.send(f"{path}declare/")
    number = db.session.scalars(sa.select(Approval.id)).one()
    second = as_person(second_officer())
    second.send(f"/second-person/{number}/", form=f"/second-person/{number}/agree/")
    assert key_state(db.session.get_one(Round, round_.id)) == "removed"
    assert "The key left this server" in officer.open(f"{path}key/").text


def test_the_command_says_what_went(app, session, carys):
    declared(session, carys, days=0)
    run = app.test_cli_runner().invoke
    told = ["1 keys removed, 1 registers erased\n", "0 keys removed, 0 registers erased\n"]
    assert [run(args=["budgeting", "keys"]).output for _ in told] == told


# Pages -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("of_site", [True, False])
def test_an_officer_prints_a_sheet_and_types_it_back(as_person, carys, round_, of_site):
    path = "/desk/keys/" if of_site else f"/desk/rounds/{round_.engagement.slug}/key/"
    officer = as_person(carys)
    assert "No tested sheet" in officer.open(path).text
    sheet = officer.send(path, form=f"{path}sheet/")
    assert officer.response.headers["Cache-Control"] == "no-store"
    assert sheet.select_one("svg.engage-code title")
    lines = [item.text for item in sheet.select(".engage-sheet li")]
    assert len(lines) == (8 if of_site else 4)
    page = officer.send(path, status=422)
    assert "Say why you print the sheet again" in page.text
    wrong = "\n".join([lines[0][:-1] + ("0" if lines[0][-1] != "0" else "1"), *lines[1:]])
    page = officer.send(path, {"lines": wrong}, form=f"{path}lines/", status=422)
    assert officer.response.headers["Cache-Control"] == "no-store"
    assert "Check line 1: one of its letters or numbers is different" in page.text
    assert page.select_one("textarea").text.strip() == wrong
    page = officer.send(path, {"lines": "\n".join(lines)}, form=f"{path}lines/")
    assert "The sheet is right." in page.text
    assert not re.search("|".join(lines), page.text)
    assert "was printed and tested" in officer.open(path).text


def test_the_page_brings_a_lost_key_back(as_person, tmp_path, carys, round_):
    lines = keep_sheets(round_, carys)
    lose(tmp_path, round_key_name(round_.id))
    path, officer = f"/desk/rounds/{round_.engagement.slug}/", as_person(carys)
    assert "The key of this fund is missing" in officer.open(path).text
    assert "A key is missing" in officer.open("/desk/").text
    page = officer.send(f"{path}key/", {"lines": "\n".join(lines)}, form=f"{path}key/lines/")
    assert "The key is back." in page.text
    assert keys_of(round_.id, round_.key_check)


def test_the_page_takes_note_that_the_sheet_is_destroyed(as_person, session, carys):
    round_ = declared(session, carys, over_for=timedelta(days=96))
    path = f"/desk/rounds/{round_.engagement.slug}/key/"
    officer = as_person(carys)
    assert "Destroy the recovery sheet" in officer.open("/desk/").text
    page = officer.send(path, form=f"{path}destroyed/")
    assert "Nothing leads from a vote to a voter any more." in page.text
    assert "Destroy the recovery sheet" not in officer.open("/desk/").text


def test_nobody_else_sees_or_prints_a_key(as_person, app, round_, aisha, dev, bryn):
    for person in (aisha, bryn, dev):
        client = as_person(person).client
        for path in ("/desk/keys/", f"/desk/rounds/{round_.engagement.slug}/key/"):
            assert client.get(path).status_code == 403
            for act in ("sheet", "lines"):
                assert client.post(f"{path}{act}/").status_code == 403
    assert rows(RecoverySheet) == 0
