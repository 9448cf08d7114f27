"""Checking proposals, for officers: the criteria, one's interest, and the check itself."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.criteria import set_criteria
from engage.budgeting.actions.screening import accept_proposal, declare_interest, leave_out
from engage.budgeting.forms.pots import pot_choices
from engage.budgeting.forms.screening import (
    CriteriaForm,
    InterestForm,
    ScreeningForm,
    answers_form,
)
from engage.budgeting.models import Proposal, Round
from engage.budgeting.queries.proposing import (
    asks_of,
    latest_versions,
    pictures_of,
    place_names,
    said_by,
)
from engage.budgeting.queries.reviewers import recommended
from engage.budgeting.queries.rounds import area_name, body_names, proposal_in, proposer_addresses
from engage.budgeting.queries.screening import (
    checker_names,
    checks_of,
    criteria_of,
    interest_of,
    interests_in,
    reply_of,
    why_not_checked,
)
from engage.budgeting.queries.withdrawing import withdrawal_of
from engage.budgeting.queries.wordings import themes_of, wordings_of
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.budgeting.rules.screening import (
    CHECKING,
    MOST_CRITERIA,
    answer_faults,
    reason_faults,
)
from engage.budgeting.rules.screening import Answer as Given
from engage.budgeting.rules.stages import Stage
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.pages import page

bp = Blueprint("screening_manage", __name__)


@bp.route("/desk/rounds/<slug>/criteria/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def criteria(slug: str) -> Response | Answer:
    """What every proposal is held against; fixed once the round is public."""
    round_ = round_or_404(slug)
    kept = {f"words_{n}": c.words for n, c in enumerate(criteria_of(round_.id), start=1)}
    form = CriteriaForm(data={**kept, "version": str(round_.version)})
    if form.validate_on_submit():
        if form.version.data != str(round_.version):
            return _criteria_page(form, round_, changed=True)
        try:
            set_criteria(round_, form.criteria, at=clock.now(), **actor())
            db.session.commit()
            flash(_("The criteria are saved."))
            return redirect(url_for("rounds_manage.round_", slug=slug))
        except RoundRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        except StaleDataError:
            db.session.rollback()
            return _criteria_page(form, round_or_404(slug), changed=True)
    return _criteria_page(form, round_)


@bp.route("/desk/rounds/<slug>/proposals/<public_id>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def proposal(slug: str, public_id: str) -> Response | Answer:
    """Check one proposal: accept it, or leave it out for reasons that its sender reads."""
    round_, checked = _proposal(slug, public_id)
    form = answers_form(ScreeningForm, criteria_of(round_.id), _given(checked), _screening(checked))
    form.offer_pots(pot_choices(round_))
    form.offer_themes(themes_of(round_.id))
    valid = form.validate_on_submit()
    if form.is_submitted() and _has_faults(form, checked):
        valid = False
    if valid:
        if form.version.data != str(checked.version):
            form.refuse(_changed())
            return _proposal_page(round_, checked, form, status=409)
        if _screen(form, checked):
            deliver_waiting()
            flash(_("“%(title)s” is checked.", title=checked.title))
            flash(
                _("We told the person who sent it by e-mail.")
                if any(channel == "email" for channel, _a in proposer_addresses([checked.id]))
                else _("They gave no e-mail address: they see it when they use their reference.")
            )
            return redirect(url_for("rounds_manage.proposals", slug=slug, stage="submitted"))
    return _proposal_page(round_, checked, form)


@bp.route("/desk/rounds/<slug>/proposals/<public_id>/interest/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def interest(slug: str, public_id: str) -> Response | Answer:
    """Say whether one has an interest in a proposal, before one checks it."""
    round_, checked = _proposal(slug, public_id)
    form = InterestForm()
    if form.validate_on_submit():
        try:
            conflict = form.has_conflict.data == "yes"
            declare_interest(checked, conflict, form.words.data or "", at=clock.now(), **actor())
            db.session.commit()
            flash(_("Saved"))
            return redirect(url_for(".proposal", slug=slug, public_id=public_id))
        except ProposalRefused as refusal:
            db.session.rollback()
            form.refuse_proposal(refusal)
        except IntegrityError:  # the same button, pressed twice
            db.session.rollback()
            return redirect(url_for(".proposal", slug=slug, public_id=public_id))
    return page("rounds_manage/interest.html", form=form, round=round_, proposal=checked)


def _has_faults(form: ScreeningForm, checked: Proposal) -> bool:
    """Refuse at once each answer and each reason that is missing, beside what the form found."""
    cost, pot = form.cost_pence.data, form.chosen_pot
    asked = checked.pot.number if checked.pot is not None else None
    faults = answer_faults([c.id for c in criteria_of(checked.round_id)], form.answers)
    faults += reason_faults(
        form.decision.data,
        form.reason.data or "",
        (cost not in (None, checked.cost_pence), form.cost_reason.data or ""),
        (
            None not in (pot, asked) and pot != asked,
            (form.pot_reason.data or "") if "pot_reason" in form else "",
        ),
    )
    for fault in faults:
        if not form[fault.about].errors:
            form.refuse_proposal(fault)
    return bool(faults)


def _screen(form: ScreeningForm, checked: Proposal) -> bool:
    """Make the decision and commit it; False where the form says why not."""
    at = clock.now()
    try:
        if form.decision.data == "accept":
            accept_proposal(
                checked,
                form.answers,
                checked_cost_pence=form.cost_pence.data,
                cost_reason=form.cost_reason.data or "",
                pot=form.chosen_pot,
                pot_reason=(form.pot_reason.data or "") if "pot_reason" in form else "",
                theme_id=form.theme_id,
                at=at,
                **actor(),
            )
        else:
            leave_out(checked, form.reason.data or "", form.answers, at=at, **actor())
        db.session.commit()
        return True
    except ProposalRefused as refusal:
        db.session.rollback()
        form.refuse_proposal(refusal)
    except RoundRefused as refusal:
        db.session.rollback()
        form.refuse(refusal)
    except (StaleDataError, IntegrityError):
        db.session.rollback()
        abort(409)
    return False


def _proposal_page(
    round_: Round, checked: Proposal, form: ScreeningForm, status: int = 200
) -> Response:
    checks = checks_of(checked)
    version = latest_versions([checked.id]).get(checked.id)
    return page(
        "rounds_manage/proposal.html",
        status,
        content=said_by(checked, version),
        is_changed=version is not None and version.number > 1,
        asks=asks_of(round_),
        pictures=pictures_of(version),
        places=place_names(),
        area=area_name(round_),
        form=form,
        interest_form=InterestForm(formdata=None),
        round=round_,
        proposal=checked,
        names=body_names([checked.body_id]),
        criteria=criteria_of(round_.id),
        checks=checks,
        checkers=checker_names(checks),
        interests=interests_in(checked.id),
        said=interest_of(checked.id, current_user.id),
        reply=reply_of(checked.id),
        withdrawal=withdrawal_of(checked.id),
        is_checking=round_.stage in CHECKING,
        why_not=why_not_checked(checked, current_user.id),
        recommended=recommended(checked),
        themes=themes_of(round_.id),
        wordings=wordings_of([checked.id]).values(),
    )


def _criteria_page(form: CriteriaForm, round_: Round, *, changed: bool = False) -> Response:
    if changed:
        form.refuse(_changed())
    return page(
        "rounds_manage/criteria.html",
        409 if changed else 200,
        form=form,
        round=round_,
        criteria=criteria_of(round_.id),
        fixed=round_.stage != Stage.PREPARING,
        numbers=range(1, MOST_CRITERIA + 1),
    )


def _given(checked: Proposal) -> dict[int, Given]:
    """Return the answers of the newest check, to be gone through again."""
    checks = checks_of(checked)
    if not checks:
        return {}
    return {a.criterion_id: Given(a.answer, a.note) for a in checks[0].check.answers}


def _screening(checked: Proposal) -> dict[str, Any]:
    decided = {"accepted": "accept", "left_out": "leave_out"}
    return {
        "decision": decided.get(checked.stage),
        "cost_pence": checked.award_pence,
        "cost_reason": checked.cost_reason or "",
        "pot": str(checked.pot.number) if checked.pot is not None else "",
        "reason": checked.reason or "",
        "theme": str(checked.theme_id or ""),
        "version": str(checked.version),
    }


def _changed() -> str:
    return _("Somebody changed this before you. Load the page again and check what is there.")


def _proposal(slug: str, public_id: str) -> tuple[Round, Proposal]:
    round_ = round_or_404(slug)
    return round_, proposal_in(round_.id, public_id) or abort(404)
