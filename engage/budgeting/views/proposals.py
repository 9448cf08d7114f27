"""The proposals of a round, for everybody; and one's own, to be changed until they close."""

from flask import Blueprint, Response, abort, redirect, request
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.drafts import begin_changes
from engage.budgeting.exports import proposal_header, proposal_rows
from engage.budgeting.models import Proposal, Round
from engage.budgeting.queries.discussion import threads_of
from engage.budgeting.queries.merging import waiting_merge
from engage.budgeting.queries.proposals import ORDERS, Wanted, public_proposal, public_proposals
from engage.budgeting.queries.proposing import (
    asks_of,
    changes_of,
    history_of,
    latest_versions,
    part_in_proposal,
    pictures_of,
    place_names,
    said_by,
)
from engage.budgeting.queries.rounds import area_name, body_names, proposal_in
from engage.budgeting.queries.screening import check_to_reply_to, checks_of, reply_of, stands
from engage.budgeting.queries.withdrawing import own_part, withdrawal_of
from engage.budgeting.queries.wordings import themes_of, words_of
from engage.budgeting.rules.refusals import ProposalRefused
from engage.budgeting.views.drafting import (
    account_id,
    round_seen,
    round_takes_proposals,
    shut,
    step_address,
    unknown,
)
from engage.budgeting.views.holding import held_references
from engage.extensions import db
from engage.web.access import public
from engage.web.forms import ActionForm
from engage.web.pages import csv_download, page
from engage.web.rules import clean_text

bp = Blueprint("proposals", __name__)
#: How many proposals stand on one page.
PER_PAGE = 24


@bp.get("/rounds/<slug>/proposals/")
@public
def listed(slug: str) -> Response:
    """The proposals that passed the checks: by place and words, without a map or a script."""
    round_, places = round_seen(slug), place_names()
    themes = themes_of(round_.id)
    wanted = _wanted(places, themes)
    found = public_proposals(round_.id, wanted)
    last = max(1, -(-len(found) // PER_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    shown = found[(number - 1) * PER_PAGE :][:PER_PAGE]
    versions = latest_versions([proposal.id for proposal in shown])
    return page(
        "proposals/list.html",
        round=round_,
        wanted=wanted,
        shown=shown,
        count=len(found),
        everything=len(public_proposals(round_.id, Wanted())),
        number=number,
        last=last,
        pictures={p.id: next(iter(pictures_of(versions.get(p.id))), None) for p in shown},
        names=body_names([proposal.body_id for proposal in shown]),
        places=places,
        themes=themes,
        words=words_of(shown),
        area=area_name(round_),
        takes_proposals=round_takes_proposals(round_, clock.now()),
    )


@bp.get("/rounds/<slug>/proposals.csv")
@public
def listed_csv(slug: str) -> Response:
    """The same list as data, by the same place and words."""
    round_, places = round_seen(slug), place_names()
    themes = themes_of(round_.id)
    found = public_proposals(round_.id, _wanted(places, themes))
    names = body_names([proposal.body_id for proposal in found])
    rows = proposal_rows(found, names, places, themes, round_.min_award_pence, round_.pots)
    return csv_download(f"{slug}-proposals.csv", proposal_header(round_), rows)


@bp.get("/rounds/<slug>/proposals/<public_id>/")
@public
def one(slug: str, public_id: str) -> Response:
    """One proposal: for everybody once it passed the checks, for its authors from the start."""
    round_ = round_seen(slug)
    proposal, part = _seen(round_, public_id)
    version = latest_versions([proposal.id]).get(proposal.id)
    return page(
        "proposals/one.html",
        round=round_,
        proposal=proposal,
        part=part,
        said=said_by(proposal, version),
        asks=asks_of(round_),
        pictures=pictures_of(version),
        version=version,
        names=body_names([proposal.body_id]),
        places=place_names(),
        words=words_of([proposal])[proposal.id],
        theme=themes_of(round_.id).get(proposal.theme_id or 0, ""),
        area=area_name(round_),
        may_change=bool(part)
        and round_takes_proposals(round_, clock.now())
        and proposal.merged_into_id is None
        and not stands(proposal),
        is_public=public_proposal(round_.id, public_id) is not None,
        changes=changes_of(proposal.id) if part else None,
        threads=threads_of(round_.id, proposal.id) if round_.discussion_opens_at else [],
        checks=checks_of(proposal) if part else [],
        may_reply=part == "author" and check_to_reply_to(proposal, clock.now()) is not None,
        merge=waiting_merge(proposal.id) if part == "author" else None,
        merged_into=db.session.get(Proposal, proposal.merged_into_id)
        if proposal.merged_into_id
        else None,
        replied=reply_of(proposal.id) is not None,
        withdrawal=withdrawal_of(proposal.id) if part else None,
        to_withdraw=own_part(proposal, account_id(), held_references())
        if part == "coauthor"
        else proposal,
        takes_proposals=round_takes_proposals(round_, clock.now()),
    )


@bp.get("/rounds/<slug>/proposals/<public_id>/history/")
@public
def history(slug: str, public_id: str) -> Response:
    """What a proposal said before, for its authors."""
    round_ = round_seen(slug)
    proposal, part = _seen(round_, public_id)
    if not part:
        return unknown(round_, [])
    return page(
        "proposals/history.html", round=round_, proposal=proposal, history=history_of(proposal)
    )


@bp.post("/rounds/<slug>/proposals/<public_id>/change/")
@public
def change(slug: str, public_id: str) -> Response | Answer:
    """Start to change a proposal, or go on; nothing of it is seen before it is sent again."""
    round_ = round_seen(slug)
    proposal, part = _seen(round_, public_id)
    if not ActionForm().validate_on_submit():
        abort(400)
    if not part:
        return unknown(round_, [])
    try:
        draft = begin_changes(proposal, at=clock.now())
        db.session.commit()
    except ProposalRefused:
        return shut(round_, [])
    except IntegrityError:  # somebody else began at the same moment
        db.session.rollback()
        draft = changes_of(proposal.id) or abort(409)
    return redirect(step_address(slug, draft.public_id, "check"))


def _wanted(places: dict[int, str], themes: dict[int, str]) -> Wanted:
    """Return what the address asks for; what it can't mean is passed over."""
    place = request.args.get("place", "")
    theme, order = request.args.get("theme", ""), request.args.get("order", "")
    return Wanted(
        words=clean_text(request.args.get("words", ""))[:100],
        place=place if place in ("whole", *map(str, places)) else "",
        theme=theme if theme in map(str, themes) else "",
        order=order if order in ORDERS else "title",
    )


def _seen(round_: Round, public_id: str) -> tuple[Proposal, str]:
    """Return a proposal and what the person who asks is to it; 404 where they may not see it."""
    proposal = proposal_in(round_.id, public_id) or abort(404)
    part = part_in_proposal(proposal, account_id(), held_references())
    if not part and public_proposal(round_.id, public_id) is None:
        abort(404)
    return proposal, part
