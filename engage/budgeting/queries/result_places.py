"""Where the projects of a result are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from engage.budgeting.models import Project, Proposal, Round
from engage.budgeting.queries.results import ShownResult, tally_id
from engage.budgeting.rules.maps import Map, Spot, draw_map
from engage.extensions import db
from engage.partners.queries import partnership
from engage.places.queries import localities_of


@dataclass(frozen=True)
class Placed:
    """A project at a place: its locality by name ('' for none), words for where, its point, if it
    has one, and its fate."""

    project: Project
    locality: str
    near: str
    point: tuple[float, float] | None
    is_funded: bool


@dataclass(frozen=True)
class ResultPlaces:
    """The projects at a place in the order of locality and ballot, the others, and a map.

    ``map`` is None where fewer than two projects have points apart.
    """

    placed: Sequence[Placed]
    whole: Sequence[Placed]
    map: Map | None


def places_of_result(round_: Round, result: ShownResult) -> ResultPlaces:
    """Return where the projects of a declared result are, as their proposals say."""
    names = {place.id: place.name for place in localities_of(partnership().council_code)}
    placed: list[Placed] = []
    whole: list[Placed] = []
    spots = []
    rows = db.session.execute(
        select(Project, Proposal.locality_id, Proposal.near, Proposal.latitude, Proposal.longitude)
        .outerjoin(Proposal, Proposal.id == Project.proposal_id)
        .where(Project.round_id == round_.id)
        .order_by(Project.number)
    )
    for project, locality_id, near, latitude, longitude in rows:
        is_funded = tally_id(project) in result.outcome.winners
        point = None if latitude is None or longitude is None else (latitude, longitude)
        if point is not None:
            spots.append(Spot(project.number, *point, is_funded))
        row = Placed(project, names.get(locality_id or 0, ""), near or "", point, is_funded)
        at_a_place = bool(row.locality or row.near or point)
        (placed if at_a_place else whole).append(row)
    placed.sort(key=lambda row: (row.locality == "", row.locality, row.project.number))
    return ResultPlaces(placed, whole, draw_map(spots))
