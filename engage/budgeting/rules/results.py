"""What a count says, kept as canonical JSON; and what of it may be told in public."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from engage.audit.rules import canonical_json

#: Below so many ballots only the winners are told: the figures could give a voter away.
FEWEST_FOR_FIGURES = 10


@dataclass(frozen=True)
class Fate:
    """What became of one project: money in pence, ``left_before`` when its turn came.

    ``project`` is its id in the count: the reference it came with, or else the number of its
    row. ``why`` and ``settled_by`` are those of engage.tally.election.Decision; so are, under
    equal shares, ``payers``, ``share_pence`` (rounded up) and ``held_pence``. ``award_pence``
    is an award that is smaller than the cost; None for every other project.
    """

    project: str
    votes: int
    cost_pence: int
    funded: bool
    left_before_pence: int
    why: str
    settled_by: str
    reason: str
    payers: int | None = None
    share_pence: int | None = None
    held_pence: int | None = None
    award_pence: int | None = None

    @property
    def given_pence(self) -> int:
        """What the project gets: nothing, its cost, or a smaller award."""
        if not self.funded:
            return 0
        return self.cost_pence if self.award_pence is None else self.award_pence

    @property
    def left_after_pence(self) -> int:
        """The money left once this project was decided."""
        return self.left_before_pence - self.given_pence


@dataclass(frozen=True)
class Figures:
    """How an outcome treats its voters: those of engage.tally.election.Fairness, exactly.

    ``with_a_project`` is how many voters chose at least one funded project. ``projects_each`` and
    ``gini`` are fractions as text, like “12/5”; '' where there is no such figure.
    """

    with_a_project: int
    projects_each: str
    gini: str


@dataclass(frozen=True)
class Otherwise:
    """How another rule would have come out on the same ballots; nothing of it was declared.

    ``increment_pence`` is what its completion gave every voter more at each step.
    """

    rule: str
    completion: str
    increment_pence: int
    winners: tuple[str, ...]
    cost_pence: int
    unspent_pence: int
    figures: Figures


@dataclass(frozen=True)
class PotOutcome:
    """The count of one part of a fund: by which rule, on how many ballots that use it, and how.

    ``projects`` stand in the order considered, in which their fates stand in the whole.
    """

    number: int
    name: str
    rule: str
    pence: int
    cost_pence: int
    unspent_pence: int
    ballots: int
    projects: tuple[str, ...]
    figures: Figures | None = None
    otherwise: Otherwise | None = None


@dataclass(frozen=True)
class Outcome:
    """The whole of a count, enough to do it again: the rule, ties, lots and hashes with it.

    ``winners`` and ``fates`` stand in the order considered; ``lots`` in the order drawn.
    ``ballots`` is how many were counted, ``by_source`` how each was cast. ``figures`` and
    ``otherwise`` are None in outcomes that were kept before they were reckoned, and where the fund
    has parts: then each of ``pots`` has its own, and ``winners`` and ``fates`` stand part by part.
    """

    rule: str
    tie: str
    pot_pence: int
    cost_pence: int
    unspent_pence: int
    ballots: int
    by_source: Mapping[str, int]
    winners: tuple[str, ...]
    fates: tuple[Fate, ...]
    lots: tuple[str, ...]
    rules_hash: str
    ballot_hash: str
    seal_hash: str
    figures: Figures | None = None
    otherwise: Otherwise | None = None
    pots: tuple[PotOutcome, ...] = ()

    @property
    def tells_figures(self) -> bool:
        """Whether there are ballots enough to tell votes and the order in public."""
        return self.ballots >= FEWEST_FOR_FIGURES

    def within(self, pot: PotOutcome) -> "Outcome":
        """Return the count of one part as an outcome by itself."""
        own = set(pot.projects)
        return replace(
            self,
            rule=pot.rule,
            pot_pence=pot.pence,
            cost_pence=pot.cost_pence,
            unspent_pence=pot.unspent_pence,
            ballots=pot.ballots,
            winners=tuple(id_ for id_ in self.winners if id_ in own),
            fates=tuple(fate for fate in self.fates if fate.project in own),
            figures=pot.figures,
            otherwise=pot.otherwise,
            pots=(),
        )

    @property
    def parts(self) -> "tuple[Outcome, ...]":
        """The count of each part of the fund; the whole where it has none."""
        return tuple(self.within(pot) for pot in self.pots) or (self,)

    @property
    def fewest_ballots(self) -> int:
        """The ballots of the part that the fewest used, unless nobody did; without parts: all."""
        return min((part.ballots for part in self.parts if part.ballots), default=0)


def public_fates(outcome: Outcome, ballot_order: Sequence[str]) -> tuple[Fate, ...]:
    """Return the fates in the order in which they may be told.

    With ballots enough: as they were considered. Below that: the winners first, each part in the
    order of the ballot paper, because the order considered is the order of votes.
    """
    if outcome.pots:
        return tuple(fate for part in outcome.parts for fate in public_fates(part, ballot_order))
    if outcome.tells_figures:
        return outcome.fates
    place = {project: n for n, project in enumerate(ballot_order)}
    return tuple(sorted(outcome.fates, key=lambda f: (not f.funded, place[f.project])))


def write_outcome(outcome: Outcome) -> str:
    """Return the outcome as canonical JSON: the same text for the same count.

    A fund that is one whole has no word about parts, as before there were any.
    """
    plain = asdict(outcome)
    if not outcome.pots:
        del plain["pots"]
    return canonical_json(plain)


def read_outcome(text: str) -> Outcome:
    """Return the outcome that ``write_outcome`` wrote."""
    kept: dict[str, Any] = json.loads(text)
    kept["fates"] = tuple(Fate(**fate) for fate in kept["fates"])
    kept["winners"], kept["lots"] = tuple(kept["winners"]), tuple(kept["lots"])
    _read_figures(kept)
    kept["pots"] = tuple(_read_pot(pot) for pot in kept.get("pots", ()))
    return Outcome(
        **{field.name: kept[field.name] for field in fields(Outcome) if field.name in kept}
    )


def _read_figures(kept: dict[str, Any]) -> None:
    if kept.get("figures"):
        kept["figures"] = Figures(**kept["figures"])
    if kept.get("otherwise"):
        other = kept["otherwise"]
        other["winners"], other["figures"] = tuple(other["winners"]), Figures(**other["figures"])
        kept["otherwise"] = Otherwise(**other)


def _read_pot(kept: dict[str, Any]) -> PotOutcome:
    _read_figures(kept)
    return PotOutcome(**{**kept, "projects": tuple(kept["projects"])})
