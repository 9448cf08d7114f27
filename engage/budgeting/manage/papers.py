"""Stations, for officers: printed papers, numbers, and whether the papers add up."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.accounts.queries import name_of
from engage.budgeting.actions.accepting import accept_papers
from engage.budgeting.actions.papers import begin_again, reopen_first
from engage.budgeting.actions.reconciling import papers_could_change
from engage.budgeting.actions.stations import add_station, change_numbers, remove_station
from engage.budgeting.forms.papers import AccountForm, StationForm
from engage.budgeting.jobs import close_before_showing, note_all_seals
from engage.budgeting.models import PaperBatch, Round
from engage.budgeting.queries.ballot_papers import ballot_paper, by_part
from engage.budgeting.queries.papers import (
    batch_in,
    batches_of,
    entered,
    lookers_of,
    pass_of,
    read_back_beside,
    sheets_of,
    stations_of,
)
from engage.budgeting.queries.rounds import latest_count, round_by_slug
from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.papers import (
    PapersRefused,
    check_read_back,
    differences,
    final_sheets,
    spoilt_counts,
)
from engage.budgeting.rules.stages import Stage, takes_votes
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("papers_manage", __name__, url_prefix="/desk/rounds/<slug>/paper")

#: What one button does to a batch, and what is said once it is done.
ACTIONS = {"again": begin_again, "reopen": reopen_first, "remove": remove_station}
#: What asks first whether somebody is sure.
SURE = ("accept", "again", "remove")


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def stations(slug: str) -> Answer:
    """Every station of a round, with how far its papers are; and a new one."""
    round_ = paper_round_or_404(slug)
    close_before_showing(round_)
    form = StationForm()
    if form.validate_on_submit():
        try:
            batch = add_station(
                round_,
                form.station.data or "",
                issued=form.issued.data or 0,
                declared=form.declared.data or 0,
                at=clock.now(),
                **actor(),
            )
            db.session.commit()
            flash(_("“%(station)s” is added.", station=batch.station))
            return redirect(url_for(".station", slug=slug, batch_id=batch.id))
        except PapersRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form.station)
    return page(
        "rounds_manage/paper/stations.html",
        form=form,
        round=round_,
        batches=batches_of(round_.id),
        may_add=_takes_papers(round_),
    )


@bp.get("/print/")
@requires(Permission.MANAGE_BUDGETING)
def print_(slug: str) -> Answer:
    """The ballot paper, to be printed; in large print where it is asked for."""
    round_ = paper_round_or_404(slug)
    if not round_.projects:
        return redirect(url_for(".stations", slug=slug))
    return page(
        "rounds_manage/paper/print.html",
        round=round_,
        groups=(groups := by_part(ballot_paper(round_), round_.pots)),
        longest=max(len(lines) for _pot, lines in groups),
        is_large=request.args.get("size") == "large",
    )


@bp.get("/account/")
@requires(Permission.MANAGE_BUDGETING)
def account(slug: str) -> Answer:
    """Whether the papers of each station add up, and whether a difference could matter."""
    round_ = paper_round_or_404(slug)
    batches = batches_of(round_.id)
    return page(
        "rounds_manage/paper/account.html",
        round=round_,
        rows=list(zip(batches, stations_of(round_.id), strict=True)),
        is_counted=latest_count(round_.id) is not None,
        could_change=papers_could_change(round_, trying=False),
    )


@bp.get("/<int:batch_id>/")
@requires(Permission.MANAGE_BUDGETING)
def station(slug: str, batch_id: int) -> Answer:
    """One station: its numbers, how far its papers are, and what comes next."""
    round_ = paper_round_or_404(slug)
    batch = batch_or_404(round_, batch_id)
    passes = sheets_of(batch.id)
    first = entered(batch.id, 1)
    return page(
        "rounds_manage/paper/station.html",
        round=round_,
        batch=batch,
        turn=pass_of(batch, current_user.id),
        is_mine=batch.first_by == current_user.id,
        first=first,
        second=entered(batch.id, 2),
        first_by=name_of(batch.first_by or 0),
        second_by=name_of(batch.second_by or 0),
        waiting=len(differences(passes[1], passes[2], passes[3])),
        spoilt=spoilt_counts(final_sheets(passes[1], passes[3])),
        may_read_back=may_read_back(batch, first),
        has_settled=current_user.id in lookers_of(batch),
        is_counted=latest_count(round_.id) is not None,
        is_open=is_open(round_),
    )


@bp.get(f"/<int:batch_id>/<any({','.join(SURE)}):act>/")
@requires(Permission.MANAGE_BUDGETING)
def confirm(slug: str, batch_id: int, act: str) -> Answer:
    """Say what will happen, before anything is deleted or put into the ballot box for good."""
    round_ = paper_round_or_404(slug)
    batch = batch_or_404(round_, batch_id)
    return page("rounds_manage/paper/confirm.html", round=round_, batch=batch, act=act)


@bp.post(f"/<int:batch_id>/<any({','.join(ACTIONS)}):act>/")
@requires(Permission.MANAGE_BUDGETING)
def do(slug: str, batch_id: int, act: str) -> Answer:
    """Empty a pass, change it once more, or take away a station that was added by mistake."""
    batch = batch_or_404(paper_round_or_404(slug), batch_id)
    refuse_without_token()
    try:
        ACTIONS[act](batch.id, at=clock.now(), **actor())
        db.session.commit()
    except PapersRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
        return redirect(url_for(".station", slug=slug, batch_id=batch_id))
    if act == "remove":
        flash(_("The station is removed."))
        return redirect(url_for(".stations", slug=slug))
    flash(_("The papers can be entered now."))
    return redirect(url_for(".station", slug=slug, batch_id=batch_id))


@bp.post("/<int:batch_id>/accept/")
@requires(Permission.MANAGE_BUDGETING)
def accept(slug: str, batch_id: int) -> Answer:
    """Put the checked papers into the ballot box, all of them or none."""
    round_ = paper_round_or_404(slug)
    batch = batch_or_404(round_, batch_id)
    refuse_without_token()
    try:
        number = accept_papers(round_.id, batch.id, at=clock.now(), **actor())
        db.session.commit()
        note_all_seals()
        flash(
            ngettext(
                "%(num)d paper is in the ballot box, and the box is sealed anew.",
                "%(num)d papers are in the ballot box, and the box is sealed anew.",
                number,
            )
        )
    except (PapersRefused, KeysRefused) as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    return redirect(url_for(".station", slug=slug, batch_id=batch_id))


@bp.route("/<int:batch_id>/numbers/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def numbers(slug: str, batch_id: int) -> Answer:
    """Correct the numbers of a station, and explain what does not add up."""
    round_ = paper_round_or_404(slug)
    batch = batch_or_404(round_, batch_id)
    given = {"issued": batch.issued, "declared": batch.declared, "explanation": batch.explanation}
    form = AccountForm(data={**given, "version": str(batch.version)})
    if form.validate_on_submit():
        version = form.version.data or ""
        try:
            change_numbers(
                batch.id,
                issued=form.issued.data or 0,
                declared=form.declared.data or 0,
                explanation=form.explanation.data or "",
                version=int(version) if version.isascii() and version.isdigit() else 0,
                at=clock.now(),
                **actor(),
            )
            db.session.commit()
            flash(_("The paper account of this station is saved."))
            return redirect(url_for(".account", slug=slug))
        except PapersRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    return page("rounds_manage/paper/numbers.html", form=form, round=round_, batch=batch)


# Parts, some of them for entering papers too -----------------------------------------------------


def paper_round_or_404(slug: str) -> Round:
    """Return the round at this address; 404 where it takes no paper."""
    round_ = round_by_slug(slug)
    if round_ is None or not round_.takes_paper:
        abort(404)
    return round_


def batch_or_404(round_: Round, batch_id: int) -> PaperBatch:
    """Return the round's batch; 404 for another round's."""
    return batch_in(round_.id, batch_id) or abort(404)


def may_read_back(batch: PaperBatch, papers: int) -> bool:
    """Say whether reading these papers to a witness is enough."""
    try:
        check_read_back(papers, read_back_beside(batch), needs_two=batch.needs_two)
    except PapersRefused:
        return False
    return True


def refuse_without_token() -> None:
    """Answer 400 to a button that no page of ours has sent."""
    if not ActionForm().validate_on_submit():
        abort(400)


def _takes_papers(round_: Round) -> bool:
    in_time = round_.stage in (Stage.VOTING, Stage.CLOSED)
    return in_time and latest_count(round_.id) is None


def is_open(round_: Round) -> bool:
    """Say whether votes are taken now, so that somebody can be marked."""
    return takes_votes(round_.stage, round_.voting_opens_at, round_.voting_closes_at, clock.now())
