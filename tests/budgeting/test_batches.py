"""Batches of codes: made in parts, one at a time, handed over once, dropped if lost."""

import csv
import json
import stat
import time
import zlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engage import clock
from engage.audit.models import AuditEvent
from engage.budgeting import jobs
from engage.budgeting.actions.batches import (
    ClashRefused,
    DroppedRefused,
    UnfinishedRefused,
    drop_batch,
    keep_codes,
    start_batch,
)
from engage.budgeting.actions.codes import HandedOverRefused, hand_over, issue_codes, open_code
from engage.budgeting.actions.voting import begin_writing
from engage.budgeting.cards import CardWords, cards_pdf, letters_pdf, print_codes, shown_words
from engage.budgeting.jobs import make_batch
from engage.budgeting.keys import CODE, read_key
from engage.budgeting.models import CodeBatch, Round, VoterCode
from engage.budgeting.rules.codes import Batch, CodeRefused, codes_of, read_code
from engage.budgeting.rules.ways import NotUsedRefused
from engage.extensions import db
from engage.web.apart import start_apart
from engage.web.printing import Sheet, qr_picture
from tests.budgeting.test_voting_together import together
from tests.makers.budgeting import make_round

WHO = {"by": 1, "role": "officer"}
WORDS = CardWords(
    title="Cò gheibh an t-airgead – “Mastrick decides”",
    who="Everybody aged 8 or over",
    until="11:59pm on Sunday 29 March 2026 (UK time)",
    help="Need a person? Phone 01224 000000.",
    address="https://engage.example.scot/vote",
    page="https://engage.example.scot/rounds/mastrick-decides/",
    partnership="Aberdeen",
)
CODES = codes_of(b"key", 1, Batch("a batch", 9))


@pytest.fixture
def round_(session):
    return make_round(session)


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(jobs, "PART", 2)


def count(*where):
    return db.session.scalar(sa.select(sa.func.count()).select_from(VoterCode).where(*where))


def batches():
    return db.session.execute(sa.select(CodeBatch.stage, CodeBatch.made)).all()


# Making ------------------------------------------------------------------------------------------


def test_a_batch_is_made_in_parts_and_shows_how_far_it_is(round_, small_parts):
    seen = []

    def watch(number):
        with db.engine.connect() as other:  # what another page would see meanwhile
            seen.append(other.execute(sa.select(CodeBatch.stage, CodeBatch.made)).one())

    batch = make_batch(round_.id, 5, **WHO, seen=watch)
    assert seen == [("making", 2), ("making", 4), ("waiting", 5)]
    codes = hand_over(round_, batch, at=clock.now(), **WHO)
    assert {code.locator for code in codes} == set(db.session.scalars(sa.select(VoterCode.locator)))
    assert all(open_code(code, "192.0.2.1", at=clock.now()) for code in codes)


def test_two_presses_at_one_moment_make_one_batch(app, round_):
    round_id = round_.id
    db.session.commit()
    outcomes = together(app, 4, lambda n: make_batch(round_id, 3, **WHO))
    assert sum(isinstance(outcome, Batch) for outcome in outcomes) == 1
    assert {type(o) for o in outcomes if not isinstance(o, Batch)} == {UnfinishedRefused}
    assert (count(), batches()) == (3, [("waiting", 3)])


def test_it_is_the_index_that_lets_one_batch_be_made(session, round_):
    session.execute(sa.text("DROP INDEX uq_code_batch_unfinished"))
    for _ in range(2):
        issue_codes(round_, 1, at=clock.now(), **WHO)
    assert count() == 2
    session.rollback()


def test_a_batch_that_breaks_off_is_dropped_and_its_codes_open_nothing(
    round_, small_parts, monkeypatch
):
    made = []
    real = jobs.hash_codes

    def breaks(round_id, codes):
        if made:
            raise KeyboardInterrupt
        made.extend(codes)
        return real(round_id, codes)

    monkeypatch.setattr(jobs, "hash_codes", breaks)
    with pytest.raises(KeyboardInterrupt):
        make_batch(round_.id, 4, **WHO)
    assert (count(), batches()) == (2, [("making", 2)])
    assert drop_batch(round_, at=clock.now(), **WHO) == 2
    db.session.commit()
    assert count(VoterCode.status == "void") == 2
    with pytest.raises(CodeRefused):
        open_code(made[0], "192.0.2.1", at=clock.now())
    dropped = sa.select(AuditEvent.detail).where(AuditEvent.action == "codes.dropped")
    assert db.session.scalars(dropped).all() == ['{"codes":2}']
    monkeypatch.setattr(jobs, "hash_codes", real)
    assert make_batch(round_.id, 1, **WHO)


def test_a_batch_that_was_dropped_meanwhile_is_not_gone_on_with(round_, small_parts, monkeypatch):
    real = jobs.hash_codes

    def drops(round_id, codes):
        drop_batch(round_, at=clock.now(), **WHO)
        db.session.commit()
        return real(round_id, codes)

    monkeypatch.setattr(jobs, "hash_codes", drops)
    with pytest.raises(DroppedRefused):
        make_batch(round_.id, 2, **WHO)
    db.session.rollback()
    assert count() == 0


def test_a_code_of_another_round_that_came_between_is_told(session, round_):
    batch = start_batch(round_, 1, at=clock.now())
    locator = codes_of(read_key(CODE), round_.id, batch)[0].locator
    other = make_round(session, title="Torry decides")
    session.add(VoterCode(round_id=other.id, locator=locator, secret_hash="x"))
    session.flush()
    with pytest.raises(ClashRefused):
        keep_codes(round_, batch, [(locator, "x")], at=clock.now(), **WHO)


def test_dropped_codes_are_not_handed_over_and_only_what_waits_is_dropped(round_):
    with pytest.raises(DroppedRefused):
        drop_batch(round_, at=clock.now(), **WHO)
    batch = issue_codes(round_, 1, at=clock.now(), **WHO)
    drop_batch(round_, at=clock.now(), **WHO)
    with pytest.raises(HandedOverRefused):
        hand_over(round_, batch, at=clock.now(), **WHO)


def test_two_who_download_at_one_moment_get_the_codes_once(app, round_):
    batch, round_id = issue_codes(round_, 1, at=clock.now(), **WHO), round_.id
    db.session.commit()

    def act(n):
        begin_writing()
        codes = hand_over(db.session.get(Round, round_id), batch, at=clock.now(), **WHO)
        db.session.commit()
        return codes

    outcomes = together(app, 3, act)
    assert sum(isinstance(outcome, list) for outcome in outcomes) == 1


def test_a_round_without_codes_issues_none(session):
    with pytest.raises(NotUsedRefused):
        issue_codes(make_round(session, ways="email"), 1, at=clock.now(), **WHO)


# Pages -------------------------------------------------------------------------------------------


def test_a_batch_in_another_browser_is_shown_and_dropped(round_, carys, ada, as_person):
    make_batch(round_.id, 2, **WHO)
    path = f"/desk/rounds/{round_.engagement.slug}/codes/"
    site = as_person(ada)
    page = site.open(path)
    assert "2 of 2 codes are made" in page.text
    assert not page.select("#number")
    page = site.send(path, form=f"{path}drop/")
    assert "They open nothing" in page.text
    assert page.select("#number")
    assert count(VoterCode.status == "issued") == 0


def test_a_press_while_codes_are_made_is_refused_on_the_page(round_, carys, as_person):
    site = as_person(carys)
    path = f"/desk/rounds/{round_.engagement.slug}/codes/"
    page = site.open(path)
    make_batch(round_.id, 1, **WHO)
    told = site.send_on(page, path, {"number": "3"}, status=422)
    assert "Codes of this fund are being made, or wait" in told.text
    assert count() == 1


@pytest.mark.parametrize(
    ("shape", "name", "start"),
    [
        ("all", "voting-codes-mastrick-decides.zip", b"PK"),
        ("cards", "voting-cards-mastrick-decides.pdf", b"%PDF"),
        ("letters", "voting-letters-mastrick-decides.pdf", b"%PDF"),
    ],
)
def test_codes_come_in_one_shape_and_once(round_, carys, as_person, shape, name, start):
    site = as_person(carys)
    path = f"/desk/rounds/{round_.engagement.slug}/codes/"
    page = site.send(path, {"number": "2"})
    form = page.select_one("main form")
    data = {"csrf_token": form.select_one("input[name=csrf_token]")["value"], "shape": shape}
    answer = site.client.post(f"{path}made/", data=data)
    assert answer.data.startswith(start)
    assert name in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert site.client.post(f"{path}made/", data=data).status_code == 302


def test_another_shape_is_refused_and_the_codes_wait(round_, carys, as_person):
    site = as_person(carys)
    path = f"/desk/rounds/{round_.engagement.slug}/codes/"
    page = site.send(path, {"number": "1"})
    page = site.send_on(page, f"{path}made/", {"shape": "scroll"}, status=422)
    assert "Choose one of the answers" in page.text
    assert batches() == [("waiting", 1)]


def test_an_officer_is_told_what_the_cards_show_instead_of_other_letters(session, carys, as_person):
    round_ = make_round(session, title="Łódź decides")
    path = f"/desk/rounds/{round_.engagement.slug}/codes/"
    page = as_person(carys).send(path, {"number": "1"})
    assert (
        f"This stands on the paper instead: localhost/rounds/{round_.engagement.slug}" in page.text
    )


# The command -------------------------------------------------------------------------------------


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["budgeting", "codes", *arguments])


def test_the_command_writes_codes_once_to_a_file_of_its_own(app, round_, tmp_path, small_parts):
    file = tmp_path / "codes.csv"
    done = run(app, str(round_.id), "3", "--out", str(file), "--shape", "csv")
    assert done.exit_code == 0, done.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    rows = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
    codes = [read_code(row["Voting code"]) for row in rows]
    assert all(open_code(code, "192.0.2.1", at=clock.now()) for code in codes)
    assert batches() == [("handed_over", 3)]
    again = run(app, str(round_.id), "3", "--out", str(file))
    assert "can't be written" in again.output
    assert count() == 3


def test_the_command_refuses_in_words_and_leaves_no_file(app, session, round_, tmp_path):
    other = make_round(session, title="Torry decides", ways="email")
    file = tmp_path / "codes.zip"
    make_batch(round_.id, 1, **WHO)
    for name, words in (
        (str(other.id), "does not use this way"),
        (str(round_.id), "wait to be downloaded"),
        ("nowhere", "There is no round"),
    ):
        refused = run(app, name, "1", "--out", str(file))
        assert refused.exit_code == 1
        assert words in refused.output
        assert not file.exists()


# On paper ----------------------------------------------------------------------------------------


def text_of(pdf):
    """What is written on the pages of a PDF of ours, in its own order."""
    pages = []
    for part in pdf.split(b"stream\n")[1:]:
        content = part.partition(b"\nendstream")[0]
        try:
            pages.append(zlib.decompress(content).decode("latin-1"))
        except zlib.error:
            continue
    return "\n".join(page for page in pages if " Tj" in page)


def shown(code):
    return f"({code.text.replace('-', ' ')})"


@pytest.mark.parametrize(("make", "pages"), [(cards_pdf, 2), (letters_pdf, 9)])
def test_every_code_stands_once_with_all_that_its_holder_needs(app, make, pages):
    with app.test_request_context():
        pdf = make(CODES, WORDS)
    assert pdf.count(b"/Type /Page\n") == pages
    text = text_of(pdf)
    for code in CODES:
        assert text.count(shown(code)) == 1
    words = " ".join(text.split())
    for needed in ("engage.example.scot/vote", "29 March", "Everybody aged 8", "01224 000000"):
        assert needed in words
    assert "?)" not in text.replace("Need a person?", "")
    title = "C\xf2 gheibh an t-airgead \x96 \x93Mastrick decides\x94"
    assert title in words or title[:20] in words


def test_the_qr_code_leads_to_the_page_and_holds_no_code(app, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "engage.budgeting.cards.qr_picture", lambda text: asked.append(text) or qr_picture(text)
    )
    with app.test_request_context():
        print_codes(CODES, WORDS, "all", "x")
    assert set(asked) == {WORDS.address}


def test_letters_that_the_font_lacks_never_become_question_marks(app):
    other = CardWords(**vars(WORDS) | {"title": "Łódź decides", "who": "Każdy"})
    with app.test_request_context():
        words = shown_words(other)
        pdf = text_of(cards_pdf(CODES[:1], other))
    assert words.title == "engage.example.scot/rounds/mastrick-decides"
    assert words.who == "See engage.example.scot/rounds/mastrick-decides"
    assert "d?" not in pdf


def test_long_words_are_broken_and_long_texts_end_with_dots():
    sheet = Sheet("")
    sheet.set_font("helvetica", size=10)
    lines = sheet.lines_of("engage.example.scot/rounds/what-a-long-address " * 3, 40, 3)
    assert len(lines) == 3
    assert lines[0].endswith("/")
    assert lines[2].endswith("...")
    assert all(sheet.get_string_width(line) <= 40 for line in lines)


# Beside the server -------------------------------------------------------------------------------


@pytest.fixture
def started(app, monkeypatch):
    """What would be started beside the server, which here nobody does."""
    calls = []
    monkeypatch.setitem(app.config, "BACKGROUND", True)
    monkeypatch.setattr(
        "engage.budgeting.manage.orders.start_apart",
        lambda *words, given: calls.append((words, given)),
    )
    return calls


def finish(app, call):
    words, given = call
    done = app.test_cli_runner().invoke(args=list(words), input=given)
    assert done.exit_code == 0, done.output


def move_back(minutes):
    """Let what the batch last told of itself be so long ago."""
    then = clock.now() - timedelta(minutes=minutes)
    db.session.execute(sa.update(CodeBatch).values(started_at=then, worked_at=then))
    db.session.commit()


def test_a_large_order_is_made_beside_the_server_and_downloaded_once(
    app, round_, carys, as_person, started, monkeypatch
):
    monkeypatch.setattr("engage.budgeting.commands.os.nice", lambda steps: None)
    path, site = f"/desk/rounds/{round_.engagement.slug}/codes/", as_person(carys)
    page = site.send(path, {"number": "21"})
    assert (page.h1.text, count()) == ("Voting codes are being made", 0)
    assert "0 of 21 codes are made" in page.main.text
    assert page.select_one("progress")["max"] == "21"
    [(words, given)] = started
    assert words == ("budgeting", "finish-codes", str(round_.id), "-")
    name = json.loads(given)["name"]
    kept = [repr(db.session.execute(sa.select(table)).all()) for table in db.metadata.sorted_tables]
    assert name not in "".join(kept), "the database never holds what codes are made of"
    site.open(f"{path}made/?watch=yes")
    assert site.response.headers["Refresh"] == "20"
    finish(app, started[0])
    page = site.open(f"{path}made/?watch=yes")
    assert (page.h1.text, count()) == ("21 voting codes are made", 21)
    assert "Refresh" not in site.response.headers
    token = page.select_one("main input[name=csrf_token]")["value"]
    answer = site.client.post(f"{path}made/", data={"csrf_token": token, "shape": "csv"})
    assert answer.text.count("/vote") == 21
    assert batches() == [("handed_over", 21)]
    refused = app.test_cli_runner().invoke(args=list(words), input=given)
    assert (refused.exit_code, count()) == (0, 21), "nothing is left to make"


def test_what_stopped_half_way_is_gone_on_with_where_it_was_ordered(
    app, round_, carys, ada, as_person, started, small_parts, monkeypatch
):
    monkeypatch.setattr("engage.budgeting.commands.os.nice", lambda steps: None)
    path, site = f"/desk/rounds/{round_.engagement.slug}/codes/", as_person(carys)
    site.send(path, {"number": "21"})
    real, left = jobs.hash_codes, [2]

    def dies(round_id, codes):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return real(round_id, codes)

    monkeypatch.setattr(jobs, "hash_codes", dies)
    assert app.test_cli_runner().invoke(args=list(started[0][0]), input=started[0][1]).exit_code
    db.session.rollback()
    monkeypatch.setattr(jobs, "hash_codes", real)
    assert not site.open(f"{path}made/").select("form[action$='go-on/']")
    move_back(minutes=4)
    assert "seems to have stopped" in as_person(ada).open(path).main.text
    page = site.open(f"{path}made/")
    assert "4 of 21 codes are made" in page.main.text
    site.send_on(page, f"{path}made/go-on/")
    finish(app, started[1])
    assert batches() == [("waiting", 21)]


def test_of_two_processes_at_one_batch_one_goes_on(round_, small_parts, monkeypatch):
    batch = jobs.begin_batch(round_.id, 4)
    real = jobs.hash_codes

    def overtaken(round_id, codes):
        hashed = real(round_id, codes)
        begin_writing()
        keep_codes(db.session.get(Round, round_id), batch, hashed, at=clock.now(), **WHO)
        db.session.commit()
        return hashed

    monkeypatch.setattr(jobs, "hash_codes", overtaken)
    with pytest.raises(DroppedRefused):
        jobs.finish_batch(round_.id, batch, **WHO)
    db.session.rollback()
    assert (count(), batches()) == (2, [("making", 2)])


def test_an_order_lasts_a_day_in_its_browser_and_passes_through_a_sign_out(
    round_, carys, as_person
):
    path, site = f"/desk/rounds/{round_.engagement.slug}/codes/", as_person(carys)
    site.send(path, {"number": "2"})
    cookie = site.client.get_cookie(f"codes-{round_.id}", path=path)
    assert (cookie.max_age, cookie.path, cookie.http_only) == (24 * 3600, path, True)


def test_what_runs_beside_the_server_is_engage_itself(app, round_, tmp_path, monkeypatch):
    for name, value in {
        "ENGAGE_ENV": "testing",
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "KEY_DIRECTORY": app.config["KEY_DIRECTORY"],
        "ANCHOR_DIRECTORY": app.config["ANCHOR_DIRECTORY"],
    }.items():
        monkeypatch.setenv(name, str(value))
    batch = jobs.begin_batch(round_.id, 2)
    given = json.dumps({"name": batch.name, "number": 2, "skipped": [], **WHO, "by": None})
    start_apart("budgeting", "finish-codes", str(round_.id), "-", given=given)
    until = time.monotonic() + 60
    while batches() != [("waiting", 2)]:
        assert time.monotonic() < until, batches()
        db.session.rollback()
        time.sleep(0.2)
    assert len(hand_over(round_, batch, at=clock.now(), **WHO)) == 2
