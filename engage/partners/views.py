"""The partnership's own page and its partners, for officers."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.extensions import db
from engage.partners import actions, queries
from engage.partners.forms import (
    ContributionForm,
    NilForm,
    PartnerForm,
    PartnershipForm,
    WorkingDaysForm,
)
from engage.partners.models import Partner, PartnerContribution
from engage.partners.rules import (
    GIVEN,
    KINDS,
    SCHEDULE_1,
    UNITS,
    ContributionRefused,
    PartnerRefused,
    given_table,
)
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.filters import long_date
from engage.web.forms import ActionForm
from engage.web.pages import csv_download, page
from engage.web.years import ReportingYear, YearRefused, parse_year, reporting_year

bp = Blueprint("partners", __name__)


@bp.route("/desk/partnership/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PARTNERS)
def settings() -> AnyResponse:
    """Name, council area, colour, logo and contact of the partnership."""
    form = PartnershipForm(obj=queries.partnership(), councils=queries.council_choices())
    if form.validate_on_submit():
        actions.set_up_partnership(
            name=form.name.data or "",
            council_code=form.council_code.data or None,
            colour=form.chosen_colour,
            contact_email=form.contact_email.data or "",
            contact_phone=form.contact_phone.data or "",
            logo_png=form.logo_png,
            drop_logo=form.drop_logo.data,
            screening_binds=bool(form.screening_binds.data),
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        )
        db.session.commit()
        flash(_("The details of the partnership are saved."))
        return redirect(url_for("partners.settings"))
    return page("partners/settings.html", form=form)


@bp.route("/desk/partners/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PARTNERS)
def partners() -> AnyResponse:
    """The partners, and adding one."""
    form = PartnerForm()
    if form.validate_on_submit():
        try:
            actions.add_partner(
                form.name.data or "",
                form.kind.data,
                form.is_statutory.data == "yes",
                at=clock.now(),
                by=current_user.id,
                role=current_user.role,
            )
        except PartnerRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form.name)
        else:
            db.session.commit()
            flash(_("The partner is added."))
            return redirect(url_for("partners.partners"))
    return page(
        "partners/partners.html",
        form=form,
        partners=queries.partners(),
        kinds=KINDS,
        schedule=SCHEDULE_1,
    )


@bp.get("/desk/partners/partners.csv")
@requires(Permission.MANAGE_PARTNERS)
def partners_csv() -> Response:
    """The partners as a CSV file."""
    rows = [
        (partner.name, KINDS[partner.kind], "yes" if partner.is_statutory else "no")
        for partner in queries.partners()
    ]
    return csv_download("partners.csv", ("name", "kind", "named_by_law"), rows)


@bp.route("/desk/partnership/working-days/", methods=["GET", "POST"])
@requires(Permission.MANAGE_PARTNERS)
def working_days() -> AnyResponse:
    """Within how many working days groups read our reasons, and when the council is closed."""
    form = WorkingDaysForm(
        data={
            "reason_days": queries.partnership().reason_days or 20,
            "holidays": "\n".join(long_date(day) for day in sorted(queries.local_holidays())),
        }
    )
    if form.validate_on_submit():
        actions.set_working_days(form.reason_days.data or 20, form.days, **_who())
        db.session.commit()
        flash(_("The working days are saved. What was promised before keeps its day."))
        return redirect(url_for("partners.working_days"))
    return page("partners/working_days.html", form=form)


# What partners contribute ------------------------------------------------------------------------


@bp.get("/desk/contributions/")
@requires(Permission.MANAGE_PARTNERS)
def contributions() -> Response:
    """What each partner gave in a year so that people could take part (R07)."""
    return _contributions_page(_year())


@bp.post("/desk/contributions/<label>/")
@requires(Permission.MANAGE_PARTNERS)
def contribute(label: str) -> AnyResponse:
    """Enter what a partner gave."""
    year = _year(label)
    form = ContributionForm(partners=queries.partner_choices())
    if form.validate_on_submit():
        try:
            actions.enter_contribution(
                db.session.get_one(Partner, int(form.partner.data)),
                year.first,
                form.kind.data,
                amount=form.amount.data or 0,
                unit=form.unit.data,
                value_pence=form.value_pence,
                purpose=form.purpose.data or "",
                decision=form.decision.data or "",
                **_who(),
            )
        except ContributionRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            return _entered(year, _("The contribution is entered."))
    return _contributions_page(year, form)


@bp.post("/desk/contributions/<label>/nothing/")
@requires(Permission.MANAGE_PARTNERS)
def contribute_nothing(label: str) -> AnyResponse:
    """Enter that a partner gave nothing, and why."""
    year, form = _year(label), NilForm(partners=queries.partner_choices())
    if form.validate_on_submit():
        partner = db.session.get_one(Partner, int(form.nil_partner.data))
        try:
            actions.enter_nil(partner, year.first, form.nil_reason.data or "", **_who())
        except ContributionRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form.nil_partner)
        else:
            return _entered(year, _("It is entered that this partner gave nothing."))
    return _contributions_page(year, form)


@bp.post("/desk/contributions/<label>/<int:number>/take-out/")
@requires(Permission.MANAGE_PARTNERS)
def take_out(label: str, number: int) -> AnyResponse:
    """Take out a row that was entered wrongly."""
    year = _year(label)
    given = db.session.get(PartnerContribution, number)
    if given is None or given.year_start != year.first:
        abort(404)
    if ActionForm().validate_on_submit():
        actions.take_out(given, **_who())
        return _entered(year, _("The row is taken out. Enter it again if it was only wrong."))
    return _contributions_page(year)


@bp.get("/desk/contributions/<label>/contributions.csv")
@requires(Permission.MANAGE_PARTNERS)
def contributions_csv(label: str) -> Response:
    """What partners gave in a year as a CSV file."""
    year = _year(label)
    header = ("partner", "kind", "amount", "unit", "value_pounds", "purpose", "decision", "reason")
    rows = [
        (
            partner.name, given.kind, given.amount, given.unit, f"{given.value_pence / 100:.2f}",
            given.purpose, given.decision, given.reason,
        )
        for given, partner in queries.contributions_of(year.first)
    ]  # fmt: skip
    return csv_download(f"contributions-{year.label}.csv", header, rows)


def _contributions_page(
    year: ReportingYear, form: ContributionForm | NilForm | None = None
) -> Response:
    """The page of a year; ``form`` is the one that was sent and has something wrong."""
    partners = queries.partners()
    choices = queries.choices_of(partners)
    rows, sums = given_table(
        [partner.id for partner in partners], queries.contribution_values(year.first)
    )
    given = queries.contributions_of(year.first)
    now = reporting_year(clock.today())
    forms = {
        kind: form if isinstance(form, kind) else kind(None, partners=choices)
        for kind in (ContributionForm, NilForm)
    }
    return page(
        "partners/contributions.html",
        form=form,
        year=year,
        years=sorted({now, year, *map(ReportingYear, queries.contribution_years())}, reverse=True),
        by_partner=list(zip(partners, rows, strict=True)),
        sums=sums,
        given=given,
        nothing={partner.id for one, partner in given if one.kind == "nil"},
        silent=queries.partners_silent(year.first),
        given_form=forms[ContributionForm],
        nil_form=forms[NilForm],
        kinds=GIVEN,
        units=UNITS,
    )


def _entered(year: ReportingYear, words: str) -> AnyResponse:
    db.session.commit()
    flash(words)
    return redirect(url_for("partners.contributions", year=year.label))


def _year(label: str = "") -> ReportingYear:
    label = label or request.args.get("year", "")
    try:
        return parse_year(label) if label else reporting_year(clock.today())
    except YearRefused:
        abort(404)


def _who() -> dict[str, Any]:
    return {"at": clock.now(), "by": current_user.id, "role": current_user.role}
