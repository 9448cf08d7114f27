"""The list of people who may vote, for officers. Nobody can read it again: it holds no facts."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engage import clock
from engage.budgeting.actions.lists import empty_list, load_list
from engage.budgeting.forms.ways import ListForm
from engage.budgeting.queries.ways import list_of, listed
from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.ways import Way, uses
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.permissions import Permission
from engage.places.rules import ImportRefused
from engage.web.access import actor, requires
from engage.web.filters import number
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("list_manage", __name__)


@bp.route("/desk/rounds/<slug>/list/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def list_(slug: str) -> Response:
    """Say how many people are on the list, and add those in a file."""
    round_ = round_or_404(slug)
    if not uses(round_.ways, Way.LIST):
        flash(_("This fund does not use a list."))
        return redirect(url_for("rounds_manage.round_", slug=slug))
    asked = list_of(round_.id)
    shown: dict[str, Any] = {}
    if asked is not None:
        for name, fact in (("first", asked.first), ("second", asked.second)):
            shown |= {f"{name}_words": fact.words, f"{name}_kind": fact.kind}
    form, refused = ListForm(data=shown), None
    if form.validate_on_submit():
        try:
            new, there = load_list(
                round_, form.facts, form.file.data.read(), at=clock.now(), **actor()
            )
            db.session.commit()
            _say(new, there)
            return redirect(url_for(".list_", slug=slug), 303)
        except ImportRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form.file)
            refused = refusal
        except (RoundRefused, KeysRefused) as refusal:
            db.session.rollback()
            form.refuse(_(str(refusal)))
    return page(
        "voting_manage/list.html",
        form=form,
        round=round_,
        people=listed(round_.id),
        asked=asked,
        refused=refused,
    )


@bp.post("/desk/rounds/<slug>/list/empty/")
@requires(Permission.MANAGE_BUDGETING)
def empty(slug: str) -> Response:
    """Take everybody off the list, before anybody can vote."""
    round_ = round_or_404(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    try:
        people = empty_list(round_, at=clock.now(), **actor())
        db.session.commit()
        words = ngettext(
            "%(people)s person is off the list.", "%(people)s people are off the list.", people,
            people=number(people),
        )  # fmt: skip
        flash(words)
    except RoundRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    return redirect(url_for(".list_", slug=slug))


def _say(new: int, there: int) -> None:
    flash(
        ngettext(
            "%(people)s person is added.", "%(people)s people are added.", new, people=number(new)
        )
    )
    if there:
        words = ngettext(
            "%(people)s person was on the list already.",
            "%(people)s people were on the list already.",
            there,
            people=number(there),
        )
        flash(words)
