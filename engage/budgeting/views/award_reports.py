"""What a group with an award tells about its project: spending, steps, photographs, the report."""

from flask import Response, abort, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.budgeting.actions.delivery import (
    RUNNING,
    add_photo,
    add_spending,
    finish_milestone,
    keep_report,
    send_report,
    take_out_spending,
)
from engage.budgeting.forms.delivery import PhotoForm, ReportForm, SpendingForm
from engage.budgeting.queries.award_money import money_of
from engage.budgeting.queries.delivery import milestones_of, private_jpeg, spending_of
from engage.budgeting.rules.delivery import AwardStage
from engage.budgeting.views.awards import award_here, back_to, bp, done, press, who
from engage.extensions import A_BUILDING, limiter
from engage.web.access import public
from engage.web.forms import ActionForm
from engage.web.pages import page
from engage.web.rules import day_of

#: Where somebody goes on to who keeps a report that is begun.
GOES_ON = {"spending": ".spending", "photographs": ".photographs"}


@bp.route("/awards/<public_id>/spending/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def spending(public_id: str) -> Response | Answer:
    """Enter what was bought, one thing after another."""
    found = award_here(public_id)
    if found.stage not in RUNNING:
        return back_to(found)
    money = money_of([found.id])[found.id]
    form = SpendingForm(
        today=clock.today(),
        offered_on=day_of(found.offered_at),
        left_pence=found.amount_pence - money.spent_pence,
    )
    if form.validate_on_submit() and done(
        found, form, lambda: add_spending(found, form.purchase, at=clock.now()), _("Added")
    ):
        return redirect(url_for(".spending", public_id=public_id))
    return page(
        "delivery/spending.html",
        form=form,
        award=found,
        spending=spending_of(found.id),
        money=money,
        may_report=found.stage == AwardStage.UNDER_WAY,
    )


@bp.post("/awards/<public_id>/spending/<int:number>/take-out/")
@public
def take_out(public_id: str, number: int) -> Answer:
    """Take out something that was entered by mistake."""
    found = award_here(public_id)
    line = next((s for s in spending_of(found.id) if s.id == number), None) or abort(404)
    if not ActionForm().validate_on_submit():
        abort(400)
    press(lambda: take_out_spending(found, line), _("Removed"))
    return redirect(url_for(".spending", public_id=public_id))


@bp.post("/awards/<public_id>/steps/<int:number>/done/")
@public
def step_done(public_id: str, number: int) -> Answer:
    """Say that a step is done."""
    found = award_here(public_id)
    step = next((m for m in milestones_of(found.id) if m.id == number), None) or abort(404)
    if not ActionForm().validate_on_submit():
        abort(400)
    press(lambda: finish_milestone(found, step, at=clock.now()), _("Well done. The step is done."))
    return back_to(found)


@bp.route("/awards/<public_id>/photographs/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def photographs(public_id: str) -> Response | Answer:
    """Send a photograph of the project."""
    found = award_here(public_id)
    if found.stage not in RUNNING:
        return back_to(found)
    form = PhotoForm()
    if form.validate_on_submit() and done(
        found,
        form,
        lambda: add_photo(found, form.photograph.data, form.alt.data or "", at=clock.now()),
        _("We have your photograph. We will look at it before anybody else sees it."),
    ):
        return back_to(found)
    return page("delivery/photographs.html", form=form, award=found)


@bp.route("/awards/<public_id>/report/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def report(public_id: str) -> Response | Answer:
    """Report how the project came out."""
    found = award_here(public_id)
    if found.stage != AwardStage.UNDER_WAY:
        return back_to(found)
    before = {
        "text": found.report_text,
        "people": found.report_people,
        "left_pence": found.report_left_pence,
    }
    form = ReportForm(data={**before, "version": str(found.version)})
    goes_on = GOES_ON.get(request.form.get("keep", ""))
    if (
        goes_on
        and form.is_begun()
        and done(
            found,
            form,
            lambda: keep_report(
                found, form.text.data or "", form.people.data, form.left_pence.data
            ),
            _("We kept what you wrote of your report."),
        )
    ):
        return redirect(url_for(goes_on, public_id=public_id))
    if (
        not goes_on
        and form.validate_on_submit()
        and done(
            found,
            form,
            lambda: send_report(found, form.report, at=clock.now(), by=who()),
            _("We have your report. We will read it and let you know."),
        )
    ):
        return back_to(found)
    return page(
        "delivery/report.html", form=form, award=found, money=money_of([found.id])[found.id]
    )


@bp.get("/awards/<public_id>/pictures/<int:number>.jpg")
@public
def picture(public_id: str, number: int) -> Response:
    """A receipt, or a photograph that nobody else sees yet."""
    jpeg = private_jpeg(award_here(public_id).id, number)
    if jpeg is None:
        abort(404)
    response = make_response(jpeg)
    response.headers["Content-Type"] = "image/jpeg"
    return response
