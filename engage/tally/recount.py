"""Count a participatory budgeting election again, from its published file and nothing else.

    python3 recount.py FILE.pb --rule equal-shares --completion add1 > result.json

Python 3.10 or newer is enough. It reckons exactly, in whole numbers (of hundredths) and fractions.
FILE is in the Pabulib format. A ballot gives each project on it one point; a ranked (ordinal) one
of k projects gives k to the first, one less to the next, 1 to the last; a cumulative one gives what
it says. A project's VOTES are its points together, its SUPPORTERS the ballots that give it any.
Each ballot is a voter, even an empty one. ELIGIBLE is a project with votes, no fewer than the
threshold, that costs no more than the pot; with --support s its share of the voters must reach s
times its cost's share of the pot. Of one SITE only one is funded. EQUAL projects go in --tie order.

GREEDY goes from most votes to least and funds each project that the money left pays for.
GREEDY-STOP ends at the first that it doesn't pay for. GREEDY-PER-COST goes by votes per cost.
EQUAL-SHARES gives each voter the same money: the pot, divided by the voters. Supporters pay for a
project in proportion to what they gain from it (--utility): its points times its cost (cost), one
(cardinality), or its points (points). Who can't pay that much pays all they have. The project that
takes the least money for each unit gained (rho) is bought, again and again, while supporters can
pay for one. ADD1 counts anew with one increment more for each voter, and again, until an outcome
costs more than the pot: the one before it stands. ADD1E ends, too, when nothing fits the money
left. UTILITARIAN then funds what the money left pays for, from most votes to least. COMPARISON:
each voter is for the outcome with more of their projects; greedy's stands if more are for it.
SMALLER-AWARD gives the money left to the first eligible project, in the order of the votes, that it
doesn't pay for but reaches the SMALLEST award of.
"""

import csv
import heapq
import json
import re
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from math import ceil, lcm
from pathlib import Path
from typing import NamedTuple

Rows = Iterator[tuple[int, list[str]]]  # each with the line of the file where it starts
Choices = tuple[tuple[int, int], ...]  # what a ballot says: a project by its place, and its points


class Project(NamedTuple):
    """One project; ``file`` is its place in the file, from 0."""

    id: str
    cost: int
    lot: int
    site: str
    file: int
    smallest: int = 0
    votes: int = 0
    supporters: int = 0


class Election(NamedTuple):
    """What was voted on, and how. Ballots that say the same are one ballot with a weight."""

    pot: int
    threshold: int
    projects: list[Project]
    ballots: list[Choices]
    weights: list[int]


def read_election(content: bytes) -> Election:
    """Read the file. SystemExit, here and below: it breaks the format, and the status is 1."""
    rows = read_rows(content.splitlines(keepends=True))
    if next(rows, (1, []))[1] != ["META"]:
        raise SystemExit("Line 1: the section META should start here")
    meta = {row["key"]: (line, row["value"]) for line, row in table(rows, "key;value", "PROJECTS")}
    if lacks := {"num_projects", "num_votes", "budget", "vote_type"} - set(meta):
        raise SystemExit(f"Line 1: META, which starts here, lacks {', '.join(sorted(lacks))}")
    (line, kind), least = meta["vote_type"], meta.get("min_project_score_threshold", (0, "0"))
    if kind not in ("approval", "choose-1", "cumulative", "ordinal"):
        raise SystemExit(f"Line {line}: ballots of the type “{kind}” can't be counted")
    projects = []
    section = table(rows, "project_id;cost", "VOTES", number(*meta["num_projects"]))
    for place, (line, row) in enumerate(section):
        cost, lot = number(line, row["cost"], 2), number(line, row.get("lot", "0"))
        smallest = number(line, row["smallest"], 2) if row.get("smallest") else 0
        projects.append(Project(row["project_id"], cost, lot, row.get("site", ""), place, smallest))
    places = {project.id: project.file for project in projects}
    section = table(rows, "voter_id;vote", "", number(*meta["num_votes"]))
    cast = Counter(read_ballot(line, row, kind, places) for line, row in section)
    pot, votes, supporters = number(*meta["budget"], 2), Counter[int](), Counter[int]()
    for choices, weight in cast.items():
        for place, points in choices:
            votes[place] += points * weight
            supporters[place] += weight
    projects = [p._replace(votes=votes[p.file], supporters=supporters[p.file]) for p in projects]
    return Election(pot, number(*least), projects, list(cast), list(cast.values()))


def read_rows(lines: list[bytes]) -> Rows:
    """Yield the rows of the file; a cell in quotation marks may run over several lines."""
    line, reader = 1, csv.reader((text.decode() for text in lines), delimiter=";", strict=True)
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except (csv.Error, UnicodeDecodeError) as error:
        raise SystemExit(f"Line {line}: it can't be read ({error})") from error


def table(rows: Rows, first: str, end: str, size: int = -1) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of one section by column, until the title of the section that follows."""
    line, header = next(rows, (1, []))
    if header[:2] != first.split(";") or len(set(header)) < len(header):
        raise SystemExit(f"Line {line}: the columns should be {first} and others, each only once")
    seen, row = set(), [""]
    for line, row in rows:
        if end and row == [end]:
            break
        if len(row) != len(header):
            raise SystemExit(f"Line {line}: {len(row)} cells, but the header has {len(header)}")
        if row[0] in seen:
            raise SystemExit(f"Line {line}: “{row[0]}” stands here a second time")
        seen.add(row[0])
        yield line, dict(zip(header, row, strict=True))
    if end and row != [end]:
        raise SystemExit(f"Line {line}: the file ends before the section {end}")
    if size not in (-1, len(seen)):
        raise SystemExit(f"Line {line}: META declares {size} rows, but {len(seen)} end here")


def read_ballot(line: int, row: dict[str, str], kind: str, places: dict[str, int]) -> Choices:
    """Read one ballot; a cumulative one may give points to the same project again and again."""
    ids = row["vote"].split(",") if row["vote"] else []
    often = len(ids) if kind == "cumulative" else 1
    if wrong := [name for name in ids if name not in places or ids.count(name) > often]:
        raise SystemExit(f"Line {line}: “{wrong[0]}” is no project, or is chosen twice")
    points = [len(ids) - i if kind == "ordinal" else 1 for i in range(len(ids))]
    if kind == "cumulative":
        points = [number(line, text) for text in row.get("points", "").split(",") if text]
    if len(points) != len(ids):
        raise SystemExit(f"Line {line}: it has {len(ids)} choices, but points for {len(points)}")
    chosen = Counter[int]()
    for name, given in zip(ids, points, strict=True):
        chosen[places[name]] += given
    return tuple(sorted((+chosen).items()))  # without those that are given no point


def number(line: int, text: str, decimals: int = 0) -> int:
    """Read a whole number, or an amount above 0 in hundredths (with two decimals)."""
    parts = re.fullmatch(r"([0-9]{1,15})(?:\.([0-9]{1,6}))?", text)
    rest = (parts[2] or "").rstrip("0") if parts else ""
    if not parts or len(rest) > decimals or (decimals and not int(parts[1] + rest)):
        raise SystemExit(f"Line {line}: “{text}” is no {'amount' if decimals else 'whole number'}")
    return int(parts[1] + rest.ljust(decimals, "0"))


def eligible(election: Election, method: Namespace) -> list[Project]:
    """Return the projects that are considered at all, in the order that settles ties."""
    pot, tie, demand = election.pot, method.tie, method.support * sum(election.weights)
    least = max(1, election.threshold if method.threshold is None else method.threshold)
    fit = [p for p in election.projects if p.votes >= least and p.cost <= pot]
    fit = [p for p in fit if p.supporters * pot >= demand * p.cost]
    return sorted(fit, key=lambda p: [-p.votes if x == "votes" else getattr(p, x) for x in tie])


def cost_of(projects: list[Project]) -> int:
    """Return what projects cost together."""
    return sum(project.cost for project in projects)


def is_free(project: Project, funded: list[Project]) -> bool:
    """Whether neither the project nor another of its site is funded."""
    return not any(p == project or p.site == project.site != "" for p in funded)


def fund(ordered: list[Project], left: int, won: list[Project], stop: bool) -> list[Project]:
    """Return what is won already and, in order, what the money left pays for."""
    winners = list(won)
    for project in ordered:
        if is_free(project, winners) and project.cost <= left:
            winners.append(project)
            left -= project.cost
        elif is_free(project, winners) and stop:
            break
    return winners


class EqualShares:
    """Equal shares among ``projects``. Voters whose ballots say the same hold the same money."""

    def __init__(self, election: Election, projects: list[Project], utility: str) -> None:
        self.projects, self.utility, self.weights = projects, utility, election.weights
        # For each project, the ballots that pay for it and how many shares of its price they pay.
        self.payers: list[list[tuple[int, int]]] = [[] for _ in election.projects]
        for ballot, choices in enumerate(election.ballots):
            for place, points in choices:
                self.payers[place].append((ballot, 1 if utility == "cardinality" else points))

    def run(self, start: Fraction) -> list[Project]:
        """Return the projects bought, in order, if each voter starts with ``start``.

        A rho never falls, for money is only spent: one that comes first and is of now is the least.
        """
        # What a voter of each ballot holds, in whole numbers of 1/unit of a hundredth.
        self.unit, self.held = start.denominator, [start.numerator] * len(self.weights)
        queue = [(Fraction(0), rank, project, -1) for rank, project in enumerate(self.projects)]
        bought: list[Project] = []
        while queue:
            rho, rank, project, reckoned = heapq.heappop(queue)
            gain = project.cost if self.utility == "cost" else 1
            if is_free(project, bought) and reckoned == len(bought):
                self.charge(self.payers[project.file], rho * gain)
                bought.append(project)
            elif is_free(project, bought) and (price := self.price(project)):
                heapq.heappush(queue, (price / gain, rank, project, len(bought)))
        return bought

    def price(self, project: Project) -> Fraction | None:
        """Return what a share costs if the supporters pay for the project; None: they can't.

        Who can't pay in full gives all they hold, which makes a share dearer for the others.
        """
        held, weights, full = self.held, self.weights, self.payers[project.file]
        missing = project.cost * self.unit
        while full:
            price = Fraction(missing, sum(n * weights[b] for b, n in full))
            due = {n: ceil(price * n) for n in {n for _, n in full}}  # rounded up, as held is whole
            poor = [b for b, n in full if held[b] < due[n]]
            if not poor:
                return price / self.unit
            missing -= sum(held[b] * weights[b] for b in poor)
            full = [(b, n) for b, n in full if held[b] >= due[n]]
        return None

    def charge(self, payers: list[tuple[int, int]], price: Fraction) -> None:
        """Take the price of each share, or all that there is, in a unit in which it is whole."""
        due = int(price * (unit := lcm(self.unit, price.denominator)))
        self.unit, self.held = unit, [held * (unit // self.unit) for held in self.held]
        for b, n in payers:
            self.held[b] = max(0, self.held[b] - due * n)


def complete(election: Election, shares: EqualShares, method: Namespace) -> list[Project]:
    """Run equal shares, and again with more money for each voter where add1 asks for it."""
    start, outcome = Fraction(election.pot, sum(election.weights)), list[Project]()
    while cost_of(following := shares.run(start)) <= election.pot:
        outcome, left = following, election.pot - cost_of(following)
        most = left if method.completion == "add1e" else election.pot
        rest = [p for p in shares.projects if is_free(p, outcome) and p.cost <= most]
        if "add1" not in method.completion or not rest or start > cost_of(shares.projects):
            break
        start += 100 * method.increment
    return outcome


def more_prefer(election: Election, one: list[Project], other: list[Project]) -> bool:
    """Whether more voters have more of their projects in ``one`` than have in ``other``."""
    gain = {p.file: (p in one) - (p in other) for p in [*one, *other]}
    gains = [sum(gain.get(place, 0) for place, _ in choices) for choices in election.ballots]
    return sum(w * ((g > 0) - (g < 0)) for g, w in zip(gains, election.weights, strict=True)) > 0


def by_votes(projects: list[Project], method: Namespace) -> list[Project]:
    """Return projects by votes, or by votes per cost where the rule says so, the most first."""
    per_cost = method.rule == "greedy-per-cost"
    return sorted(projects, key=lambda p: Fraction(-p.votes, p.cost if per_cost else 1))


def count(election: Election, method: Namespace) -> list[Project]:
    """Return the funded projects in the order in which the declared rule chose them."""
    projects = eligible(election, method)
    ordered = by_votes(projects, method)
    greedy = fund(ordered, election.pot, [], method.rule == "greedy-stop")
    if method.rule != "equal-shares" or not projects:
        return greedy
    outcome = complete(election, EqualShares(election, projects, method.utility), method)
    if "utilitarian" in method.completion:
        outcome = fund(ordered, election.pot - cost_of(outcome), outcome, False)
    return greedy if method.comparison and more_prefer(election, greedy, outcome) else outcome


def smaller(election: Election, method: Namespace, won: list[Project]) -> list[Project]:
    """Return the project that takes the money left as a smaller award, if there is one."""
    left = election.pot - cost_of(won)
    ordered = by_votes(eligible(election, method), method)
    fit = [p for p in ordered if is_free(p, won) and 0 < p.smallest <= left < p.cost]
    return fit[:1] if method.leftover == "smaller-award" else []


def read_command(arguments: list[str]) -> Namespace:
    """Read what stands behind the program's name."""
    rules = ("greedy", "greedy-stop", "greedy-per-cost", "equal-shares")
    completions = ("none", "add1", "add1e", "utilitarian", "add1-utilitarian")
    parser = ArgumentParser(description="Count a participatory budgeting election again.")
    parser.add_argument("file", type=Path, metavar="FILE.pb")
    parser.add_argument("--rule", choices=rules, default="greedy")
    parser.add_argument("--utility", choices=("cost", "cardinality", "points"), default="cost")
    parser.add_argument("--completion", choices=completions, default="none")
    parser.add_argument("--comparison", action="store_true")
    parser.add_argument("--increment", type=Fraction, default=Fraction(1), help="of add1")
    parser.add_argument("--leftover", choices=("roll-over", "smaller-award"), default="roll-over")
    parser.add_argument("--threshold", type=int, help="instead of the file's own")
    parser.add_argument("--support", type=Fraction, default=Fraction(0), help="like 1/3")
    parser.add_argument("--tie", type=lambda text: [*text.split(","), "file"], default=["file"])
    method = parser.parse_args(arguments)
    known = method.file.exists() and {"cost", "votes", "lot", "file"}.issuperset(method.tie)
    if not known or method.increment <= 0:
        parser.error("give a file, an increment above 0, and a tie order of cost,votes,lot,file")
    return method


def result_of(election: Election, method: Namespace) -> bytes:
    """Return the outcome as result.json holds it: one line, the winners in the order chosen."""
    winners = count(election, method)
    part = smaller(election, method, winners)
    cost, winners = election.pot if part else cost_of(winners), winners + part
    out = {"cost": cost, "unspent": election.pot - cost, "winners": [p.id for p in winners]}
    return b"%s\n" % json.dumps(out, ensure_ascii=False, separators=(",", ":")).encode()


if __name__ == "__main__":
    method = read_command(sys.argv[1:])
    sys.stdout.buffer.write(result_of(read_election(method.file.read_bytes()), method))
