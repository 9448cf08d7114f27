"""A bundle agrees with itself, every forgery of it is noticed, and rubbish is refused in a line."""

import io
import json
import re
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from engage.budgeting.rules.ballots import receipt_of
from engage.budgeting.rules.bundle import (
    MEMBERS,
    OPENINGS,
    SUMS,
    may_be_published,
    pack,
    plain_hash,
)
from engage.budgeting.rules.rounds import BallotLine, hash_ballot
from engage.budgeting.rules.unpacking import BundleRefused, read_bundle, unpack
from engage.budgeting.rules.verifying import is_of_votes_alone
from engage.tally.election import Completion, Method, Rule, Utility
from tests.makers.bundles import (
    faults,
    forged,
    json_with,
    make_members,
    make_openings,
    replaced,
)

PUBLIC, OPENED = pack(make_members()), pack(make_members(opened=True))


def members(content: bytes) -> dict[str, bytes]:
    return unpack(io.BytesIO(content))


def faults_or_refusal(content: bytes) -> list[str]:
    try:
        return faults(content)
    except BundleRefused as refusal:
        return [str(refusal)]


@pytest.mark.requirement("R76")
@pytest.mark.parametrize("content", [PUBLIC, OPENED])
def test_a_bundle_agrees_with_itself(content: bytes) -> None:
    assert faults(content) == []


def test_the_same_round_gives_the_same_bytes() -> None:
    assert pack(make_members()) == PUBLIC
    assert pack(dict(reversed(make_members().items()))) == PUBLIC
    with zipfile.ZipFile(io.BytesIO(PUBLIC)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.requirement("R76")
def test_what_everybody_gets_does_not_lead_from_a_receipt_to_a_vote() -> None:
    held = members(PUBLIC)
    assert set(held) == set(MEMBERS)
    openings = make_openings(read_bundle(io.BytesIO(PUBLIC)).sealed.ballot_hash)
    for opening in openings:
        found = {name for name in held if opening.leaf.hex() in held[name].decode()}
        assert found == {"receipts.csv"}
        assert not any(opening.salt.hex() in content.decode() for content in held.values())
    assert b"\n1 2\r\n1 2\r\n" in held["ballots.csv"]
    assert held["ballots.csv"].splitlines()[1:] == sorted(held["ballots.csv"].splitlines()[1:])
    assert {line.count(",") for line in held["receipts.csv"].decode().splitlines()} == {1}


def test_a_title_that_a_spreadsheet_would_run_is_made_safe() -> None:
    assert "'=Skate" in members(PUBLIC)["projects.csv"].decode()


@pytest.mark.requirement("R74")
@pytest.mark.parametrize(("ballots", "may"), [(0, False), (9, False), (49, False), (50, True)])
def test_votes_are_published_from_fifty_on(ballots: int, may: bool) -> None:
    assert may_be_published(ballots) is may


SHARES = Method(Rule.EQUAL_SHARES, Utility.COST, Completion.ADD1_UTILITARIAN, True, 50)
DECLARED = [
    {},
    {"threshold": 36},
    {
        "method": Method(Rule.EQUAL_SHARES, completion=Completion.UTILITARIAN),
        "rule": "equal-shares",
        "completion": "utilitarian",
    },
    {
        "method": SHARES,
        "rule": "equal-shares",
        "completion": "add1-utilitarian",
        "comparison": True,
        "increment_pence": 50,
    },
]


@pytest.mark.parametrize("declared", DECLARED)
def test_a_stranger_counts_again_with_what_the_readme_says(
    tmp_path: Path, declared: dict[str, Any]
) -> None:
    content = pack(make_members(**declared))
    assert faults(content) == []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    readme = (tmp_path / "README.txt").read_text(encoding="utf-8")
    command = re.search(r"python3 (recount\.py .*) > mine\.json", readme)[1].split()
    ran = subprocess.run([sys.executable, *command], cwd=tmp_path, capture_output=True, check=True)
    assert ran.stdout == (tmp_path / "result.json").read_bytes()
    subprocess.run(["sha256sum", "--quiet", "-c", SUMS], cwd=tmp_path, check=True)


# Receipts -----------------------------------------------------------------------------------------


@pytest.mark.requirement("R76")
def test_each_receipt_is_found_however_it_is_typed() -> None:
    for leaf in read_bundle(io.BytesIO(PUBLIC)).leaves:
        assert faults(PUBLIC, receipt_of(leaf).lower().replace("-", " ")) == []


@pytest.mark.parametrize(
    ("receipt", "fault"),
    [
        ("0000-0000-0000-0000", "The receipt is not in it"),
        ("0000", "That is no receipt"),
        ("", "That is no receipt"),
    ],
)
def test_another_receipt_is_not_found(receipt: str, fault: str) -> None:
    (told,) = faults(PUBLIC, receipt)
    assert told.startswith(fault)


# Forgeries ----------------------------------------------------------------------------------------


@pytest.mark.requirement("R76")
@pytest.mark.parametrize("name", sorted({*MEMBERS, OPENINGS}))
def test_one_changed_byte_of_any_member_is_noticed(name: str) -> None:
    held = members(OPENED)
    middle = len(held[name]) // 2
    changed = bytearray(held[name])
    changed[middle] ^= 1
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for member, content in held.items():
            archive.writestr(member, bytes(changed) if member == name else content)
    assert any(name in fault for fault in faults_or_refusal(out.getvalue()))


def swapped_receipt(content: bytes) -> bytes:
    """Another fingerprint in the place of the last, with the receipt that belongs to it."""
    lines = content.decode().splitlines(keepends=True)
    leaf = b"\xff" * 32
    return "".join([*lines[:-1], f"{receipt_of(leaf)},{leaf.hex()}\r\n"]).encode()


def without_last(content: bytes) -> bytes:
    return b"".join(content.splitlines(keepends=True)[:-1])


def first_opening(*, cell: int, to: str):
    """Change a cell of the first row of the openings."""

    def apply(content: bytes) -> bytes:
        header, first, *rest = content.decode().split("\r\n")
        cells = first.split(",", 3)
        cells[cell] = to
        return "\r\n".join([header, ",".join(cells), *rest]).encode()

    return apply


def cheaper(held):
    held["projects"][0]["cost_pence"] = 299_900


def other_title(held):
    held["projects"][0]["title"] = "Bike shed"


def bigger_fund(held):
    held["rules"]["pot_pence"] = 850_000


def more_choices(held):
    held["rules"]["max_choices"] = 3


def other_seal(held):
    held["reason"] = "Closed"


def other_count(held):
    held["ballots"] = 61


def other_result(held):
    held["winners"] = ["13"]


def other_voters(held):
    """Rules that change no count, with hashes that fit them."""
    held["rules"]["who_may_vote"] = "Friends of the council"


def hashes_for(change):
    """Let seal.json name the rules and the ballot paper that a change of rules.json makes."""

    def apply(held):
        paper = json.loads(members(PUBLIC)["rules.json"])
        change(paper)
        lines = [
            BallotLine(**{k: v for k, v in row.items() if k != "reference"})
            for row in paper["projects"]
        ]
        held["rules_hash"] = plain_hash(paper["rules"])
        held["ballot_hash"] = hash_ballot(held["rules_hash"], lines)

    return json_with(apply)


def longer(held):
    held["extensions"] = [{"before": "2026-11-22", "until": "2026-11-29", "reason": "Snow"}]


A_VOTE = ("election.pb", replaced("\n60;13", "\n60;14"))
PB, RECEIPTS, RULES, SEAL = "election.pb", "receipts.csv", "rules.json", "seal.json"
FORGERIES = {
    "a choice, in one file": ([A_VOTE], "ballots.csv and election.pb do not hold the same votes"),
    "a choice, in both files": (
        [A_VOTE, ("ballots.csv", lambda c: c[:-3] + b"4\r\n")],
        "gives project 13 30 votes, but has 29",
    ),
    "a choice, and it breaks the limits": (
        [("election.pb", replaced("\n60;13", "\n60;11,12,13"))],
        "breaks the rules: 11,12,13",
    ),
    "votes told of a project": ([("projects.csv", replaced(",40,", ",41,"))], "projects.csv"),
    "a cost in projects.csv": ([("projects.csv", replaced("3000", "2999"))], "projects.csv"),
    "a cost in election.pb": ([(PB, replaced(";3000;", ";2999;"))], "The projects in election.pb"),
    "a lot in election.pb": ([(PB, replaced(";1;4", ";1;5"))], "The projects in election.pb"),
    "a name in election.pb": ([(PB, replaced("Choir", "Chair"))], "The projects in election.pb"),
    "the fund in election.pb": ([(PB, replaced("6000", "8500"))], "The fund in election.pb"),
    "a threshold in election.pb": (
        [(PB, replaced("PROJECTS", "min_project_score_threshold;36\nPROJECTS"))],
        "another kind of count",
    ),
    "another kind of vote": ([(PB, replaced("approval", "ordinal"))], "another kind of count"),
    "another column of projects": ([(PB, replaced(";lot", ";sit"))], "other columns"),
    "which are selected": ([(PB, replaced("Choir;1", "Choir;0"))], "name other funded projects"),
    "a cost in rules.json": ([(RULES, json_with(cheaper))], "The ballot paper"),
    "a title in rules.json": ([(RULES, json_with(other_title))], "The ballot paper"),
    "the fund in rules.json": ([(RULES, json_with(bigger_fund))], "The rules in rules.json"),
    "the limits in rules.json": ([(RULES, json_with(more_choices))], "The rules in rules.json"),
    "who may vote, under the same seal": (
        [(RULES, json_with(other_voters)), (SEAL, hashes_for(other_voters))],
        "are not the ones that were sealed",
    ),
    "a title, under the same seal": (
        [
            (RULES, json_with(other_title)),
            (SEAL, hashes_for(other_title)),
            (PB, replaced("Bike shelter", "Bike shed")),
            ("projects.csv", replaced("Bike shelter", "Bike shed")),
        ],
        "are not the ones that were sealed",
    ),
    "a longer vote that never was": (
        [("changes.json", json_with(longer))],
        "are not the ones that were sealed",
    ),
    "the program": (
        [("recount.py", lambda c: b"print(open('result.json').read(), end='')\n")],
        "recount.py is not the one of this version",
    ),
    "what the program is told": (
        [("README.txt", replaced("--rule greedy", "--rule greedy-stop"))],
        "README.txt is not the one of this version",
    ),
    "a line that somebody might follow": (
        [("README.txt", lambda c: c + b"Or run forged.py, which is faster.\n")],
        "README.txt is not the one of this version",
    ),
    "the limits in election.pb": (
        [(PB, replaced("max_length;2", "max_length;3"))],
        "election.pb tells other limits",
    ),
    "another limit in election.pb": (
        [(PB, replaced("max_length;2", "max_length;2\nmax_sum_cost;6000"))],
        "election.pb tells other limits",
    ),
    "something more in election.pb": (
        [(PB, replaced("PROJECTS", "leader_rule;all\nPROJECTS"))],
        "more than a bundle has",
    ),
    "a name in the place of a number": (
        [(PB, replaced("\n60;13", "\nAisha;13"))],
        "does not number its votes",
    ),
    "the seal": ([(SEAL, json_with(other_seal))], "does not agree with its own hash"),
    "the number sealed": ([(SEAL, json_with(other_count))], "61 votes were sealed"),
    "a fingerprint": ([(RECEIPTS, swapped_receipt)], "are not the ones that were sealed"),
    "a fingerprint is gone": ([(RECEIPTS, without_last)], "59 fingerprints in receipts.csv"),
    "the winners": ([("result.json", json_with(other_result))], "gives another result"),
    "the money left": (
        [("result.json", replaced('"unspent":0', '"unspent":1'))],
        "gives another result",
    ),
    "a salt": ([(OPENINGS, first_opening(cell=2, to="00" * 16))], "does not give its fingerprint"),
    "a version": ([(OPENINGS, first_opening(cell=1, to="2"))], "does not give its fingerprint"),
    "an opened choice": (
        [(OPENINGS, first_opening(cell=3, to="[14]"))],
        "does not give its fingerprint",
    ),
    "an opening is gone": ([(OPENINGS, without_last)], "do not hold the same fingerprints"),
}


@pytest.mark.requirement("R76")
@pytest.mark.parametrize("what", FORGERIES)
def test_a_forgery_with_sums_that_fit_is_noticed_by_what_it_changes(what: str) -> None:
    changes, words = FORGERIES[what]
    told = faults(forged(OPENED, *changes))
    assert any(words in fault for fault in told), told


@pytest.mark.parametrize("opened", [False, True])
def test_a_seal_from_before_the_rules_were_sealed_too_still_agrees(opened: bool) -> None:
    content = pack(make_members(bound=False, opened=opened))
    assert faults(content) == []
    assert is_of_votes_alone(read_bundle(io.BytesIO(content)))
    assert not is_of_votes_alone(read_bundle(io.BytesIO(PUBLIC)))


def test_one_receipt_that_was_given_to_two_voters_is_noticed() -> None:
    assert "A fingerprint stands in receipts.csv twice" in faults(pack(make_members(clash=True)))


@pytest.mark.parametrize(
    "rules", [{"rule": "stv"}, {"completion": "add2"}, {"tie_order": "cost,age"}]
)
def test_a_rule_that_the_recount_does_not_know_is_not_taken_for_another(rules: Any) -> None:
    (told,) = faults(pack(make_members(**rules)))
    assert told == "recount.py does not know the rule that rules.json names"


def test_an_exchange_that_leaves_every_sum_is_noticed_by_scrutineers_only() -> None:
    """Two voters' second choices change places, so that no project has a vote more or less."""
    exchange = [
        (PB, replaced("\n35;11,13\n", "\n35;11,14\n")),
        (PB, replaced("\n51;12,14\n", "\n51;12,13\n")),
        ("ballots.csv", replaced("1 3\r\n1 4", "1 4\r\n1 4")),
        ("ballots.csv", replaced("2 3\r\n2 4", "2 3\r\n2 3")),
    ]
    assert faults(forged(PUBLIC, *exchange)) == []
    assert faults(forged(OPENED, *exchange)) == [
        "openings.csv and election.pb do not hold the same votes"
    ]


def test_a_receipt_that_is_not_its_fingerprints_is_refused() -> None:
    held = members(PUBLIC)["receipts.csv"].decode().splitlines()[1][:19]
    with pytest.raises(BundleRefused, match="a receipt is not its fingerprint's"):
        faults(forged(PUBLIC, (RECEIPTS, replaced(held, "0000-0000-0000-0000"))))


# Rubbish ------------------------------------------------------------------------------------------


def zipped(held: dict[str, bytes], method: int = zipfile.ZIP_STORED, twice: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in held.items():
            archive.writestr(name, content)
        if twice:
            with pytest.warns(UserWarning, match="Duplicate name"):
                archive.writestr(twice, b"")
    return out.getvalue()


def with_member(name: str, content: bytes) -> bytes:
    return zipped({**members(OPENED), name: content})


def claims_size(content: bytes, size: int) -> bytes:
    """Let the list of members claim another size of its first member."""
    at = content.index(b"PK\x01\x02")
    return content[: at + 20] + struct.pack("<LL", size, size) + content[at + 28 :]


def all_claim_size(content: bytes, size: int) -> bytes:
    """Let the list of members claim that each is of this size, so that they overlap."""
    pieces = content.split(b"PK\x01\x02")
    sizes = struct.pack("<LL", size, size)
    return b"PK\x01\x02".join([pieces[0], *(p[:16] + sizes + p[24:] for p in pieces[1:])])


MANY = zipped({f"{n}.txt": b"" for n in range(500)})
RUBBISH = {
    "nothing": (b"", "no zip file"),
    "no zip": (b"Dear voter" * 100, "no zip file"),
    "half of one": (PUBLIC[: len(PUBLIC) // 2], "no zip file"),
    "something added": (PUBLIC + b"x", "no zip file"),
    "many files": (MANY, "too many files"),
    "another zip": (zipped({"a.txt": b""}), "README.txt is missing"),
    "a file too much": (with_member("x.exe", b""), "other files"),
    "a path that climbs": (with_member("../x", b""), "other files"),
    "a file twice": (zipped(members(PUBLIC), twice=SUMS), "other files"),
    "a zip bomb": (
        zipped({**members(PUBLIC), PB: bytes(60_000_000)}, zipfile.ZIP_DEFLATED),
        "packed anew",
    ),
    "a huge member": (claims_size(PUBLIC, 3_000_000_000), "too large"),
    "members that overlap": (all_claim_size(PUBLIC, 45_000_000), "unpacks to more than"),
    "a wrong size": (claims_size(PUBLIC, 40_000_000), "damaged"),
    "a member over others": (claims_size(PUBLIC, 20), "damaged"),
    "a broken election": (with_member(PB, b"META\nkey;value\n"), "election.pb can't be read"),
    "an endless quotation": (with_member(PB, b"META\n" + b'"' * 300_000), "election.pb"),
    "too many lines": (with_member(PB, b"\n" * 700_000), "more lines than any vote"),
    "too many rows": (with_member(RECEIPTS, b"\n" * 700_000), "more lines than any vote"),
    "a row too short": (with_member(RECEIPTS, b"receipt\r\n"), "it should have 2 cells"),
    "no text": (with_member(RECEIPTS, b"\xff\xfe,a"), "receipts.csv can't be read"),
    "a broken quotation": (with_member(RECEIPTS, b'a,"b"c\r\n'), "receipts.csv can't be read"),
    "a leaf that is none": (with_member(RECEIPTS, b"receipt,fingerprint\r\nA,zz\r\n"), "not in"),
    "an opening without number": (
        with_member(OPENINGS, b"fingerprint,version,salt,choices\r\n00,x,00,[]\r\n"),
        "a row of it is broken",
    ),
    "no JSON": (with_member(SEAL, b"{"), "seal.json can't be read"),
    "deep JSON": (with_member(SEAL, b"[" * 100_000), "seal.json can't be read"),
    "a list": (with_member(RULES, b"[]\n"), "rules.json can't be read"),
    "two keys of a name": (with_member(SEAL, b'{"a":1,"a":2}\n'), "seal.json can't be read"),
    "no seal": (with_member(SEAL, b"{}\n"), "does not hold a seal"),
    "a truth for a number": (
        forged(PUBLIC, (SEAL, json_with(lambda held: held.update(n=True)))),
        "does not hold a seal",
    ),
    "no time": (
        forged(PUBLIC, (SEAL, json_with(lambda held: held.update(at="noon")))),
        "does not hold a seal",
    ),
    "no rules": (with_member(RULES, b'{"projects":[],"rules":{}}\n'), "rules and a ballot paper"),
    "a fund that is none": (
        forged(PUBLIC, (RULES, json_with(lambda held: held["rules"].update(pot_pence="6")))),
        "rules and a ballot paper",
    ),
    "a strange project": (
        forged(PUBLIC, (RULES, json_with(lambda held: held["projects"][0].update(x=1)))),
        "rules and a ballot paper",
    ),
    "something besides the rules": (
        forged(PUBLIC, (RULES, json_with(lambda held: held.update(note="Counted by hand")))),
        "rules and a ballot paper",
    ),
    "two projects of a number": (
        forged(PUBLIC, (RULES, json_with(lambda held: held["projects"][0].update(number=2)))),
        "rules and a ballot paper",
    ),
    "no result": (with_member("result.json", b'{"winners":3}\n'), "does not hold a result"),
}


@pytest.mark.parametrize("what", RUBBISH)
def test_rubbish_is_refused_in_one_plain_line(what: str) -> None:
    content, words = RUBBISH[what]
    with pytest.raises(BundleRefused, match=words) as refusal:
        read_bundle(io.BytesIO(content))
    assert "\n" not in str(refusal.value)


def test_an_endless_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "endless.zip").open("w+b") as stream:
        stream.truncate(10**12)
        with pytest.raises(BundleRefused, match="larger than 120,000,000 bytes"):
            read_bundle(stream)


def test_any_damaged_byte_of_the_zip_itself_ends_in_a_plain_refusal() -> None:
    start = PUBLIC.index(b"PK\x01\x02")
    for at in [*range(60), *range(start, len(PUBLIC))]:
        broken = bytearray(PUBLIC)
        broken[at] ^= 0xFF
        assert not any("\n" in fault for fault in faults_or_refusal(bytes(broken)))
