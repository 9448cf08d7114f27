"""Rounds, proposals and results, for everybody: no account is needed for any of it."""

from datetime import datetime
from functools import lru_cache

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import get_locale
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.exports import bundle_of, result_header, result_rows
from engage.budgeting.forms.events import event_words
from engage.budgeting.forms.rule_words import rule_facts, worded_changes
from engage.budgeting.jobs import close_before_showing
from engage.budgeting.models import Round
from engage.budgeting.queries.approvals import TwoPeople, two_people
from engage.budgeting.queries.ballot_papers import PaperLine, ballot_paper, by_part
from engage.budgeting.queries.charter import charter_answers
from engage.budgeting.queries.events import events_of
from engage.budgeting.queries.papers import public_account
from engage.budgeting.queries.records import acknowledged_gaps, record_state
from engage.budgeting.queries.result_places import places_of_result
from engage.budgeting.queries.results import channels_of, declared_result
from engage.budgeting.queries.reviewers import has_reviewers
from engage.budgeting.queries.rounds import (
    area_name,
    body_names,
    proposal_by_reference,
    proposals_by_stage,
    proposals_of,
    public_rounds,
    rule_changes,
    rules_of,
)
from engage.budgeting.queries.screening import criteria_of
from engage.budgeting.queries.shown import public_round_shown
from engage.budgeting.queries.turnout import turnout_of
from engage.budgeting.queries.withdrawing import late_withdrawals
from engage.budgeting.rules.bundle import BundleWithheld, may_be_published
from engage.budgeting.rules.charter import ANSWERS, FEATURES, Moment
from engage.budgeting.rules.looks import Look, asked_look, groups_of
from engage.budgeting.rules.pots import PotRule
from engage.budgeting.rules.refusals import CountRefused
from engage.budgeting.rules.rounds import RoundRules
from engage.budgeting.rules.stages import Stage, takes_proposals, takes_votes
from engage.budgeting.views.found import public_round_or_404
from engage.disclosure.rules import hold_back
from engage.extensions import A_BUILDING, limiter
from engage.web.access import public
from engage.web.pages import csv_download, page

bp = Blueprint("rounds", __name__)


@bp.get("/rounds/")
@public
def rounds() -> Response:
    """Every round that residents may see: open now, what closes soonest first; then the others."""
    at = clock.now()
    listed = public_rounds()
    now_open = sorted(
        (r for r in listed if _takes_proposals(r, at) or _takes_votes(r, at)),
        key=lambda r: r.voting_closes_at if _takes_votes(r, at) else r.proposals_close_at,
    )
    others = [r for r in listed if r not in now_open]
    return page(
        "rounds/rounds.html",
        now_open=now_open,
        others=others,
        takes_votes=lambda round_: _takes_votes(round_, at),
    )


@bp.get("/rounds/<slug>/")
@public
def show(slug: str) -> Response:
    """One round: what it is for, its rules and dates, and what you can do now."""
    round_, has = public_round_shown(slug) or abort(404)
    at = clock.now()
    close_before_showing(round_)
    projects = ballot_paper(round_)
    is_early = round_.stage in (Stage.PROPOSALS, Stage.SCREENING)
    accepted = proposals_of(round_.id, "accepted") if is_early else []
    names = body_names([p.body_id for p in (*projects, *accepted)])
    rules = rules_of(round_)
    return page(
        "rounds/show.html",
        round=round_,
        area=area_name(round_),
        rule_facts=_rule_facts(str(get_locale()), rules),
        has_charter=has.charter,
        rule_changes=worded_changes(rule_changes(round_.id)) if has.changed_rules else [],
        takes_proposals=_takes_proposals(round_, at),
        takes_votes=_takes_votes(round_, at),
        projects=projects,
        project_list=_project_list(
            str(get_locale()),
            slug,
            asked_look(request.args, groups_of(projects)),
            projects,
            tuple(sorted(names.items())),
            round_.pots,
        ),
        how_counted=_how_counted(str(get_locale()), rules, projects),
        accepted=accepted,
        criteria=criteria_of(round_.id) if has.criteria else [],
        has_reviewers=is_early and has_reviewers(round_.id),
        left_out=proposals_of(round_.id, "left_out") if has.left_out else [],
        late=late_withdrawals(round_.id) if has.late else [],
        waiting=proposals_by_stage(round_.id).get("submitted", 0) if is_early else 0,
        names=names,
        events=events_of(round_.id) if has.events else [],
        event_words=event_words,
        attended=lambda event: hold_back(event.attended),
        two=two_people(round_.id) if has.two_people else TwoPeople(),
        record_state=record_state(round_.id, round_.record_name),
        gaps=[(gap, hold_back(gap.lost)) for gap in acknowledged_gaps(round_.id)]
        if has.gaps
        else [],
        at=at,
    )


@bp.get("/rounds/<slug>/charter/")
@public
def charter(slug: str) -> Response:
    """How the round was held against the PB Charter, before the vote and after it."""
    round_ = public_round_or_404(slug)
    checks = {moment.value: charter_answers(round_.id, moment) for moment in Moment}
    if not any(checks.values()):
        abort(404)
    return page(
        "charter/public.html", round=round_, checks=checks, answers=ANSWERS, features=FEATURES
    )


@lru_cache(maxsize=100)
def _rule_facts(language: str, rules: RoundRules) -> list[tuple[str, str]]:
    """Put the rules into words, once for each language as long as nothing in them changes."""
    return rule_facts(rules)


@lru_cache(maxsize=100)
def _how_counted(language: str, rules: RoundRules, projects: tuple[PaperLine, ...]) -> Markup:
    """Write how votes are counted, and the lot, once for as long as nothing in it changes."""
    told = render_template("rounds/how_counted.html", rules=rules, projects=projects)
    return Markup(told)  # noqa: S704 - a page


@lru_cache(maxsize=100)
def _project_list(
    language: str,
    slug: str,
    look: Look,
    projects: tuple[PaperLine, ...],
    names: tuple[tuple[int, str], ...],
    pots: tuple[PotRule, ...],
) -> Markup:
    """Write the list of projects, once for each language as long as nothing in it changes."""
    groups = groups_of(projects)
    shown = [project for project in projects if groups.shows(look, project)]
    told = render_template(
        "rounds/projects.html",
        slug=slug,
        look=look,
        groups=groups,
        projects=projects,
        shown=shown,
        parts=by_part(shown, pots),
        names=dict(names),
    )
    return Markup(told)  # noqa: S704 - a page


@bp.get("/rounds/<slug>/proposed/")
@public
def proposed(slug: str) -> Response | Answer:
    """The receipt of a proposal, shown for ten minutes on the browser that sent it."""
    round_ = public_round_or_404(slug)
    sent_slug, reference, until = session.get("proposed") or ["", "", 0]
    proposal = proposal_by_reference(reference) if sent_slug == slug else None
    if proposal is None or clock.now().timestamp() > until:
        session.pop("proposed", None)
        return redirect(url_for(".show", slug=slug))
    return page("rounds/proposed.html", round=round_, proposal=proposal, reference=reference)


@bp.get("/rounds/<slug>/results/")
@public
def results(slug: str) -> Response:
    """The declared result: every project's fate; before the declaration, when to come back."""
    round_ = public_round_or_404(slug)
    close_before_showing(round_)
    result = declared_result(round_)
    if result is None:
        return page("rounds/no_result.html", round=round_, at=clock.now())
    voters = hold_back(result.outcome.ballots)
    has_bundle = may_be_published(result.outcome.fewest_ballots)
    return page(
        "rounds/results.html",
        round=round_,
        result=result,
        voters=voters,
        has_bundle=has_bundle,
        channels=channels_of(result.outcome),
        account=public_account(round_),
        two=two_people(round_.id),
        turnout=turnout_of(round_),
        places=places_of_result(round_, result),
    )


@bp.get("/rounds/<slug>/results.csv")
@public
def results_csv(slug: str) -> Response:
    """The declared result as a file."""
    result = declared_result(public_round_or_404(slug))
    if result is None:
        abort(404)
    return csv_download(f"{slug}-result.csv", result_header(result), result_rows(result))


@bp.get("/rounds/<slug>/bundle.zip")
@public
@limiter.limit(A_BUILDING)
def bundle(slug: str) -> Response:
    """All votes, receipts and rules, so that anybody can count again."""
    try:
        packed = bundle_of(public_round_or_404(slug))
    except BundleWithheld:
        abort(404)
    except CountRefused as refusal:  # the ballot box was tampered with since the declaration
        current_app.logger.error("No bundle of %s: %s", slug, refusal)
        abort(503)
    response = Response(packed, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-bundle.zip"'
    return response


def _takes_proposals(round_: Round, at: datetime) -> bool:
    return takes_proposals(round_.stage, round_.proposals_open_at, round_.proposals_close_at, at)


def _takes_votes(round_: Round, at: datetime) -> bool:
    return takes_votes(round_.stage, round_.voting_opens_at, round_.voting_closes_at, at)
