"""Setting up a round, for officers: from a preset or an earlier round; and changing its rules."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.rounds import ABOUT, change_round, change_rules, create_round
from engage.budgeting.forms.rounds import RoundForm, RuleChangeForm, preset_answers, round_answers
from engage.budgeting.models import Round
from engage.budgeting.queries.rounds import all_rounds, round_by_slug, rules_of
from engage.budgeting.rules.presets import PRESETS, dates_again
from engage.budgeting.rules.refusals import RoundRefused, RulesRefused
from engage.budgeting.rules.rounds import new_faults, round_faults
from engage.budgeting.rules.stages import Stage
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.partners.queries import partner_choices, partners, partnership
from engage.permissions import Permission
from engage.places.queries import locality_choices
from engage.web.access import actor, requires
from engage.web.pages import page

bp = Blueprint("rounds_setup", __name__)


@bp.get("/desk/rounds/start/")
@requires(Permission.MANAGE_BUDGETING)
def start() -> Response:
    """What kind of round it will be, or which earlier one it is like."""
    return page("rounds_setup/start.html", presets=PRESETS.values(), rounds=all_rounds())


@bp.route("/desk/rounds/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def create() -> Response | Answer:
    """Set up a round, filled in from a preset or an earlier one; nobody sees it before opening."""
    form, at = RoundForm(**_choices(), data=_beginning()), clock.now()
    capped = form.is_submitted() and form.cap_awards()
    if form.validate_on_submit():
        try:
            round_ = create_round(form.about, form.rules, at=at, **actor())
            db.session.commit()
            flash(_("The fund is set up. Check its rules before you publish it."))
            if capped:
                flash(_("One project can get no more than the fund, so we lowered the awards."))
            return redirect(url_for("rounds_manage.round_", slug=round_.engagement.slug))
        except RulesRefused as refusal:
            form.refuse_rules(refusal)
    elif form.is_submitted():
        form.judge(lambda rules: new_faults(rules, at))
    return page("rounds_setup/form.html", form=form, round=None)


@bp.route("/desk/rounds/<slug>/edit/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def edit(slug: str) -> Response | Answer:
    """Change a round that is being prepared."""
    round_ = round_or_404(slug)
    if round_.stage != Stage.PREPARING:
        return redirect(url_for("rounds_manage.round_", slug=slug))
    form = RoundForm(**_choices(), data=_answers(round_))
    if form.validate_on_submit():
        if form.version.data != str(round_.version):
            return _changed_meanwhile("rounds_setup/form.html", form, round_)
        try:
            change_round(round_, form.about, form.rules, at=clock.now(), **actor())
            db.session.commit()
            flash(_("The fund is changed."))
            return redirect(url_for("rounds_manage.round_", slug=slug))
        except RulesRefused as refusal:
            form.refuse_rules(refusal)
        except StaleDataError:
            db.session.rollback()
            return _changed_meanwhile("rounds_setup/form.html", form, round_or_404(slug))
    elif form.is_submitted():
        form.judge(lambda rules: new_faults(rules, clock.now()))
    return page("rounds_setup/form.html", form=form, round=round_)


@bp.route("/desk/rounds/<slug>/rules/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def rules(slug: str) -> Response | Answer:
    """Change the rules of a public round, for a reason that everybody reads."""
    round_ = round_or_404(slug)
    if round_.stage not in (Stage.PROPOSALS, Stage.SCREENING):
        return redirect(url_for("rounds_manage.round_", slug=slug))
    form = RuleChangeForm(**_choices(), data=_answers(round_))
    if form.validate_on_submit():
        if form.version.data != str(round_.version):
            return _changed_meanwhile("rounds_setup/rules.html", form, round_)
        try:
            reason = form.reason.data or ""
            change_rules(round_, form.rules, reason, at=clock.now(), **actor())
            db.session.commit()
            deliver_waiting()
            flash(_("The rules are changed. We told whoever sent a proposal."))
            return redirect(url_for("rounds_manage.round_", slug=slug))
        except RulesRefused as refusal:
            db.session.rollback()
            form.refuse_rules(refusal)
        except RoundRefused as refusal:
            db.session.rollback()
            form.refuse(_(str(refusal)))
        except StaleDataError:
            db.session.rollback()
            return _changed_meanwhile("rounds_setup/rules.html", form, round_or_404(slug))
    elif form.is_submitted():
        form.judge(round_faults)
    return page("rounds_setup/rules.html", form=form, round=round_)


def _beginning() -> dict[str, Any]:
    """Return what the form starts from: a preset, an earlier round, or next to nothing."""
    lead = next((str(p.id) for p in partners() if p.kind == "council"), "")
    preset = PRESETS.get(request.args.get("start", ""))
    if preset is not None:
        return {**preset_answers(preset, clock.now()), "lead_partner": lead}
    earlier = round_by_slug(request.args.get("like", ""))
    if earlier is not None:
        moved = dates_again(rules_of(earlier), clock.now())
        return {**_answers(earlier), **moved, "title": "", "version": ""}
    return {"level": "empower", "lead_partner": lead}


def _choices() -> dict[str, list[tuple[str, str]]]:
    localities = locality_choices(partnership().council_code)
    return {"localities": localities, "partners": partner_choices()}


def _answers(round_: Round) -> dict[str, Any]:
    about = {name: getattr(round_.engagement, name) for name in ABOUT}
    return round_answers(rules_of(round_), about, round_.version)


def _changed_meanwhile(template: str, form: RoundForm, round_: Round) -> Response:
    form.refuse(_("Somebody changed this before you. Load the page again and check what is there."))
    return page(template, status=409, form=form, round=round_)
