"""The order in which projects with equal votes are considered, declared before the vote."""

from collections.abc import Callable

from engage.tally.election import Election, Project


class TieRefused(ValueError):
    """A tie order that can't be read."""


#: Each way to settle a tie: a key by which the smaller goes first.
KEYS: dict[str, Callable[[Project, int, int], int]] = {
    "cost": lambda project, votes, place: project.cost,
    "votes": lambda project, votes, place: -votes,
    "lot": lambda project, votes, place: -1 if project.lot is None else project.lot,
    "file": lambda project, votes, place: place,
}


def read_tie_order(text: str) -> tuple[str, ...]:
    """Return the parts of an order like “cost,votes,lot”.

    cost: the cheaper first; votes: the one with more votes first; lot: the order drawn before
    voting; file: the order of the ballot paper. Raises TieRefused for anything else.
    """
    parts = tuple(part.strip() for part in text.split(","))
    unknown = [part for part in parts if part not in KEYS]
    if unknown or len(set(parts)) < len(parts):
        raise TieRefused(f"Give a tie order of {', '.join(KEYS)}, each once: “{text}” is none")
    return parts


def tie_keys(election: Election) -> dict[str, tuple[int, ...]]:
    """Return for each project what settles its ties; the smaller tuple goes first.

    The order of the ballot paper always stands last, so that the order is total even where no
    lot was drawn and nothing is ever left to chance while counting.
    """
    order = election.tie if "file" in election.tie else (*election.tie, "file")
    return {
        project.id: tuple(KEYS[part](project, election.votes[project.id], place) for part in order)
        for place, project in enumerate(election.projects)
    }


def settled_by(election: Election, ahead: tuple[int, ...], behind: tuple[int, ...]) -> str:
    """Return the part of the tie order by which ``ahead`` came before ``behind``."""
    order = election.tie if "file" in election.tie else (*election.tie, "file")
    return next(part for part, a, b in zip(order, ahead, behind, strict=True) if a != b)
