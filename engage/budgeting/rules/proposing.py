"""What a proposal says, from the first saved draft to the last version: and what it still lacks.

A draft may lack anything; what is submitted lacks nothing that the round asks for.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from engage.audit.rules import canonical_json
from engage.budgeting.rules.pots import PotRule, pot_numbered
from engage.budgeting.rules.refusals import ProposalRefused, pounds
from engage.places.rules.maps import PointRefused, read_place
from engage.web.rules import N_

#: How much one proposal may hold.
MOST_ITEMS = 30
MOST_PICTURES = 3
MOST_QUESTIONS = 10
MOST_CO_AUTHORS = 5
#: How long a draft that was never sent is kept after proposals have closed.
DRAFTS_KEPT = timedelta(days=14)
#: The pages on which a proposal is written, in their order; the last is for new proposals only.
STEPS = ("idea", "money", "place", "pictures", "questions", "about")
CHOOSE_POT = N_("Choose which part of the fund it is for")


@dataclass(frozen=True)
class CostItem:
    """One row of what the money pays for."""

    what: str
    pence: int


@dataclass(frozen=True)
class Content:
    """What a proposal says, all of it fit for the public. Money is whole pence.

    ``cost_pence`` is what the fund is asked for, which ``items`` add up to; ``match_pence`` comes
    from elsewhere. ``where`` is '' (not said yet), “whole” (the whole area) or “place”, which has
    a locality, words, a point, or some of these. ``takes_less``: a smaller award would help, of
    ``smallest_pence`` or more. ``answers`` are pairs of a round question's id and the text. Easy
    read and Gaelic are what the author offers: an officer approves what is shown of them. ``pot``
    is the number of the part of the fund that is asked; None where that is not said, or the fund
    has no parts.
    """

    title: str = ""
    summary: str = ""
    beneficiaries: str = ""
    cost_pence: int | None = None
    items: tuple[CostItem, ...] = ()
    where: str = ""
    locality_id: int | None = None
    near: str = ""
    latitude: float | None = None
    longitude: float | None = None
    match_pence: int = 0
    match_from: str = ""
    match_agreed: bool | None = None
    takes_less: bool | None = None
    smallest_pence: int | None = None
    answers: tuple[tuple[int, str], ...] = field(default=())
    theme_id: int | None = None
    easy_title: str = ""
    easy_summary: str = ""
    gaelic_title: str = ""
    gaelic_summary: str = ""
    pot: int | None = None

    def answer_to(self, question_id: int) -> str:
        """Return the answer to one of the round's questions; '' where there is none."""
        return dict(self.answers).get(question_id, "")


def write_content(content: Content) -> str:
    """Return what a proposal says as canonical JSON: the same text for the same content.

    Where no part of the fund is asked nothing is said of one, as before there were any.
    """
    plain = asdict(content)
    if content.pot is None:
        del plain["pot"]
    return canonical_json(plain)


def read_content(text: str) -> Content:
    """Return the content that ``write_content`` wrote."""
    kept: dict[str, Any] = json.loads(text)
    kept["items"] = tuple(CostItem(**item) for item in kept["items"])
    kept["answers"] = tuple((int(number), answer) for number, answer in kept["answers"])
    return Content(**kept)


@dataclass(frozen=True)
class Asked:
    """One question that a round adds. ``kind`` is “short” or “long”."""

    id: int
    prompt: str
    kind: str
    is_needed: bool


@dataclass(frozen=True)
class Asks:
    """What a round asks of a proposal: its limits in pence, its own questions, its themes, and
    which part of the fund it is for, where the fund has ``pots``."""

    min_award_pence: int
    max_award_pence: int
    questions: Sequence[Asked] = ()
    themes: Collection[int] = ()
    pots: Sequence[PotRule] = ()


@dataclass(frozen=True)
class Gap:
    """What a proposal lacks, or what doesn't fit: on which page, at which field, in words."""

    step: str
    about: str
    words: str


def gaps(content: Content, asks: Asks) -> list[Gap]:
    """Return what stands between a draft and being sent, in the order of the pages."""
    return [*_idea_gaps(content, asks), *money_gaps(content, asks), *_place_gaps(content),
            *_answer_gaps(content, asks)]  # fmt: skip


def _idea_gaps(content: Content, asks: Asks) -> list[Gap]:
    needed = {
        "title": N_("Enter what your project is called"),
        "summary": N_("Enter what it will do"),
        "beneficiaries": N_("Enter who it is for"),
    }
    found = [
        Gap("idea", name, words) for name, words in needed.items() if not getattr(content, name)
    ]
    if asks.themes and content.theme_id not in asks.themes:
        found.append(Gap("idea", "theme", N_("Choose what it is about")))
    return found


def money_gaps(content: Content, asks: Asks, *, complete: bool = True) -> list[Gap]:
    """Return what is wrong with the money; ``complete`` False lets it be unfinished."""
    checks = (_pot_fault, _cost_fault, _items_fault, _match_fault, _smallest_fault)
    found = [fault for check in checks if (fault := check(content, asks, complete)) is not None]
    return [Gap("money", about, words) for about, words in found]


def _pot_fault(content: Content, asks: Asks, complete: bool) -> tuple[str, str] | None:
    unsaid = content.pot is None and not complete
    if not asks.pots or unsaid or pot_numbered(asks.pots, content.pot) is not None:
        return None
    return "pot", CHOOSE_POT


def _cost_fault(content: Content, asks: Asks, complete: bool) -> tuple[str, str] | None:
    cost = content.cost_pence
    if cost is None:
        return ("cost_pence", N_("Enter how much money it needs")) if complete else None
    if not max(1, asks.min_award_pence) <= cost <= asks.max_award_pence:
        least, most = pounds(max(1, asks.min_award_pence)), pounds(asks.max_award_pence)
        return "cost_pence", f"Enter a cost from {least} to {most}"
    pot = pot_numbered(asks.pots, content.pot)
    return None if pot is None or cost <= pot.pence else ("cost_pence", _too_dear(pot))


def _too_dear(pot: PotRule) -> str:
    return f"Enter a cost of {pounds(pot.pence)} or less: that is all there is for “{pot.name}”"


def _items_fault(content: Content, asks: Asks, complete: bool) -> tuple[str, str] | None:
    total, cost = sum(item.pence for item in content.items), content.cost_pence
    if not content.items:
        return ("items", N_("Enter what the money will pay for")) if complete else None
    if complete and cost is not None and total != cost:
        return "items", f"Make the rows add up to {pounds(cost)}: they add up to {pounds(total)}"
    return None


def _match_fault(content: Content, asks: Asks, complete: bool) -> tuple[str, str] | None:
    if not content.match_pence or not complete:
        return None
    if not content.match_from:
        return "match_from", N_("Enter who else pays")
    if content.match_agreed is None:
        return "match_agreed", N_("Choose whether they have agreed to pay")
    return None


def _smallest_fault(content: Content, asks: Asks, complete: bool) -> tuple[str, str] | None:
    least, cost, smallest = max(1, asks.min_award_pence), content.cost_pence, content.smallest_pence
    if content.takes_less is None:
        return ("takes_less", N_("Choose whether a smaller award would help")) if complete else None
    if not content.takes_less:
        return None
    if smallest is None:
        return (
            ("smallest_pence", N_("Enter the smallest amount that would help"))
            if complete
            else None
        )
    if cost is not None and cost <= least:
        return "takes_less", f"Choose no: nothing is smaller than {pounds(least)} in this fund"
    if smallest < least or (cost is not None and smallest >= cost):
        if cost is None:
            return "smallest_pence", f"Enter an amount of {pounds(least)} or more"
        return "smallest_pence", f"Enter an amount from {pounds(least)} to less than {pounds(cost)}"
    return None


def _place_gaps(content: Content) -> list[Gap]:
    if not content.where:
        return [Gap("place", "where", N_("Choose where it is"))]
    if content.where == "place" and content.locality_id is None and not content.near:
        return [Gap("place", "near", N_("Enter what it is near"))]
    return []


def _answer_gaps(content: Content, asks: Asks) -> list[Gap]:
    return [
        Gap("questions", f"answer_{question.id}", f"Answer the question “{question.prompt}”")
        for question in asks.questions
        if question.is_needed and not content.answer_to(question.id)
    ]


def check_content(content: Content, asks: Asks) -> None:
    """Refuse what lacks something. Raises ProposalRefused with the first gap."""
    found = gaps(content, asks)
    if found:
        raise ProposalRefused(found[0].words, found[0].about)


def smallest_of(content: Content) -> int | None:
    """Return the smallest award that would help, None where only the whole cost does."""
    return content.smallest_pence if content.takes_less else None


def smallest_on_ballot(
    smallest_pence: int | None, award_pence: int, min_award_pence: int
) -> int | None:
    """Return the smallest award that stands on the ballot beside the award itself.

    The round's own smallest award may have been raised since: nobody is given less than that. The
    checks may have brought the cost down as far: then there is nothing smaller.

    >>> smallest_on_ballot(50_000, 90_000, 0), smallest_on_ballot(50_000, 90_000, 60_000)
    (50000, 60000)
    >>> smallest_on_ballot(50_000, 50_000, 0), smallest_on_ballot(50_000, 60_000, 60_000)
    (None, None)
    """
    if smallest_pence is None:
        return None
    least = max(smallest_pence, min_award_pence)
    return least if least < award_pence else None


def read_point(typed: str) -> tuple[float, float] | None:
    """Return the point that was typed as latitude and longitude; None where nothing was.

    As telephones and maps write it. Raises ProposalRefused for anything else, and for a point
    that isn't in Scotland.

    >>> read_point("57.1497, -2.0943")
    (57.1497, -2.0943)
    """
    if not typed.strip():
        return None
    try:
        return read_place(typed)
    except PointRefused as refusal:
        raise ProposalRefused(str(refusal), "point") from refusal


def new_answers(content: Content, texts: Sequence[tuple[int, str]], asked: Collection[int]) -> Any:
    """Return the answers with ``texts`` in them, to questions that the round asks, in order."""
    kept = {**dict(content.answers), **dict(texts)}
    return tuple((n, kept[n]) for n in sorted(kept) if n in asked and kept[n])


def check_award(pence: int, min_award_pence: int, max_award_pence: int) -> None:
    """Refuse a cost that lies outside the round's awards. Raises ProposalRefused."""
    if not min_award_pence <= pence <= max_award_pence or pence <= 0:
        raise ProposalRefused(
            f"Enter a cost from {pounds(max(1, min_award_pence))} to {pounds(max_award_pence)}",
            "cost_pence",
        )


def check_pot(number: int | None, pence: int, pots: Sequence[PotRule]) -> None:
    """Refuse a proposal for no part of a fund in parts, or for more than its part has.

    Raises ProposalRefused.
    """
    pot = pot_numbered(pots, number)
    if pots and pot is None:
        raise ProposalRefused(CHOOSE_POT, "pot")
    if pot is not None and pence > pot.pence:
        raise ProposalRefused(_too_dear(pot), "cost_pence")


def check_proposer(who_may_propose: str, *, is_body: bool) -> None:
    """Refuse a proposal from somebody who may not send one here. Raises ProposalRefused."""
    if who_may_propose == "body" and not is_body:
        raise ProposalRefused("Only local groups on the register can send a proposal here", "body")
    if who_may_propose == "resident" and is_body:
        raise ProposalRefused("Only residents can send a proposal here, not groups", "body")


def check_place(place: str, locality_id: int | None, wanted: int | None) -> None:
    """Refuse a proposal from outside the round's area. Raises ProposalRefused.

    ``place`` is what the look-up said; a postcode that is not in the directory passes, since the
    directory lags behind new streets, and an officer sees it. ``wanted`` None: the whole area.
    """
    elsewhere = place == "matched" and wanted is not None and locality_id != wanted
    if place == "outside" or elsewhere:
        raise ProposalRefused(
            "Enter a postcode in the area of this fund: yours lies outside it", "postcode"
        )
    if place == "not_given":
        raise ProposalRefused("Enter your postcode, like AB10 1AB", "postcode")


@dataclass(frozen=True)
class Contribution:
    """Something somebody sent us that findings may draw on; here, a proposal.

    ``who`` is a label fit for the public: the name of a body, or “A resident”.
    """

    kind: str
    id: int
    where: str
    text: str
    who: str
    may_publish: bool
