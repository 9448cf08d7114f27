"""Unpacking a bundle that anybody may have made: within bounds, and refused in one plain line."""

import csv
import io
import json
import struct
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Any, BinaryIO

from engage.budgeting.rules.ballot_types import published_terms
from engage.budgeting.rules.ballots import SealFacts
from engage.budgeting.rules.bundle import (
    ACCOUNT,
    MEMBERS,
    OPENINGS,
    Opening,
    Paper,
    Sealed,
    ballots_csv,
    json_bytes,
    openings_csv,
    receipts_csv,
    rules_json,
)
from engage.budgeting.rules.bundle_parts import (
    Said,
    election_name,
    names_of,
    numbers_in,
)
from engage.budgeting.rules.changes import Changes, read_changes
from engage.budgeting.rules.paper_account import StationAccount
from engage.budgeting.rules.pots import read_pots
from engage.budgeting.rules.rounds import LEFTOVERS, BallotLine
from engage.tally.pabulib import PabulibFile, PabulibRefused, read_pabulib

#: Bounds far above any real vote: 300,000 ballots with the openings fit into them.
MOST_BYTES = 120_000_000
MOST_BYTES_OF_MEMBER = 50_000_000
MOST_BYTES_OF_JSON = 10_000_000
MOST_LINES = 300_010
#: A zip file's list of members, which is read at once, in bytes; and the ends of zip files.
MOST_BYTES_OF_LIST = 4_000
END, END_SIZE, BIG_END = b"PK\x05\x06", 22, b"PK\x06\x07"

#: The numbers of a paper account; and one station of it, with a value of each kind.
_COUNTED = ("ballots", "online", "paper", "desk_marks")
_STATION = StationAccount("", 0, 0, 0, 0, 0)


class BundleRefused(Exception):
    """It is no bundle, or a broken one; the message says why, in one line."""


@dataclass(frozen=True)
class Bundle:
    """A bundle as it was read; nothing of it is checked yet.

    ``files`` are the elections by the number of the part of the fund; 0 is a fund without parts.
    ``whole`` is every vote as ballots.csv has it, where the fund has parts: no file holds it whole.
    ``openings`` None: it has none. ``account`` None: nobody voted on paper, or nothing is told.
    """

    members: Mapping[str, bytes]
    paper: Paper
    sealed: Sealed
    leaves: Sequence[bytes]
    files: Mapping[int, PabulibFile]
    winners: Sequence[str]
    openings: Sequence[Opening] | None
    changes: Changes
    account: dict[str, Any] | None = None
    whole: Sequence[Said] = ()

    @property
    def said(self) -> Sequence[Said]:
        """Every vote, whole."""
        if self.paper.terms.pots:
            return self.whole
        return [(vote.choices, vote.points) for vote in self.files[0].votes]

    @property
    def votes(self) -> int:
        """How many votes there are."""
        return len(self.whole) if self.paper.terms.pots else len(self.files[0].vote_columns[0])


def read_bundle(stream: BinaryIO) -> Bundle:
    """Read a bundle. Raises BundleRefused."""
    members = unpack(stream)
    paper, numbers = _paper(members["rules.json"]), numbers_in(members)
    if numbers != ([pot.number for pot in paper.terms.pots] or [0]):
        raise BundleRefused("It is not a whole bundle: each part of the fund has an election")
    return Bundle(
        members=members,
        paper=paper,
        sealed=_sealed(members["seal.json"]),
        leaves=_leaves(members["receipts.csv"]),
        files={n: _election(election_name(n), members[election_name(n)]) for n in numbers},
        whole=_whole(paper, members["ballots.csv"]) if paper.terms.pots else (),
        winners=_winners(members["result.json"]),
        openings=_openings(members[OPENINGS]) if OPENINGS in members else None,
        account=_account(members[ACCOUNT]) if ACCOUNT in members else None,
        changes=_changes(members["changes.json"]),
    )


def unpack(stream: BinaryIO) -> dict[str, bytes]:
    """Return the members of a zip file by name. Raises BundleRefused, before it reads too much."""
    _check_end(stream)
    try:
        with zipfile.ZipFile(stream) as archive:
            listed = archive.infolist()
            _check_list(listed)
            return {info.filename: archive.read(info) for info in listed}
    except (zipfile.BadZipFile, struct.error, RuntimeError, OSError, ValueError, EOFError) as error:
        raise BundleRefused("The zip file is damaged: download it again") from error


def _check_end(stream: BinaryIO) -> None:
    """Look at the end of the file, which says how long the list of members is."""
    size = stream.seek(0, io.SEEK_END)
    if size > MOST_BYTES:
        raise BundleRefused(f"The file is larger than {MOST_BYTES:,} bytes: no bundle is")
    stream.seek(max(0, size - END_SIZE - 20))
    tail = stream.read(END_SIZE + 20)
    end = tail[-END_SIZE:]
    if len(end) < END_SIZE or not end.startswith(END):
        raise BundleRefused("It is not a bundle: no zip file, or one with something added")
    _, length = struct.unpack("<HL", end[10:16])
    if length > MOST_BYTES_OF_LIST or tail.startswith(BIG_END):
        raise BundleRefused("It is not a bundle: it holds too many files")
    stream.seek(0)


def _check_list(listed: Sequence[zipfile.ZipInfo]) -> None:
    names = [info.filename for info in listed]
    needed = set(MEMBERS) - names_of([0]) | names_of(numbers_in(names))
    if missing := sorted(needed - set(names)):
        raise BundleRefused(f"It is not a whole bundle: {missing[0]} is missing")
    if len(set(names)) < len(names) or set(names) - {*needed, OPENINGS, ACCOUNT}:
        raise BundleRefused("It is not a bundle as it was published: it holds other files, too")
    for info in listed:
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            raise BundleRefused(f"{info.filename} was packed anew: use the file as you got it")
        if info.file_size > MOST_BYTES_OF_MEMBER or info.file_size != info.compress_size:
            raise BundleRefused(f"{info.filename} is too large, or its size is wrong")
    if sum(info.file_size for info in listed) > MOST_BYTES:  # members may lie over one another
        raise BundleRefused(f"It unpacks to more than {MOST_BYTES:,} bytes: no bundle does")


# Members -----------------------------------------------------------------------------------------


def _paper(content: bytes) -> Paper:
    held = _json("rules.json", content)
    try:
        rules, rows = held["rules"], held["projects"]
        _need_rules(rules)
        ids = {_need(row["id"], int): _need(row["reference"], str) for row in rows}
        lines = [BallotLine(**{k: v for k, v in row.items() if k != "reference"}) for row in rows]
        for line in lines:
            _need(line.title, str)
            for number in (line.number, line.cost_pence, line.lot):
                _need(number, int)
            for optional in (line.smallest_pence, line.pot):
                if optional is not None:
                    _need(optional, int)
        pots: set[int | None] = {pot.number for pot in read_pots(rules.get("pots", ()))}
        if any(line.pot not in (pots or {None}) for line in lines):
            raise ValueError
        if len(set(ids.values())) < len(lines) or len({line.number for line in lines}) < len(lines):
            raise ValueError
        paper = Paper(rules, lines, ids)
        if rules_json(paper) != content:  # it says something else besides
            raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BundleRefused("rules.json does not hold rules and a ballot paper") from error
    return paper


def _need_rules(rules: Mapping[str, Any]) -> None:
    """Raise an error of what ``_paper`` catches for rules that a count can't go by."""
    for name in ("pot_pence", "min_choices", "max_choices"):
        _need(rules[name], int)
    for name, unused in (("rule", None), ("tie_order", None), ("completion", "none")):
        _need(rules.get(name, unused), str)
    _need(rules.get("comparison", False), bool)
    if _need(rules.get("increment_pence", 100), int) <= 0:
        raise ValueError
    for name in ("threshold", "points", "most_points", "boost_worth", "min_award_pence"):
        _need(rules.get(name, 0), int)
    published_terms(rules)
    if rules.get("leftover", "keep") not in LEFTOVERS:
        raise ValueError


def _sealed(content: bytes) -> Sealed:
    held = _json("seal.json", content)
    try:
        values = {
            field.name: held.pop(field.name)
            for field in fields(SealFacts)
            if field.default is MISSING or field.name in held
        }
        for name, value in {**values, **held}.items():
            _need(value, int if name in ("round_id", "n", "ballots", "desk") else str)
        facts = SealFacts(**values | {"at": datetime.fromisoformat(values["at"])})
        return Sealed(facts, **held)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BundleRefused("seal.json does not hold a seal") from error


def _account(content: bytes) -> dict[str, Any]:
    """Read a paper account. Every station's is whole, so that it can be added up."""
    held = _json(ACCOUNT, content)
    try:
        if held.keys() != {*_COUNTED, "stations"}:
            raise ValueError
        for name in _COUNTED:
            if _need(held[name], int) < 0:
                raise ValueError
        for row in held["stations"]:
            for field in fields(StationAccount):
                whole = {"is_marked": True, **row}  # what is usual is left out
                _need(whole[field.name], type(getattr(_STATION, field.name)))
            StationAccount(**row)
    except (KeyError, TypeError, ValueError) as error:
        raise BundleRefused(f"{ACCOUNT} does not hold a paper account") from error
    return held


def _changes(content: bytes) -> Changes:
    held = _json("changes.json", content)
    try:
        return read_changes(held)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BundleRefused("changes.json does not hold what was changed") from error


def _winners(content: bytes) -> Sequence[str]:
    held = _json("result.json", content)
    try:
        return [_need(winner, str) for winner in held["winners"]]
    except (KeyError, TypeError, ValueError) as error:
        raise BundleRefused("result.json does not hold a result") from error


def _json(name: str, content: bytes) -> dict[str, Any]:
    """Read an object that is written as we write it; two readers can't take it for two things."""
    try:
        held = json.loads(content) if len(content) <= MOST_BYTES_OF_JSON else None
        if not isinstance(held, dict) or json_bytes(held) != content:
            raise ValueError
    except (ValueError, RecursionError) as error:  # UnicodeError is a ValueError
        raise BundleRefused(f"{name} can't be read") from error
    return held


def _need(value: Any, kind: type) -> Any:
    """Return the value if it is of this kind. A truth value is no number here."""
    if type(value) is not kind:
        raise TypeError(value)
    return value


def _election(name: str, content: bytes) -> PabulibFile:
    _check_lines(name, content)
    try:
        return read_pabulib(io.BytesIO(content))
    except PabulibRefused as refusal:
        raise BundleRefused(f"{name} can't be read. {refusal}") from refusal


def _whole(paper: Paper, content: bytes) -> list[Said]:
    """Read ballots.csv, which is written again to see whether it is as we write it."""
    ids = {str(line.number): paper.ids[line.id] for line in paper.lines}
    votes: list[Said] = []
    try:
        for (cell,) in _rows("ballots.csv", content, 1):
            pairs = [part.partition(":") for part in cell.split(" ")]
            choices = tuple(ids[number] for number, _colon, _given in pairs)
            given = [points for _number, _colon, points in pairs]
            votes.append((choices, tuple(map(int, given)) if paper.terms.has_points else None))
        if ballots_csv(paper, votes) != content:
            raise ValueError
    except (KeyError, ValueError) as error:
        raise BundleRefused("ballots.csv is not in order, or a row of it is broken") from error
    return votes


def _leaves(content: bytes) -> list[bytes]:
    leaves = [_hex(row[1], 32) for row in _rows("receipts.csv", content, 2)]
    if receipts_csv(leaves) != content:
        raise BundleRefused("receipts.csv is not in order, or a receipt is not its fingerprint's")
    return leaves


def _openings(content: bytes) -> list[Opening]:
    openings = [
        Opening(_hex(row[0], 32), int(row[1]), _hex(row[2], 16), row[3])
        for row in _rows(OPENINGS, content, 4)
        if row[1].isascii() and row[1].isdigit() and len(row[1]) < 10
    ]
    if openings_csv(openings) != content:
        raise BundleRefused(f"{OPENINGS} is not in order, or a row of it is broken")
    return openings


def _hex(text: str, size: int) -> bytes:
    """Return the bytes, or none: what is written again then differs from what was read."""
    try:
        read = bytes.fromhex(text)
    except ValueError:
        return b""
    return read if len(read) == size else b""


def _rows(name: str, content: bytes, width: int) -> Iterator[list[str]]:
    """Yield the rows below the header."""
    _check_lines(name, content)
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        for number, row in enumerate(reader, 1):
            if len(row) != width:
                raise BundleRefused(f"{name}, row {number}: it should have {width} cells")
            if number > 1:
                yield row
    except (csv.Error, UnicodeDecodeError) as error:
        raise BundleRefused(f"{name} can't be read") from error


def _check_lines(name: str, content: bytes) -> None:
    if content.count(b"\n") + content.count(b"\r") > 2 * MOST_LINES:
        raise BundleRefused(f"{name} has more lines than any vote")
