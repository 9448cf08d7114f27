"""Projects with all that can stand beside them: a place, a theme, a picture, other words."""

from collections.abc import Mapping
from typing import Any

from engage import clock
from engage.budgeting.models import Project, Proposal, ProposalWording
from engage.extensions import db
from engage.permissions import Role
from tests.makers.accounts import make_person
from tests.makers.budgeting import make_proposal

#: By title: where it is, what it is about, and what it says in other words.
TOLD: dict[str, dict[str, str]] = {
    "Bike shelter": {"place": "Mastrick", "theme": "Getting about", "near": "the school"},
    "Lunch club": {
        "place": "Torry",
        "theme": "Food",
        "easy_title": "Lunch together",
        "easy_summary": "We eat lunch together. It is free.\nEverybody can come.",
        "gaelic_title": "Club lòin",
        "gaelic_summary": "Lòn còmhla, saor an-asgaidh",
    },
    "Skate ramp": {"theme": "Getting about"},
}


def word(proposal: Proposal, kind: str, title: str, summary: str, *, approved: bool = True) -> None:
    """Keep a proposal in other words, approved unless said otherwise, and commit."""
    at = clock.now() if approved else None
    officer = make_person(f"Writer{proposal.id}{kind}", Role.OFFICER)
    db.session.add(
        ProposalWording(
            proposal_id=proposal.id,
            kind=kind,
            title=title,
            summary=summary,
            saved_by=officer.id,
            approved_at=at,
        )
    )
    db.session.commit()


def dress(project: Project, told: Mapping[str, Mapping[str, Any]] = TOLD) -> None:
    """Put beside a project what is told of it, words as an officer approved them."""
    columns = told.get(project.title, {})
    wanted = [kind for kind in ("easy", "gaelic") if f"{kind}_title" in columns]
    if wanted:
        accepted = {"stage": "accepted", "cost_pence": project.cost_pence}
        proposal = make_proposal(db.session, project.round, project.title, **accepted)
        project.proposal_id = proposal.id
        for kind in wanted:
            word(proposal, kind, columns[f"{kind}_title"], columns[f"{kind}_summary"])
    for name, value in columns.items():
        setattr(project, name, value)
    db.session.flush()
