"""The versions of Place Standard's themes, for officers."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.engagements.actions.place_standard import word_version
from engage.engagements.forms.place_standard import VersionForm, version_form
from engage.engagements.manage.events import actor
from engage.engagements.queries.place_standard import versions as known_versions
from engage.engagements.rules.place_standard import ExerciseRefused
from engage.engagements.rules.standard_themes import VersionText
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import page

bp = Blueprint("standard_versions_manage", __name__)


@bp.get("/desk/place-standard/versions/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def versions() -> Response:
    """Every version, theme beside theme."""
    return page("engagements/place_standard/versions.html", versions=known_versions())


@bp.route("/desk/place-standard/versions/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def add() -> Response | Answer:
    """Add a version, starting from the words of another."""
    known = known_versions()
    start = next((v for v in known if v.name == request.args.get("like")), known[0])
    return _word(version_form(start, is_new=True), start, is_new=True)


@bp.route("/desk/place-standard/versions/<name>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def change(name: str) -> Response | Answer:
    """Put the words of a version right, until people answer it."""
    found = next((v for v in known_versions() if v.name == name), None) or abort(404)
    form = version_form(found, is_new=False)
    del form.name
    return _word(form, found, is_new=False)


def _word(form: VersionForm, version: VersionText, *, is_new: bool) -> Response | Answer:
    if form.validate_on_submit():
        try:
            word_version(
                form.name.data if is_new else version.name,
                form.source.data or "",
                form.themes,
                is_new=is_new,
                at=clock.now(),
                **actor(),
            )
            db.session.commit()
        except ExerciseRefused as refusal:
            db.session.rollback()
            form.refuse_about(refusal)
        except IntegrityError:
            db.session.rollback()
            form.refuse(_("Somebody changed the versions just now. Send yours again"))
        else:
            flash(_("The version is saved."))
            return redirect(url_for(".versions"))
    return page(
        "engagements/place_standard/version.html", form=form, version=version, is_new=is_new
    )
