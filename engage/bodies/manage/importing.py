"""Taking a file of groups, for officers: a look at what it would change, then yes or no."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies.actions import importing as actions
from engage.bodies.forms.importing import ConfirmForm, ImportForm
from engage.bodies.models import BodyImport
from engage.bodies.queries import importing as queries
from engage.bodies.rules.importing import (
    COLUMNS,
    EXAMPLES,
    MOST_BYTES,
    MOST_FAULTS,
    MOST_ROWS,
    ImportRefused,
    text_of,
)
from engage.bodies.rules.register import BASES, KINDS, WISHES, BodyRefused
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import csv_download, page
from engage.web.rules import clean_text

bp = Blueprint("importing", __name__)
DESK = "/desk/groups/import/"


@bp.route(DESK, methods=["GET", "POST"])
@requires(Permission.MANAGE_BODIES)
def upload() -> AnyResponse:
    """Send a file; nothing is written to the register yet."""
    form = ImportForm()
    if form.validate_on_submit():
        try:
            text = text_of(form.file.data.stream.read(MOST_BYTES + 1))
            queries.preview(text)
        except ImportRefused as refusal:
            form.refuse(refusal, form.file)
        else:
            name = clean_text(form.file.data.filename)
            kept = actions.keep_import(name, text, at=clock.now(), by=current_user.id)
            db.session.commit()
            return redirect(url_for(".look", number=kept.public_id))
    return page(
        "bodies/import.html",
        form=form,
        columns=COLUMNS,
        most_rows=MOST_ROWS,
        kinds=KINDS,
        bases=BASES,
        wishes=WISHES,
    )


@bp.get(f"{DESK}template.csv")
@requires(Permission.MANAGE_BODIES)
def template() -> Response:
    """A file to fill in, with two examples."""
    return csv_download("community-groups-to-fill-in.csv", COLUMNS, EXAMPLES)


@bp.route(f"{DESK}<number>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BODIES)
def look(number: str) -> AnyResponse:
    """What a file would change, and confirming it."""
    kept = _kept(number)
    seen = queries.preview(kept.data)
    form = ConfirmForm()
    form.own.choices = [(str(twin.row.line), twin.row.details.name) for twin in seen.alike]
    if not form.validate_on_submit():
        form.shown.data = seen.digest
        return _look_page(kept, seen, form)
    if form.shown.data != seen.digest or seen.faults:
        form.refuse(_("The register has changed since you looked. Look at the list again"))
    elif not (rows := seen.chosen({int(line) for line in form.own.data or ()})):
        form.refuse(_("Nothing would be added. Choose a group, or give the file up"))
    else:
        try:
            made = actions.import_bodies(
                rows,
                at=clock.now(),
                today=clock.today(),
                by=current_user.id,
                role=current_user.role,
            )
        except BodyRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            kept = _kept(number)
            seen = queries.preview(kept.data)
        else:
            actions.drop_import(kept)
            db.session.commit()
            flash(
                ngettext(
                    "%(num)d group was added to the register.",
                    "%(num)d groups were added to the register.",
                    len(made),
                )
            )
            return redirect(url_for("bodies_manage.desk", stage="registered"))
    form.shown.data = seen.digest
    return _look_page(kept, seen, form)


@bp.post(f"{DESK}<number>/give-up/")
@requires(Permission.MANAGE_BODIES)
def give_up(number: str) -> AnyResponse:
    """Forget a file; nothing of it was written."""
    if not ActionForm().validate_on_submit():
        abort(400)
    actions.drop_import(_kept(number))
    db.session.commit()
    flash(_("The file is forgotten. Nothing was changed."))
    return redirect(url_for(".upload"))


def _look_page(kept: BodyImport, seen: queries.Preview, form: ConfirmForm) -> Response:
    words: dict[str, Any] = {"kinds": KINDS, "bases": BASES}
    return page(
        "bodies/import_look.html",
        form=form,
        kept=kept,
        seen=seen,
        faults=seen.faults[:MOST_FAULTS],
        **words,
    )


def _kept(number: str) -> BodyImport:
    kept = queries.import_by_id(number, current_user.id)
    if kept is None:
        abort(404)
    return kept
