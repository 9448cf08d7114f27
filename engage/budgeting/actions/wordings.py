"""A round's themes, and proposals in other words: easy to read, or in Gaelic."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm.attributes import flag_modified

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.screening import hold_before_ballot
from engage.budgeting.models import Proposal, ProposalWording, Round, RoundTheme
from engage.budgeting.queries.proposing import latest_versions, pictures_of, place_names
from engage.budgeting.queries.screening import interest_of
from engage.budgeting.queries.wordings import themes_of, wordings_of, words_of
from engage.budgeting.rules.proposing import Content
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.budgeting.rules.stages import Stage
from engage.budgeting.rules.wordings import check_themes
from engage.extensions import db
from engage.web.rules import N_


def set_themes(
    round_: Round, names: Sequence[str], *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Set what proposals of a round can be about; nothing happens where they are these already.

    Raises RoundRefused once proposals are open, and for themes that nobody can choose between.
    """
    if list(names) == list(themes_of(round_.id).values()):
        return
    if round_.stage != Stage.PREPARING:
        raise RoundRefused(N_("The rules are fixed: proposals were opened"))
    check_themes(names)
    db.session.execute(delete(RoundTheme).where(RoundTheme.round_id == round_.id))
    for position, name in enumerate(names, start=1):
        db.session.add(RoundTheme(round_id=round_.id, position=position, name=name))
    flag_modified(round_, "stage")  # the version of the round rises with its themes
    db.session.flush()
    record(
        Happening.THEMES_SET,
        f"round:{round_.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        themes=len(names),
    )


def keep_wordings(
    proposal: Proposal,
    given: Mapping[str, tuple[str, str, bool]],
    *,
    at: datetime,
    by: int,
    role: str = "officer",
) -> None:
    """Keep a proposal in other words: by kind its title, its summary, and whether to show them.

    Words that are empty are taken away. Raises RoundRefused once the ballot is settled, and
    ProposalRefused for an officer with an interest in it, and for nothing that is to be shown.
    """
    hold_before_ballot(proposal.round)
    said = interest_of(proposal.id, by)
    if said is not None and said.has_conflict:
        raise ProposalRefused(N_("You have an interest in this proposal, so somebody else must"))
    kept = wordings_of([proposal.id])
    for kind, (title, summary, is_shown) in given.items():
        wording = kept.get((proposal.id, kind))
        if not title and not summary:
            if is_shown:
                raise ProposalRefused(N_("Enter the words that are to be shown"), f"{kind}_summary")
            if wording is not None:
                db.session.delete(wording)
            continue
        if wording is None:
            wording = ProposalWording(proposal_id=proposal.id, kind=kind)
            db.session.add(wording)
        wording.title, wording.summary, wording.saved_by = title, summary, by
        wording.approved_at = at if is_shown else None
    db.session.flush()
    record(
        Happening.WORDINGS_KEPT,
        f"proposal:{proposal.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        shown=sorted(kind for kind, (*_, is_shown) in given.items() if is_shown),
    )


def doubt_wordings(proposal: Proposal, before: Content, after: Content) -> None:
    """Let other words wait to be approved again where what they say may have changed."""
    told = ("title", "summary", "easy_title", "easy_summary", "gaelic_title", "gaelic_summary")
    if all(getattr(before, name) == getattr(after, name) for name in told):
        return
    for wording in wordings_of([proposal.id]).values():
        wording.approved_at = None
    db.session.flush()


def beside_projects(round_: Round, proposals: Sequence[Proposal]) -> dict[int, dict[str, Any]]:
    """Return what stands on the ballot beside title and cost, as columns, by the proposal's id."""
    places, themes, words = place_names(), themes_of(round_.id), words_of(proposals)
    versions = latest_versions([proposal.id for proposal in proposals])
    return {
        p.id: {
            "place": places.get(p.locality_id or 0, ""),
            "near": p.near,
            "theme": themes.get(p.theme_id or 0, ""),
            "easy_title": words[p.id].easy_title,
            "easy_summary": words[p.id].easy_summary,
            "gaelic_title": words[p.id].gaelic_title,
            "gaelic_summary": words[p.id].gaelic_summary,
            "picture_id": next((k.id for k in pictures_of(versions.get(p.id))), None),
        }
        for p in proposals
    }
