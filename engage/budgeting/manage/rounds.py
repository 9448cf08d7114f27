"""Running rounds, for officers: open, settle the ballot, count, declare."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.counting import ask_to_declare
from engage.budgeting.actions.reconciling import paper_blockers
from engage.budgeting.actions.rounds import close_proposals, open_proposals, settle_ballot
from engage.budgeting.counting import try_rules
from engage.budgeting.forms.rounds import TrialForm
from engage.budgeting.forms.rule_words import more_facts, rule_facts, rule_sections, worded_changes
from engage.budgeting.jobs import close_before_showing, order_count
from engage.budgeting.models import CountRun, Round
from engage.budgeting.queries.approvals import lacks_second, scrutineer_of
from engage.budgeting.queries.charter import charter_state
from engage.budgeting.queries.count_runs import latest_run
from engage.budgeting.queries.discussion import waiting_posts
from engage.budgeting.queries.proposing import questions_of
from engage.budgeting.queries.records import record_state
from engage.budgeting.queries.results import counted_result
from engage.budgeting.queries.rounds import (
    all_rounds,
    area_name,
    proposals_by_stage,
    proposals_of,
    rule_changes,
    rules_of,
    situation,
)
from engage.budgeting.queries.screening import criteria_of
from engage.budgeting.queries.sheets import is_tested, key_state
from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.charter import Moment, why_fixed
from engage.budgeting.rules.lighter import weaker
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.stages import MOVES, Move, blockers
from engage.budgeting.rules.trial import usual_trial
from engage.budgeting.views.found import round_or_404
from engage.engagements.queries.assessments import engagement_unscreened, screening_binds
from engage.engagements.rules.assessments import NOT_SCREENED, SCREEN_FIRST
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.apart import AGAIN, is_silent
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("rounds_manage", __name__)

ACTIONS: dict[Move, Callable[..., Any]] = {
    Move.OPEN_PROPOSALS: open_proposals,
    Move.CLOSE_PROPOSALS: close_proposals,
    Move.SETTLE_BALLOT: settle_ballot,
    Move.DECLARE: ask_to_declare,
}
#: What has a page that asks first: the count, too, which may go on after the answer.
PRESSED = (*ACTIONS, Move.COUNT)


@bp.get("/desk/rounds/")
@requires(Permission.MANAGE_BUDGETING)
def desk() -> Response:
    """Every round, the one that closes last first."""
    return page("rounds_manage/desk.html", rounds=all_rounds())


@bp.get("/desk/rounds/<slug>/")
@requires(Permission.MANAGE_BUDGETING)
def round_(slug: str) -> Response:
    """One round: where it stands, what comes next, and what blocks it."""
    found, at = round_or_404(slug), clock.now()
    close_before_showing(found)
    now, run = situation(found, at), latest_run(found.id)
    watches = "watch" in request.args and run is not None and not run.is_finished
    answer = page(
        "rounds_manage/round.html",
        round=found,
        area=area_name(found),
        rule_facts=rule_facts(rules_of(found)) + more_facts(rules_of(found)),
        rule_changes=worded_changes(rule_changes(found.id)),
        stages=proposals_by_stage(found.id),
        to_read=waiting_posts(found.id),
        moves=[
            (move, blockers(move, now) + paper_blockers(found, move))
            for move, (start, _) in MOVES.items()
            if start == found.stage
        ],
        counted=counted_result(found),
        key_state=key_state(found),
        sheets_tested=is_tested(None) and is_tested(found),
        record_state=record_state(found.id),
        charter=_charter(found),
        at=at,
        run=run,
        run_is_silent=run is not None and is_silent(run.worked_at, at),
        watches=watches,
    )
    if watches:
        answer.headers["Refresh"] = str(AGAIN)
    return answer


@bp.get("/desk/rounds/<slug>/try/")
@requires(Permission.MANAGE_BUDGETING)
def try_(slug: str) -> Response | Answer:
    """What the rules would do: counted on projects and votes that are invented."""
    found = round_or_404(slug)
    usual = {name: str(value) for name, value in asdict(usual_trial(rules_of(found))).items()}
    form = TrialForm(MultiDict({**usual, **request.args}))
    form.validate()
    result, remarks = try_rules(rules_of(found), form.trial)
    return page("rounds_manage/trial.html", form=form, round=found, result=result, remarks=remarks)


@bp.route(f"/desk/rounds/<slug>/<any({','.join(PRESSED)}):move>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def move(slug: str, move: str) -> Response | Answer:
    """Say what a move will do; then do it."""
    found, at = round_or_404(slug), clock.now()
    form = ActionForm()
    if form.is_submitted() and not form.validate():
        abort(400)
    unscreened = move == Move.OPEN_PROPOSALS and engagement_unscreened(found.engagement_id)
    if form.is_submitted():
        try:
            if unscreened and screening_binds():
                raise RoundRefused(SCREEN_FIRST)
            if move == Move.COUNT:
                flash(_told(order_count(found.id, by=current_user.id)))
            else:
                ACTIONS[Move(move)](found, at=at, **actor())
                db.session.commit()
                deliver_waiting()
                flash(_done()[Move(move)])
        except (RoundRefused, KeysRefused) as refusal:
            db.session.rollback()
            flash(_(str(refusal)))
        except StaleDataError:
            db.session.rollback()
            abort(409)
        return redirect(url_for(".round_", slug=slug))
    lacks = lacks_second(found.id)
    publishing = move == Move.OPEN_PROPOSALS
    return page(
        "rounds_manage/move.html",
        round=found,
        move=Move(move),
        blocked=blockers(Move(move), situation(found, at))
        + paper_blockers(found, Move(move))
        + ([SCREEN_FIRST] if unscreened and screening_binds() else []),
        stages=proposals_by_stage(found.id),
        counted=counted_result(found),
        lacks_second=lacks,
        area=area_name(found),
        sections=rule_sections(rules_of(found)) if publishing else [],
        criteria=criteria_of(found.id) if publishing else [],
        questions=questions_of(found.id) if publishing else [],
        weaker=_weaker(found, lacks=lacks) + ([NOT_SCREENED] if unscreened else [])
        if publishing
        else [],
    )


def _charter(found: Round) -> tuple[str, int] | None:
    """Return where the self-check of this stage stands; None where none can be answered now."""
    due = [moment for moment in Moment if why_fixed(moment, found.stage) is None]
    return charter_state(found.id, due[0]) if due else None


def _weaker(found: Round, *, lacks: bool) -> list[str]:
    named = scrutineer_of(found.id) is not None
    return weaker(rules_of(found), lacks_second=lacks, has_scrutineer=named)


@bp.get("/desk/rounds/<slug>/proposals/")
@requires(Permission.MANAGE_BUDGETING)
def proposals(slug: str) -> Response:
    """The proposals of a round, all or those at one stage."""
    found = round_or_404(slug)
    stages = proposals_by_stage(found.id)
    stage = request.args.get("stage", "")
    listed = proposals_of(found.id, stage if stage in stages else "")
    return page(
        "rounds_manage/proposals.html", round=found, proposals=listed, stages=stages, stage=stage
    )


def _told(run: CountRun) -> str:
    """Say what came of asking for a count."""
    if run.stage == "failed":
        return _(run.refusal)
    if run.stage == "done":
        return _("The votes are counted. Look at the outcome before you declare it.")
    return _("The votes are being counted. This page says how far it is.")


def _done() -> dict[Move, str]:
    return {
        Move.OPEN_PROPOSALS: _("The fund is public. To change its rules now, you need a reason."),
        Move.CLOSE_PROPOSALS: _("Proposals are closed. Check each one now."),
        Move.SETTLE_BALLOT: _("The ballot is final and the lot is drawn."),
        Move.DECLARE: _("Asked. The result is public once a second person agrees."),
    }
