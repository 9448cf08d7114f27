"""The money of awards, for officers: offer it, pay it, and decide on what was freed."""

from datetime import timedelta
from typing import Any

from flask import Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.awards import decide_freed, offer_awards
from engage.budgeting.actions.bank_details import see_bank_details
from engage.budgeting.actions.delivery import record_payment
from engage.budgeting.actions.voting import begin_writing
from engage.budgeting.forms.delivery_manage import FreedForm, PaymentForm, TermsForm
from engage.budgeting.manage.delivery import award_page, bp, done, found_award
from engage.budgeting.models import Award, Round
from engage.budgeting.queries.award_money import left_for, money_of, next_project, winners_of
from engage.budgeting.queries.delivery import awards_of, bank_of, payments_of
from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.delivery import (
    CONDITIONS,
    FREED,
    AwardRefused,
    BankDetails,
)
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.forms import ActionForm
from engage.web.pages import page


@bp.route("/desk/rounds/<slug>/awards/offer/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def offer(slug: str) -> Response | Answer:
    """Read the conditions over, change them, and offer an award to every winner in one step."""
    round_, form = round_or_404(slug), TermsForm(data=_usual_terms(), today=clock.today())
    if form.validate_on_submit():
        begin_writing()
        try:
            made = offer_awards(round_or_404(slug), form.terms, at=clock.now(), **actor())
            db.session.commit()
            deliver_waiting()
            flash(ngettext("%(num)d award is offered.", "%(num)d awards are offered.", len(made)))
            return redirect(url_for(".awards", slug=slug))
        except AwardRefused as refusal:
            db.session.rollback()
            form.refuse_award(refusal)
        except IntegrityError:  # the database had the last word on the limits of the fund
            db.session.rollback()
            form.refuse(_("The awards do not fit the fund. Load the page again and check them."))
    awarded = {award.project_id for award in awards_of(round_.id)}
    winners = [(p, pence) for p, pence in winners_of(round_) if p.id not in awarded]
    return page("delivery_manage/offer.html", form=form, round=round_, winners=winners)


@bp.route("/desk/rounds/<slug>/awards/<public_id>/pay/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def pay(slug: str, public_id: str) -> Response | Answer:
    """Record that money was paid or came back."""
    round_, found = found_award(slug, public_id)
    form = PaymentForm(version=str(found.version), today=clock.today())
    if form.validate_on_submit():
        begin_writing()
        round_, found = found_award(slug, public_id)
        if done(
            form,
            found,
            lambda: record_payment(found, form.movement, at=clock.now(), **actor()),
            _("The payment is recorded, and the group is told."),
        ):
            return award_page(slug, public_id)
    return _pay_page(round_, found, form=form)


@bp.post("/desk/rounds/<slug>/awards/<public_id>/bank/")
@requires(Permission.MANAGE_BUDGETING)
def bank(slug: str, public_id: str) -> Response | Answer:
    """Show where to pay, once, to the officer who asks; the trail keeps who saw it."""
    round_, found = found_award(slug, public_id)
    if not ActionForm().validate_on_submit():
        abort(400)
    try:
        details = see_bank_details(found, at=clock.now(), **actor())
        db.session.commit()
    except (AwardRefused, KeysRefused) as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
        return redirect(url_for(".pay", slug=slug, public_id=public_id))
    form = PaymentForm(formdata=None, version=str(found.version), today=clock.today())
    return _pay_page(round_, found, form=form, details=details)


@bp.route("/desk/rounds/<slug>/awards/<public_id>/freed/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def freed(slug: str, public_id: str) -> Response | Answer:
    """Decide what becomes of the money of an award that ended early."""
    round_, found = found_award(slug, public_id)
    if found.stage not in FREED:
        return award_page(slug, public_id)
    following = next_project(found)
    data = {**_usual_terms(), "conditions": found.conditions, "version": str(found.version)}
    form = FreedForm(data=data, today=clock.today(), may_offer=following is not None)
    if form.validate_on_submit():
        begin_writing()
        round_, found = found_award(slug, public_id)
        terms = form.terms if following is not None else None
        if done(
            form,
            found,
            lambda: decide_freed(
                found,
                form.decision.data,
                form.freed_reason.data or "",
                terms,
                at=clock.now(),
                **actor(),
            ),
            _("The decision is published."),
        ):
            return redirect(url_for(".awards", slug=slug))
    return page(
        "delivery_manage/freed.html",
        form=form,
        round=round_,
        award=found,
        following=following,
        left=left_for(found.project),
    )


def _pay_page(
    round_: Round, found: Award, *, form: PaymentForm, details: BankDetails | None = None
) -> Response:
    return page(
        "delivery_manage/pay.html",
        form=form,
        round=round_,
        award=found,
        bank=bank_of(found.id),
        details=details,
        money=money_of([found.id])[found.id],
        payments=payments_of(found.id),
    )


def _usual_terms() -> dict[str, Any]:
    today = clock.today()
    return {
        "conditions": CONDITIONS,
        "answer_by": today + timedelta(days=21),
        "deliver_by": today + timedelta(days=182),
        "report_by": today + timedelta(days=210),
    }
