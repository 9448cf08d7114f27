"""Whether a bundle agrees with itself: votes, fingerprints, seal, rules and result.

All is reckoned from the votes in the bundle. The result comes from the independent recount, from
our own copy of it: nothing that a bundle brings is ever run.
"""

from argparse import Namespace
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from engage.budgeting.rules.ballot_types import (
    COUNTED_AS,
    COUNTED_BY_POINTS,
    BallotKind,
    ballot_faults,
    write_choices,
)
from engage.budgeting.rules.ballots import (
    Bound,
    is_root,
    leaf_of,
    receipt_bytes,
    seal_hash,
    seal_root,
)
from engage.budgeting.rules.bundle import (
    SUMS,
    Instructions,
    added_cells,
    added_columns,
    ballots_csv,
    our_recount,
    plain_hash,
    projects_csv,
    sums,
)
from engage.budgeting.rules.bundle_parts import (
    Said,
    election_name,
    result_name,
    result_of_parts,
    said_of,
    split,
)
from engage.budgeting.rules.changes import changes_fault
from engage.budgeting.rules.paper_account import account_fault
from engage.budgeting.rules.pots import pot_numbered
from engage.budgeting.rules.rounds import LEFTOVERS, hash_ballot
from engage.budgeting.rules.unpacking import Bundle
from engage.budgeting.rules.ways import USUAL_WAYS
from engage.messages.rules import read_reference
from engage.tally import recount
from engage.tally.money import minor_units
from engage.tally.pabulib.counted import ORDER
from engage.tally.ties import KEYS

#: What an election.pb of ours says of projects and votes; another column could steer the count.
#: Where points are counted their sum stands after the votes; where voters give points, a vote's.
PROJECT_COLUMNS = ("project_id", "cost", "votes", "name", "selected")
SCORE, POINTS = ("score",), ("points",)
THRESHOLD = "min_project_score_threshold"
VOTE_COLUMNS = ("voter_id", "vote")
#: The rules that recount.py knows, and the ways in which it completes equal shares.
RECOUNTED = ("greedy", "greedy-stop", "greedy-per-cost", "equal-shares")
COMPLETED = ("none", "add1", "add1e", "utilitarian", "add1-utilitarian")


@dataclass(frozen=True)
class Check:
    """One thing that was checked. ``fault`` is '' where it holds, or says what does not agree."""

    holds: str
    fault: str


def verify(bundle: Bundle, receipt: str | None = None) -> list[Check]:
    """Check all that can be checked; the bundle agrees where no check has a fault."""
    checks = [Check(words, check(bundle)) for words, check in ALONE]
    if bundle.account is not None:
        words = "Votes online and on paper make all votes, and the papers add up"
        checks.append(Check(words, _account_fault(bundle)))
    unreadable = next(filter(None, (_election_fault(bundle, n) for n in bundle.files)), "")
    words = "election.pb is about this ballot paper and this fund"
    if bundle.paper.terms.pots:
        words = "Each part of the fund has an election with its projects and its money"
    checks.append(Check(words, unreadable))
    if not unreadable:
        checks += [Check(words, check(bundle)) for words, check in OF_VOTES]
        if bundle.openings is not None:
            words = "Each fingerprint belongs to one of the votes, and each vote to one of them"
            checks.append(Check(words, _openings_fault(bundle)))
    if receipt is not None:
        checks.append(Check("The receipt is in it", _receipt_fault(bundle, receipt)))
    return checks


def _account_fault(bundle: Bundle) -> str:
    facts, ways = bundle.sealed.facts, bundle.paper.rules.get("ways", USUAL_WAYS)
    return account_fault(bundle.account or {}, facts.ballots, facts.desk, str(ways))


def is_of_votes_alone(bundle: Bundle) -> bool:
    """Say whether the seal is of an earlier version, with which no rules or changes are sealed."""
    return seal_root(bundle.leaves) == bundle.sealed.facts.root


# Without the votes -------------------------------------------------------------------------------


def _sums_fault(bundle: Bundle) -> str:
    if sums(bundle.members) == bundle.members[SUMS]:
        return ""
    right = sums(bundle.members).decode().splitlines()
    told = bundle.members[SUMS].decode(errors="replace").splitlines()
    changed = [line.split("  ")[1] for line in right if line not in told]
    return f"A file or its sum in SHA256SUMS was changed: {', '.join(changed) or SUMS}"


def _rules_fault(bundle: Bundle) -> str:
    if plain_hash(bundle.paper.rules) != bundle.sealed.rules_hash:
        return "The rules in rules.json are not the ones that seal.json names"
    return ""


def _paper_fault(bundle: Bundle) -> str:
    if hash_ballot(bundle.sealed.rules_hash, bundle.paper.lines) != bundle.sealed.ballot_hash:
        return "The ballot paper in rules.json is not the one that seal.json names"
    return ""


def _seal_fault(bundle: Bundle) -> str:
    if seal_hash(bundle.sealed.facts) != bundle.sealed.hash:
        return "seal.json does not agree with its own hash"
    return ""


def _leaves_fault(bundle: Bundle) -> str:
    bound = Bound(bundle.sealed.ballot_hash, bundle.changes.extensions, bundle.changes.removed)
    if not is_root(bundle.sealed.facts.root, bundle.leaves, bound):
        return (
            "The fingerprints in receipts.csv, with the ballot paper in rules.json and with "
            "changes.json, are not the ones that were sealed"
        )
    if len(set(bundle.leaves)) < len(bundle.leaves):
        return "A fingerprint stands in receipts.csv twice"
    return ""


def _number_fault(bundle: Bundle) -> str:
    sealed, leaves = bundle.sealed.facts.ballots, len(bundle.leaves)
    votes = bundle.votes
    where = "ballots.csv" if bundle.paper.terms.pots else "election.pb"
    if sealed == leaves == votes:
        return ""
    return (
        f"{sealed:,} votes were sealed, but there are {leaves:,} fingerprints in receipts.csv and "
        f"{votes:,} votes in {where}"
    )


def _changes_fault(bundle: Bundle) -> str:
    sealed = bundle.sealed
    return changes_fault(bundle.changes, bundle.leaves, sealed.hash, sealed.ballot_hash)


def _ours_fault(bundle: Bundle) -> str:
    """Compare what people read and run with what this version writes, under the same title."""
    words = (
        "{} is not the one of this version of Engage. Do not run or follow it: download the "
        "bundle again, or check it with the version that made it"
    )
    if bundle.members["recount.py"] != our_recount():
        return words.format("recount.py")
    title, _, _ = bundle.members["README.txt"].decode(errors="replace").partition("\n")
    opened, account = bundle.openings is not None, bundle.account is not None
    told = Instructions(title, len(bundle.leaves), opened=opened, account=account)
    if bundle.members["README.txt"] != told.written(bundle.paper):
        return words.format("README.txt")
    return ""


def _receipt_fault(bundle: Bundle, typed: str) -> str:
    receipt = read_reference(typed)
    if receipt is None:
        return "That is no receipt: a receipt has 16 letters and numbers"
    start = receipt_bytes(receipt)
    if any(leaf[:10] == start for leaf in bundle.leaves):
        return ""
    if any(leaf[:10] == start for _, leaf in bundle.changes.removed):
        return "The vote of this receipt was removed by two people"
    return "The receipt is not in it"


# With the votes ----------------------------------------------------------------------------------


def _election_fault(bundle: Bundle, number: int) -> str:
    """Compare all that steers the count of one part; only then are the votes looked at."""
    file, paper, called = bundle.files[number], bundle.paper, election_name(number)
    pot = pot_numbered(paper.terms.pots, number)
    score = SCORE if paper.kind in COUNTED_BY_POINTS else ()
    points = POINTS if paper.terms.has_points else ()
    added = added_columns(paper.rules)
    columns = (*PROJECT_COLUMNS[:3], *score, *PROJECT_COLUMNS[3:], *added)
    if (file.project_header, file.vote_header) != (columns, (*VOTE_COLUMNS, *points)):
        return f"{called} has other columns than a bundle has"
    # A project without a vote is never funded: the file may say so where nothing else is declared.
    least, told_least = paper.rules.get("threshold", 0), file.meta.get(THRESHOLD, "0")
    is_kind = file.meta["vote_type"] == COUNTED_AS[paper.kind]
    if not is_kind or told_least not in (str(least), str(max(least, 1))):
        return f"{called} asks for another kind of count"
    if minor_units(file.meta["budget"]) != (paper.rules["pot_pence"] if pot is None else pot.pence):
        return f"The fund in {called} is not the one in rules.json"
    names = file.column("name")
    told = [
        (id_, minor_units(cost), names[id_], *(file.column(name)[id_] for name in added))
        for id_, cost in file.column("cost").items()
    ]
    ours = [
        (
            id_,
            line.cost_pence,
            " ".join(line.title.split()) or id_,
            *added_cells(paper.rules, line),
        )
        for line in sorted(paper.lines_in(number), key=lambda line: line.number)
        for id_ in [paper.ids[line.id]]
    ]
    return "" if told == ours else f"The projects in {called} are not those in rules.json"


def _told_limits_fault(bundle: Bundle) -> str:
    """Compare what each election.pb says beside the votes, by which other programs may go."""
    terms = bundle.paper.terms
    for number, file in bundle.files.items():
        pot, called = pot_numbered(terms.pots, number), election_name(number)
        limits = (terms if pot is None else terms.within(pot)).limits
        if limits.max_choices is not None:
            most = min(limits.max_choices, len(bundle.paper.lines_in(number)))
            limits = replace(limits, max_choices=most)
        if file.limits != limits or set(file.meta) - set(ORDER):
            return (
                f"{called} tells other limits of a vote than rules.json, or more than a bundle has"
            )
        numbers = file.vote_columns[0]
        if list(numbers) != [str(n) for n in range(1, len(numbers) + 1)]:
            return f"{called} does not number its votes from 1 on"
    return ""


def _limits_fault(bundle: Bundle) -> str:
    paper = bundle.paper
    costs = {paper.ids[line.id]: line.cost_pence for line in paper.lines}
    where = "ballots.csv" if paper.terms.pots else "election.pb"
    for choices, points in _different(bundle):
        if ballot_faults(paper.terms, choices, costs, points, paper.pot_of):
            return f"A vote in {where} breaks the rules: {','.join(choices)[:80]}"
    return ""


def _different(bundle: Bundle) -> Counter[Said]:
    """Return the votes that say different things, with how many say each."""
    if bundle.paper.terms.pots:
        return Counter(bundle.whole)
    return Counter({(b.choices, b.points): b.weight for b in bundle.files[0].ballots})


def _ballots_fault(bundle: Bundle) -> str:
    if ballots_csv(bundle.paper, bundle.said) != bundle.members["ballots.csv"]:
        return "ballots.csv and election.pb do not hold the same votes"
    return _split_fault(bundle) if bundle.paper.terms.pots else ""


def _split_fault(bundle: Bundle) -> str:
    """Split the whole votes by the parts of the fund: each election holds exactly its own."""
    ranked, pot_of = bundle.paper.kind is BallotKind.RANKING, bundle.paper.pot_of
    ours: dict[int, Counter[Said]] = {number: Counter() for number in bundle.files}
    for said, weight in _different(bundle).items():
        for number, ballot in split(said, pot_of).items():
            ours[number][said_of(ballot, ranked=ranked)] += weight
    for number, file in bundle.files.items():
        told = Counter[Said]()
        for ballot in file.ballots:
            told[said_of(ballot, ranked=ranked)] += ballot.weight
        if told != ours[number]:
            return f"{election_name(number)} does not hold what ballots.csv says of its part"
    return ""


def _votes_fault(bundle: Bundle) -> str:
    """Compare the votes that the files tell of each project with those that the ballots give."""
    votes, points = Counter[str](), Counter[str]()
    for number, file in bundle.files.items():
        election, called = file.election(), election_name(number)
        for ballot in file.ballots:
            votes.update(dict.fromkeys(ballot.choices, ballot.weight))
            for id_, given in zip(ballot.choices, election.points(ballot), strict=True):
                points[id_] += given * ballot.weight
        for what, column, counted in (("votes", "votes", votes), ("points", "score", points)):
            for id_, told in file.column(column).items():
                if told != str(counted[id_]):
                    words = f"project {id_[:40]} {told[:12]} {what}, but has {counted[id_]:,}"
                    return f"{called} gives {words}"
        if file.official_winners != set(bundle.winners) & file.column("cost").keys():
            return f"{called} and result.json name other funded projects"
    if set(bundle.winners) - set(bundle.paper.ids.values()):
        return "result.json names a funded project that is not on the ballot"
    scored = points if bundle.paper.kind in COUNTED_BY_POINTS else None
    if projects_csv(bundle.paper, votes, bundle.winners, scored) != bundle.members["projects.csv"]:
        return "projects.csv does not tell the costs, votes and funded projects of the other files"
    return ""


def _result_fault(bundle: Bundle) -> str:
    rules = bundle.paper.rules
    tie, completion = rules["tie_order"].split(","), rules.get("completion", "none")
    known = rules["rule"] in RECOUNTED and completion in COMPLETED and set(tie) <= KEYS.keys()
    if not known:
        return "recount.py does not know the rule that rules.json names"
    method = Namespace(
        rule=rules["rule"],
        tie=[*tie, "file"],
        utility="cost",
        completion=completion,
        comparison=rules.get("comparison", False),
        increment=Fraction(rules.get("increment_pence", 100), 100),
        threshold=rules.get("threshold", 0),
        leftover=LEFTOVERS[rules.get("leftover", "keep")].value,
        support=Fraction(0),
    )
    for number in bundle.files:
        called, result = election_name(number), result_name(number)
        try:
            again = recount.result_of(recount.read_election(bundle.members[called]), method)
        except SystemExit as refusal:
            return f"{called} can't be counted again. {refusal}"
        if again != bundle.members[result]:
            return f"Counting the votes again gives another result than {result}"
    pots = bundle.paper.terms.pots
    results = {pot.number: bundle.members[result_name(pot.number)] for pot in pots}
    if pots and result_of_parts(pots, results) != bundle.members["result.json"]:
        return "result.json is not what the results of all parts make together"
    return ""


def _openings_fault(bundle: Bundle) -> str:
    openings, facts = bundle.openings or (), bundle.sealed.facts
    for o in openings:
        made = leaf_of(facts.round_id, bundle.sealed.ballot_hash, o.version, o.salt, o.choices)
        if made != o.leaf:
            return f"A vote in openings.csv does not give its fingerprint {o.leaf.hex()[:16]}"
    if [o.leaf for o in openings] != list(bundle.leaves):
        return "openings.csv and receipts.csv do not hold the same fingerprints"
    rows = {id_: row for row, id_ in bundle.paper.ids.items()}
    voted = Counter[str]()
    for (choices, points), weight in _different(bundle).items():
        ids = [rows[choice] for choice in choices]
        voted[write_choices(bundle.paper.kind, ids, points)] += weight
    if Counter(o.choices for o in openings) != voted:
        where = "ballots.csv" if bundle.paper.terms.pots else "election.pb"
        return f"openings.csv and {where} do not hold the same votes"
    return ""


ALONE: tuple[tuple[str, Callable[[Bundle], str]], ...] = (
    ("Every file is as it was packed", _sums_fault),
    ("The rules are the ones that were fixed before the vote", _rules_fault),
    ("The ballot paper is the one that was voted on", _paper_fault),
    ("The seal is whole", _seal_fault),
    ("The fingerprints are the ones that were sealed", _leaves_fault),
    ("There are as many votes as were sealed", _number_fault),
    ("Nothing but the removed votes went since the close", _changes_fault),
    ("The instructions and the program are ours", _ours_fault),
)
OF_VOTES: tuple[tuple[str, Callable[[Bundle], str]], ...] = (
    ("Every vote keeps to the rules", _limits_fault),
    ("Other programs are told the same rules", _told_limits_fault),
    ("Both files of votes hold the same votes", _ballots_fault),
    ("The votes of each project add up", _votes_fault),
    ("Counting the votes again gives the result that was declared", _result_fault),
)
