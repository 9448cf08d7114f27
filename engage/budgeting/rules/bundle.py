"""The bundle that publishes a declared round: what stands in it, and how it is packed.

The votes and the fingerprints that receipts are made of stand in it apart, each in an order of
its own: whoever sees somebody's receipt learns that their vote counts, and not what it says. Only
the openings, which are for scrutineers, say which vote belongs to which fingerprint.
"""

import csv
import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from engage.audit.rules import canonical_json
from engage.budgeting.rules.ballot_types import (
    COUNTED_BY_POINTS,
    BallotKind,
    BallotTerms,
    published_terms,
)
from engage.budgeting.rules.ballots import SealFacts, receipt_of
from engage.budgeting.rules.bundle_parts import (
    CountedPart,
    Said,
    election_name,
    result_name,
    result_of_parts,
)
from engage.budgeting.rules.bundle_words import readme
from engage.budgeting.rules.changes import Changes, plain_changes
from engage.budgeting.rules.proposing import smallest_on_ballot
from engage.budgeting.rules.rounds import LEFTOVERS, BallotLine, plain_line
from engage.tally import recount
from engage.tally.commands import canonical
from engage.tally.money import major_text
from engage.tally.pabulib import PabulibFile, write_pabulib
from engage.web.rules import safe_cell

#: Below so many ballots no vote is published by itself; only scrutineers count again.
FEWEST_FOR_BALLOTS = 50

SUMS, OPENINGS = "SHA256SUMS", "openings.csv"
#: The paper account of a round that took paper.
ACCOUNT = "reconciliation.json"
#: What every bundle holds; a scrutineer's holds the openings, too. Where the fund has parts, each
#: has an election and a result of its own (rules.bundle_parts).
MEMBERS = (
    "README.txt",
    SUMS,
    "ballots.csv",
    "changes.json",
    "election.pb",
    "projects.csv",
    "receipts.csv",
    "recount.py",
    "result.json",
    "rules.json",
    "seal.json",
)
#: The time that every member bears, so that the same round gives the same bytes.
NO_TIME = (1980, 1, 1, 0, 0, 0)


class BundleWithheld(Exception):
    """There is no bundle of this round for whoever asks; the message says why."""


@dataclass(frozen=True)
class Paper:
    """The rules and the ballot paper as they were fixed, and each project's id in the count."""

    rules: Mapping[str, Any]
    lines: Sequence[BallotLine]
    ids: Mapping[int, str]

    @property
    def terms(self) -> BallotTerms:
        """What a ballot could hold."""
        return published_terms(self.rules)

    @property
    def kind(self) -> BallotKind:
        """The type of the ballot."""
        return self.terms.kind

    @property
    def pot_of(self) -> dict[str, int | None]:
        """The part of the fund that pays for each project, by the project's id in the count."""
        return {self.ids[line.id]: line.pot for line in self.lines}

    def lines_in(self, number: int) -> list[BallotLine]:
        """Return the projects of one part in the paper's order; 0: the fund is one whole."""
        return [line for line in self.lines if not number or line.pot == number]


@dataclass(frozen=True)
class Sealed:
    """The seal that was counted with its hash, and the hashes of the rules and the ballot paper."""

    facts: SealFacts
    hash: str
    rules_hash: str
    ballot_hash: str


@dataclass(frozen=True, order=True)
class Opening:
    """What a leaf was made of."""

    leaf: bytes
    version: int
    salt: bytes
    choices: str


def may_be_published(ballots: int) -> bool:
    """Say whether there are ballots enough to publish each by itself, without names.

    >>> may_be_published(49), may_be_published(50)
    (False, True)
    """
    return ballots >= FEWEST_FOR_BALLOTS


def plain_hash(rules: Mapping[str, Any]) -> str:
    """Return what ``hash_rules`` gives for the rules, from what ``plain_rules`` gives for them."""
    return hashlib.sha256(canonical_json(dict(rules)).encode()).hexdigest()


def recount_options(rules: Mapping[str, Any]) -> list[str]:
    """Return what recount.py must be told to count by these rules, besides the file.

    A variant that is not used is left out of the rules, as it is out of their hash.
    """
    options = ["--rule", rules["rule"], "--tie", rules["tie_order"]]
    if "completion" in rules:
        options += ["--completion", rules["completion"]]
    if rules.get("comparison"):
        options.append("--comparison")
    if "increment_pence" in rules:
        options += ["--increment", major_text(rules["increment_pence"])]
    if "threshold" in rules:
        options += ["--threshold", str(rules["threshold"])]
    if "leftover" in rules:
        options += ["--leftover", LEFTOVERS[rules["leftover"]].value]
    return options


def members_of(
    title: str,
    paper: Paper,
    sealed: Sealed,
    openings: Sequence[Opening],
    parts: Sequence[CountedPart],
    votes: Sequence[Said],
    *,
    changes: Changes,
    opened: bool,
    account: Mapping[str, Any] | None = None,
) -> dict[str, bytes]:
    """Return all members but the sums. ``opened`` adds the openings, for scrutineers.

    ``account`` is the paper account as ``plain_account`` gives it; None: there is none to tell.

    ``parts`` is what was counted, part by part of the fund; ``votes`` is every whole vote.
    ``changes`` are what two people changed.
    """
    named = Counter(choice for choices, _points in votes for choice in choices)
    points: dict[str, int] | None = None
    if paper.kind in COUNTED_BY_POINTS:
        points = {id_: n for part in parts for id_, n in part.file.election().votes.items()}
    winners = [winner for part in parts for winner in part.count.winners]
    told = Instructions(title, len(votes), opened=opened, account=account is not None)
    members = {
        "README.txt": told.written(paper),
        "ballots.csv": ballots_csv(paper, votes),
        "changes.json": json_bytes(plain_changes(changes)),
        "projects.csv": projects_csv(paper, named, winners, points),
        "receipts.csv": receipts_csv(opening.leaf for opening in openings),
        "recount.py": our_recount(),
        "rules.json": rules_json(paper),
        "seal.json": seal_json(sealed),
    }
    for part in parts:
        members[election_name(part.number)] = election_pb(paper, part.file, part.number)
        members[result_name(part.number)] = canonical(part.count).encode()
    if paper.terms.pots:
        results = {part.number: members[result_name(part.number)] for part in parts}
        members["result.json"] = result_of_parts(paper.terms.pots, results)
    if account is not None:
        members[ACCOUNT] = json_bytes(dict(account))
    return {**members, OPENINGS: openings_csv(openings)} if opened else members


# Members -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Instructions:
    """What the README says besides the rules: ``ballots`` were counted; ``opened``: with the
    openings; ``account``: with a paper account."""

    title: str
    ballots: int
    opened: bool
    account: bool

    def written(self, paper: Paper) -> bytes:
        """Return the README."""
        return readme(
            self.title,
            self.ballots,
            " ".join(recount_options(paper.rules)),
            paper.kind,
            pots=[(pot.number, pot.name) for pot in paper.terms.pots],
            opened=self.opened,
            paper=self.account,
            contests=bool(paper.rules.get("separate_contests")),
        )


def our_recount() -> bytes:
    """Return the program that counts again."""
    return Path(recount.__file__).read_bytes()


def rules_json(paper: Paper) -> bytes:
    """Return the rules and the ballot paper; ``reference`` is a project's id in the count."""
    projects = [{**plain_line(line), "reference": paper.ids[line.id]} for line in paper.lines]
    return json_bytes({"rules": dict(paper.rules), "projects": projects})


def seal_json(sealed: Sealed) -> bytes:
    """Return the seal with all that its hash is made of. Without desk marks they are left out."""
    facts = asdict(sealed.facts) | {"at": sealed.facts.at.isoformat(timespec="microseconds")}
    if not sealed.facts.desk:
        del facts["desk"]
    hashes = {"rules_hash": sealed.rules_hash, "ballot_hash": sealed.ballot_hash}
    return json_bytes({**facts, **hashes, "hash": sealed.hash})


def election_pb(paper: Paper, file: PabulibFile, number: int = 0) -> bytes:
    """Return the election as a Pabulib file, with the drawn lots that settle its ties.

    The projects are in the order of the ballot paper, the last thing that settles a tie.
    """
    rows, added = {row[0]: row for row in file.projects}, added_columns(paper.rules)
    projects = tuple(
        (*rows[paper.ids[line.id]], *added_cells(paper.rules, line))
        for line in paper.lines_in(number)
    )
    file = replace(file, project_header=(*file.project_header, *added), projects=projects)
    out = io.StringIO(newline="")
    write_pabulib(file, out)
    return out.getvalue().encode()


def added_columns(rules: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns of election.pb that are ours: smaller awards only where the rules ask."""
    return ("lot", "smallest") if rules.get("leftover") == "smaller_award" else ("lot",)


def added_cells(rules: Mapping[str, Any], line: BallotLine) -> tuple[str, ...]:
    """Return what stands in our columns: the lot, and the smallest award; '' where none is."""
    least = rules.get("min_award_pence", 0)
    smallest = smallest_on_ballot(line.smallest_pence, line.cost_pence, least)
    cells = str(line.lot), "" if smallest is None else major_text(smallest)
    return cells[: len(added_columns(rules))]


def projects_csv(
    paper: Paper,
    votes: Mapping[str, int],
    winners: Iterable[str],
    points: Mapping[str, int] | None = None,
) -> bytes:
    """Return the projects with their votes, in the order of the ballot paper.

    ``votes`` is on how many ballots each stands, ``points`` what these give it, where points are
    what is counted.
    """
    funded = set(winners)
    scored = ["points"] if points is not None else []
    part = ["part"] if paper.terms.pots else []
    header = ["project", "number", "title", *part, "cost_pounds", "lot", "votes", *scored, "funded"]
    rows = [
        [
            safe_cell(id_ := paper.ids[line.id]),
            line.number,
            safe_cell(line.title),
            *([line.pot] if part else []),
            major_text(line.cost_pence),
            line.lot,
            votes.get(id_, 0),
            *([points.get(id_, 0)] if points is not None else []),
            "yes" if id_ in funded else "no",
        ]
        for line in paper.lines
    ]
    return csv_bytes([header, *rows])


def ballots_csv(paper: Paper, votes: Iterable[Said]) -> bytes:
    """Return each vote as the projects' numbers on the ballot paper, in the order of the votes'
    own content, which tells neither who cast them nor when.

    A ranked vote stands best first; where voters give points, “3:2” is two points for number 3.
    """
    numbers = {paper.ids[line.id]: line.number for line in paper.lines}
    rows = []
    for choices, points in votes:
        given = (1,) * len(choices) if points is None else points
        row = [(numbers[id_], n) for id_, n in zip(choices, given, strict=True)]
        rows.append(row if paper.kind is BallotKind.RANKING else sorted(row))
    cells = (
        " ".join(f"{number}:{n}" if paper.terms.has_points else str(number) for number, n in row)
        for row in sorted(rows)
    )
    return csv_bytes([["projects"], *([cell] for cell in cells)])


def receipts_csv(leaves: Iterable[bytes]) -> bytes:
    """Return every receipt with the fingerprint that it begins, in the order of both."""
    rows = [[receipt_of(leaf), leaf.hex()] for leaf in sorted(leaves)]
    return csv_bytes([["receipt", "fingerprint"], *rows])


def openings_csv(openings: Iterable[Opening]) -> bytes:
    """Return what each fingerprint was made of, for scrutineers only."""
    rows = [[o.leaf.hex(), o.version, o.salt.hex(), o.choices] for o in sorted(openings)]
    return csv_bytes([["fingerprint", "version", "salt", "choices"], *rows])


def sums(members: Mapping[str, bytes]) -> bytes:
    """Return the SHA-256 of every other member, as `sha256sum -c` reads it."""
    return "".join(
        f"{hashlib.sha256(members[name]).hexdigest()}  {name}\n"
        for name in sorted(members)
        if name != SUMS
    ).encode()


def json_bytes(value: Any) -> bytes:
    """Return canonical JSON on a line of its own."""
    return f"{canonical_json(value)}\n".encode()


def csv_bytes(rows: Iterable[Sequence[Any]]) -> bytes:
    """Return rows as a CSV file that spreadsheets open: UTF-8 with a mark, CRLF."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def pack(members: Mapping[str, bytes]) -> bytes:
    """Return the members and their sums as a zip file: the same members give the same bytes.

    Nothing is compressed, since compressors differ from one machine to the next.
    """
    out, whole = io.BytesIO(), {**members, SUMS: sums(members)}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(whole):
            info = zipfile.ZipInfo(name, NO_TIME)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, whole[name])
    return out.getvalue()
