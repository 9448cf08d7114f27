"""What is published of a declared round: its result as rows of a file, and its bundle."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engage.budgeting.counting import election_of, elections_of
from engage.budgeting.models import Proposal, Round
from engage.budgeting.queries.bundles import changes_of, openings_of, paper_of, sealed_of
from engage.budgeting.queries.delivery import AwardLine
from engage.budgeting.queries.discussion import ReasonCounts, Thread
from engage.budgeting.queries.papers import account_of
from engage.budgeting.queries.results import ShownResult, declared_result
from engage.budgeting.queries.rounds import rules_of
from engage.budgeting.rules.bundle import (
    FEWEST_FOR_BALLOTS,
    BundleWithheld,
    may_be_published,
    members_of,
    pack,
)
from engage.budgeting.rules.bundle_parts import CountedPart, said_in
from engage.budgeting.rules.pots import PotRule
from engage.budgeting.rules.proposing import smallest_on_ballot
from engage.budgeting.rules.refusals import CountRefused
from engage.budgeting.rules.results import Fate
from engage.budgeting.rules.rounds import method_of
from engage.disclosure.rules import hold_back
from engage.partners.queries import partnership
from engage.tally.method import count
from engage.tally.pabulib import file_of_count
from engage.web.rules import UK


def result_header(result: ShownResult) -> list[str]:
    """Return the columns of the file; without votes (or points, where these are counted) and
    money where there were too few ballots."""
    part = ["part"] if result.outcome.pots else []
    columns = [*part, "project", "title", "cost_pounds", "funded"]
    if result.outcome.tells_figures:
        columns += ["points" if result.in_points else "votes", "money_left_before_pounds", "reason"]
        if _has_smaller_award(result):
            columns.append("award_pounds")
        columns += [_funded_by(rule) for rule in _other_rules(result)]
    return columns


def _other_rules(result: ShownResult) -> list[str]:
    """Return the rules that parts of the fund were compared with, each once."""
    others = [part.otherwise for part in result.outcome.parts]
    return sorted({other.rule for other in others if other is not None})


def _funded_by(rule: str) -> str:
    return f"funded_by_{rule.replace('-', '_')}"


def result_rows(result: ShownResult) -> Iterator[list[Any]]:
    """Yield one row for each project, in the order in which they were considered."""
    for part in result.parts:
        for fate in part.fates:
            project = part.projects[fate.project]
            row: list[Any] = [
                *([part.name] if result.outcome.pots else []),
                project.number,
                project.title,
                pounds_cell(fate.cost_pence),
                "yes" if fate.funded else "no",
            ]
            if result.outcome.tells_figures:
                row += _figures(result, part, fate)
            yield row


def _figures(result: ShownResult, part: ShownResult, fate: Fate) -> list[Any]:
    """Return what is told of one project beside what became of it: nothing where too few voted
    in its part of the fund."""
    told = part.outcome.tells_figures
    row = [fate.votes, pounds_cell(fate.left_before_pence), fate.reason] if told else [None] * 3
    if _has_smaller_award(result):
        row.append(pounds_cell(fate.given_pence))
    other = part.outcome.otherwise
    for rule in _other_rules(result):
        is_told = told and other is not None and other.rule == rule
        row.append(("yes" if fate.project in other.winners else "no") if is_told else None)
    return row


#: The columns of published questions and answers; an answer stands below its question.
DISCUSSION_HEADER = ["project", "question", "kind", "by", "on", "words"]
#: The columns of how often each reason for holding back was used.
REASON_HEADER = ["reason", "questions", "answers"]


def discussion_rows(threads: Iterable[Thread]) -> Iterator[list[Any]]:
    """Yield one row for each published question and answer; ``question`` is the question's id."""
    for thread in threads:
        asked = thread.question
        for post in (asked, *thread.answers):
            kind, by = ("question", post.name or "A resident")
            if post is not asked:
                kind, by = "answer", "The people who proposed it"
            day = post.at.astimezone(UK).date().isoformat()
            yield [asked.proposal.title, asked.public_id, kind, by, day, post.words]


def reason_rows(counts: ReasonCounts, words: Mapping[str, str]) -> Iterator[list[Any]]:
    """Yield one row for each reason, and their sums; small numbers are held back."""
    for reason, questions, answers in counts.rows:
        yield [words[reason], str(questions), str(answers)]
    yield ["All", str(counts.questions), str(counts.answers)]


#: The columns of a round's proposals: what everybody may read of them.
PROPOSAL_HEADER = [
    "proposal", "title", "what", "for_whom", "cost_pounds", "smallest_award_pounds",
    "match_pounds", "match_from", "match_agreed", "place", "near", "latitude", "longitude", "group",
    "theme",
]  # fmt: skip


def proposal_header(round_: Round) -> list[str]:
    """Return the columns of a round's proposals, with the part where its fund has parts."""
    return [*PROPOSAL_HEADER, *(["part"] if round_.pots else [])]


def proposal_rows(
    proposals: Iterable[Proposal],
    names: Mapping[int, str],
    places: Mapping[int, str],
    themes: Mapping[int, str],
    min_award_pence: int,
    pots: Sequence[PotRule] = (),
) -> Iterator[list[Any]]:
    """Yield one row for each proposal that passed the checks."""
    for p in proposals:
        smallest = smallest_on_ballot(p.smallest_pence, p.award_pence, min_award_pence)
        yield [
            p.public_id,
            p.title,
            p.summary,
            p.beneficiaries,
            pounds_cell(p.award_pence),
            None if smallest is None else pounds_cell(smallest),
            pounds_cell(p.match_pence) if p.match_pence else None,
            p.match_from,
            ("yes" if p.match_agreed else "no") if p.match_pence else None,
            places.get(p.locality_id or 0, ""),
            p.near,
            p.latitude,
            p.longitude,
            names.get(p.body_id or 0, ""),
            themes.get(p.theme_id or 0, ""),
            *([p.pot.name if p.pot is not None else ""] if pots else []),
        ]


def _has_smaller_award(result: ShownResult) -> bool:
    return any(fate.award_pence is not None for fate in result.fates)


#: The columns of the file of funded projects.
DELIVERY_COLUMNS = (
    *("project", "title", "stage", "awarded_pounds", "paid_pounds", "returned_pounds"),
    *("spent_pounds", "back_in_fund_pounds", "people_who_gained"),
)


def delivery_rows(lines: Iterable[AwardLine]) -> Iterator[list[Any]]:
    """Yield one row for each award. Who gained is told once the report is accepted."""
    for line in lines:
        award, money = line.award, line.money
        finished = award.stage == "finished"
        yield [
            award.project.number,
            award.project.title,
            award.stage,
            *map(
                pounds_cell,
                (award.amount_pence, money.paid_pence, money.returned_pence, money.spent_pence),
            ),
            pounds_cell(award.freed_pence),
            str(hold_back(award.report_people or 0)) if finished else "",
        ]


def pounds_cell(pence: int) -> int | str:
    """Return pence as a number of pounds for a spreadsheet, exactly: 120050 is “1200.50”."""
    pounds, rest = divmod(pence, 100)
    return pounds if not rest else f"{pounds}.{rest:02d}"


def bundle_of(round_: Round, *, opened: bool = False) -> bytes:
    """Return the bundle of a declared round: the same bytes whenever it is asked for.

    It is made from the sealed ballots and must give what was declared. ``opened`` adds what each
    fingerprint was made of, for scrutineers. Raises BundleWithheld before the declaration and
    where too few voted for everybody to see the votes; CountRefused where the ballots are not
    the ones that were sealed.
    """
    result = declared_result(round_)
    if result is None:
        raise BundleWithheld("There is a bundle only once the result is declared")
    if not opened and not may_be_published(result.outcome.fewest_ballots):
        where = " in a part of the fund" if result.outcome.pots else ""
        raise BundleWithheld(
            f"Fewer than {FEWEST_FOR_BALLOTS} people voted{where}: their votes are not published "
            "one by one. A bundle for scrutineers can be made with --openings"
        )
    whole, method = election_of(round_), method_of(rules_of(round_))
    names = {pot.number: pot.name for pot in round_.pots}
    parts = []
    for number, election in elections_of(round_, whole).items():
        counted = count(election, method)
        file = file_of_count(election, counted, _about(round_, names.get(number, "")))
        parts.append(CountedPart(number, file, counted))
    winners = tuple(winner for part in parts for winner in part.count.winners)
    sealed = sealed_of(round_, result.outcome.seal_hash)
    if sealed is None or winners != result.outcome.winners:
        raise CountRefused("Counting again gives another result than the declared one")
    members = members_of(
        round_.engagement.title,
        paper_of(round_),
        sealed,
        openings_of(round_.id),
        parts,
        said_in(whole),
        changes=changes_of(round_, sealed.hash),
        opened=opened,
        account=account_of(round_),
    )
    return pack(members)


def _about(round_: Round, part: str) -> dict[str, str]:
    opens, closes = (
        at.astimezone(UK).date() for at in (round_.voting_opens_at, round_.voting_closes_at)
    )
    return {
        "description": ": ".join(filter(None, (round_.engagement.title, part))),
        "country": "United Kingdom",
        "unit": partnership().name,
        "instance": str(closes.year),
        "rule": round_.rule,
        "date_begin": f"{opens:%d.%m.%Y}",
        "date_end": f"{closes:%d.%m.%Y}",
        "language": "en",
        "currency": "GBP",
    }
