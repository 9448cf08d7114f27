"""A file of groups: read, looked at, then taken whole or not at all (R01)."""

import csv
import io
import json

import pytest
from sqlalchemy import select

from engage.audit.models import AuditEvent
from engage.bodies.models import BodyImport, CommunityBody
from engage.bodies.queries.importing import preview
from engage.bodies.queries.register import wishes_of
from engage.bodies.rules.importing import (
    COLUMNS,
    EXAMPLES,
    MOST_BYTES,
    ImportRefused,
    read_bodies,
    text_of,
)
from tests.bodies.test_bodies_views import errors
from tests.conftest import check_page
from tests.makers.bodies import make_body
from tests.makers.places import make_places

AREAS = {"glen": 1, "harbour": 2}
HEAD = "name,kind,place_or_interest,purpose,areas,constituted,how_involved,contact_email\n"
GOOD = 'Torry Friends,informal,place,"Trees,\nand ""more""",Glen; harbour,no,involve,\n'
DESK = "/desk/groups/import/"


def said(rows):
    return [(f.line, f.column, f.message) for f in read_bodies(HEAD + rows, AREAS).faults]


# Reading ----------------------------------------------------------------------------------------


def test_r01_an_unconstituted_group_of_a_file_is_read_with_its_quoted_lines():
    (row,) = read_bodies(HEAD + GOOD, AREAS).rows
    assert (row.line, row.wish, row.details.is_constituted) == (2, "involve", False)
    assert row.details.purpose == 'Trees,\nand "more"'
    assert row.details.locality_ids == (1, 2)


@pytest.mark.parametrize(
    "data",
    [
        "name\nCafé’s".encode("utf-8-sig"),
        "name\nCafé’s".encode(),
        "name\nCafé’s".encode("cp1252"),
    ],
)
def test_what_spreadsheets_save_is_read(data):
    assert text_of(data) == "name\nCafé’s"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04", "spreadsheet"),
        ("name".encode("utf-16"), "no CSV file"),
        (b"\x81\x8d", "can’t be read"),
        (b" \n", "empty"),
        (b"x" * (MOST_BYTES + 1), "larger than 1 MB"),
    ],
)
def test_what_is_no_csv_file_is_said(data, why):
    with pytest.raises(ImportRefused, match=why):
        text_of(data)


@pytest.mark.parametrize("mark", [";", "\t"])
def test_other_marks_between_cells_are_known(mark):
    text = "name,kind,place_or_interest,purpose\nA,youth,both,B\n".replace(",", mark)
    assert read_bodies(text, {}).rows[0].details.kind == "youth"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name,kind\nA,youth\n", "no column called “place_or_interest”"),
        (HEAD, "no groups under"),
        (HEAD.replace("areas", "name"), "two columns called “name”"),
    ],
)
def test_a_file_of_another_kind_is_refused(text, why):
    with pytest.raises(ImportRefused, match=why):
        read_bodies(text, {})


def test_more_groups_than_a_file_may_hold_are_refused(monkeypatch):
    monkeypatch.setattr("engage.bodies.rules.importing.MOST_ROWS", 1)
    with pytest.raises(ImportRefused, match="more than 1 groups"):
        read_bodies(HEAD + "A,youth,both,B\nC,youth,both,D\n", {})


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",youth,both,B", (2, "name", "Nothing stands here")),
        ("A,cult,both,B", (2, "kind", "“cult” is not known")),
        ("A,youth,here,B", (2, "place_or_interest", "“here” is not known")),
        ("A,youth,both,", (2, "purpose", "Nothing stands here")),
        ("A,youth,both,B,Atlantis", (2, "areas", "There is no area called “Atlantis”")),
        ("A,youth,both,B,,maybe", (2, "constituted", "Write “yes” or “no”")),
        ("A,youth,both,B,,,always", (2, "how_involved", "“always” is not known")),
        ("A,youth,both,B,,,,me", (2, "contact_email", "“me” is not an email address")),
        (f"{'A' * 151},youth,both,B", (2, "name", "The text is longer than 150")),
        ("!!,youth,both,B", (2, "name", "no letter and no number")),
        ("A,youth,both,B,,,,,more", (2, "", "The row has 9 cells, and the first line has 8")),
        ('A,"you"th,both,B', (2, "", "quotation mark")),
    ],
)
def test_r01_what_is_wrong_is_named_by_line_and_column(row, fault):
    (found,) = said(row + "\n")
    assert found[:2] == fault[:2]
    assert fault[2] in found[2]


def test_lines_are_counted_as_an_editor_counts_them():
    rows = GOOD + ",youth,both,B\n" + "The TORRY friends,youth,both,B\n"
    assert said(rows) == [
        (4, "name", "Nothing stands here"),
        (5, "name", "The same group stands on line 2"),
    ]


def test_the_file_to_fill_in_is_one_that_can_be_read():
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, *EXAMPLES])
    areas = {"name of a locality": 1, "name of another": 2}
    assert len(read_bodies(out.getvalue(), areas).rows) == 2


# Taking -----------------------------------------------------------------------------------------


def send_file(site, data, status=200):
    """Upload a file as a browser does."""
    page = site.open(DESK)
    token = page.select_one("[name=csrf_token]")["value"]
    fields = {"csrf_token": token, "file": (io.BytesIO(data), "groups.csv")}
    site.response = site.client.post(DESK, data=fields, follow_redirects=True)
    assert site.response.status_code == status
    return check_page(site.response.text)


def names(session):
    return sorted(session.scalars(select(CommunityBody.name)))


def test_r01_nothing_is_written_until_it_is_confirmed(as_person, session, carys):
    make_places(session)
    make_body(session, "Kirkton Community Council")
    make_body(session, "Netherton Walkers")
    rows = (
        "Torry Friends,Informal group,Local group,Trees,upper glen,no,inform,t@example.org\n"
        "Kirkton community council,community council,place,To speak,,yes,,\n"
        "Netherton Walkers Club,informal,both,To walk,,,,\n"
        "Friends of Torry,informal,both,To walk,,,,\n"
    )
    site = as_person(carys)
    page = send_file(site, (HEAD + rows).encode("cp1252"))
    for words in ("New groups (1)", "left out (1)", "Look like others (2)", "looks like line 2"):
        assert words in " ".join(page.main.text.split())
    assert len(names(session)) == 2
    path = f"{DESK}{session.scalars(select(BodyImport.public_id)).one()}/"
    page = site.send_on(page, path, {"own": ["4"]}, form="")
    assert "2 groups were added" in page.text
    assert names(session) == [
        "Kirkton Community Council", "Netherton Walkers", "Netherton Walkers Club", "Torry Friends",
    ]  # fmt: skip
    body = session.scalars(select(CommunityBody).where(CommunityBody.name == "Torry Friends")).one()
    assert (body.stage, body.contact_email, wishes_of([body.id])) == (
        "registered", "t@example.org", {body.id: "inform"},
    )  # fmt: skip
    assert len(body.localities) == 1
    assert session.query(BodyImport).count() == 0
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, json.loads(event.detail)["count"]) == ("bodies.imported", 2)


def test_r01_a_file_with_one_bad_row_changes_nothing(as_person, session, carys):
    site = as_person(carys)
    page = send_file(site, (HEAD + "A,youth,both,B\n" + "B,cult,both,B\n").encode())
    assert "“cult” is not known" in page.main.text
    path = f"{DESK}{session.scalars(select(BodyImport.public_id)).one()}/"
    assert not page.select("[name=shown]")
    token = page.select_one("[name=csrf_token]")["value"]
    shown = preview(session.scalars(select(BodyImport.data)).one()).digest
    sent = {"csrf_token": token, "shown": shown}
    assert site.client.post(path, data=sent).status_code == 422
    assert names(session) == []
    site.send(path, form=f"{path}give-up/")
    assert session.query(BodyImport).count() == 0


def test_what_changed_since_the_look_is_looked_at_again(as_person, session, carys):
    site = as_person(carys)
    page = send_file(site, (HEAD + "A,youth,both,B\n").encode())
    path = f"{DESK}{session.scalars(select(BodyImport.public_id)).one()}/"
    make_body(session, "A")
    page = site.send_on(page, path, form="", status=422)
    assert "changed since you looked" in errors(page)[0]
    page = site.send_on(page, path, form="", status=422)
    assert "Nothing would be added" in errors(page)[0]


def test_what_is_no_file_is_said_at_the_field(as_person, carys):
    site = as_person(carys)
    page = send_file(site, b"PK\x03\x04", status=422)
    assert "Save it as CSV" in errors(page)[0]
    assert "name,kind" in site.client.get(f"{DESK}template.csv").text


def test_a_file_is_seen_by_whoever_sent_it_alone(as_person, session, carys, ada):
    send_file(as_person(carys), (HEAD + "A,youth,both,B\n").encode())
    path = f"{DESK}{session.scalars(select(BodyImport.public_id)).one()}/"
    as_person(ada).open(path, status=404)


def test_the_command_takes_all_or_nothing(app, session, tmp_path):
    file = tmp_path / "groups.csv"
    file.write_text(HEAD + "A,youth,both,B\nB,cult,both,C\n")
    run = app.test_cli_runner().invoke
    answer = run(args=["bodies", "import", str(file)])
    assert (answer.exit_code, "Line 3, kind" in answer.output) == (1, True)
    assert names(session) == []
    file.write_text(HEAD + "Torry Friends,youth,both,B\nTorry Friend,youth,both,C\n")
    assert (
        "1 groups would be added" in run(args=["bodies", "import", str(file), "--dry-run"]).output
    )
    assert names(session) == []
    told = json.loads(run(args=["bodies", "import", str(file), "--add-alike", "--json"]).output)
    assert told["added"] == ["Torry Friends", "Torry Friend"]
    assert names(session) == ["Torry Friend", "Torry Friends"]
    answer = run(args=["bodies", "import", str(file)])
    assert (answer.exit_code, "stands already" in answer.output) == (0, True)
    assert "0 asked" in run(args=["bodies", "review"]).output
