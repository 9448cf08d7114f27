"""The partnership's own page and its partners, for officers."""

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.extensions import db
from engage.partners import actions, queries
from engage.partners.forms import PartnerForm, PartnershipForm
from engage.partners.rules import KINDS, SCHEDULE_1, PartnerRefused
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import csv_download, page

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
