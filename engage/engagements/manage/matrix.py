"""The matrix of wish against offer, and acting from it: asking again, offering, giving reasons."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies.actions.wishes import ask_again
from engage.bodies.queries.register import area_choices
from engage.bodies.queries.wishes import asked_already
from engage.bodies.rules.register import WISHES
from engage.bodies.rules.wishes import STAGES, is_old
from engage.engagements.actions.planning import invite_bodies
from engage.engagements.forms.matrix import ChosenForm, MatrixFilterForm, OfferForm
from engage.engagements.models import Engagement
from engage.engagements.queries import matrix as queries
from engage.engagements.queries.declinations import reasons_not_asked, reasons_of_offers
from engage.engagements.queries.planning import engagement_by_slug
from engage.engagements.rules.declinations import is_late
from engage.engagements.rules.matrix import NEVER_ASKED, SHOWN, STANDS, summary
from engage.engagements.rules.planning import (
    LEVELS,
    EngagementRefused,
    ReasonNeededRefused,
    is_below,
)
from engage.engagements.views.planning import say_who_was_asked
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import csv_download, page
from engage.web.rules import UK

bp = Blueprint("matrix_manage", __name__)
PAGE_SIZE = 50


@bp.route("/desk/wishes/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def matrix() -> AnyResponse:
    """What each group wants, and what we offered; with the ticked groups, ask or offer."""
    find, wanted, engagement = _asked_for()
    today = clock.today()
    count = queries.matrix_count(wanted, today)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    rows = queries.matrix_rows(wanted, today, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    choices = [(str(row.body.id), row.body.name) for row in rows]
    act = request.form.get("act", "")
    form: Any = OfferForm(
        bodies=choices, data={"offer": engagement.level if engagement else "consult"}
    )
    if act == "ask":
        form = ChosenForm(bodies=choices)
    asked = {name: value for name in find.data if (value := request.args.get(name))}
    if form.validate_on_submit() and _act(form, rows, engagement, wanted):
        return redirect(url_for("matrix_manage.matrix", page=number, **asked))
    return page(
        "engagements/matrix.html",
        form=form,
        offer_form=form if isinstance(form, OfferForm) else OfferForm(None, bodies=choices),
        find=find,
        wanted=wanted,
        engagement=engagement,
        may_offer=engagement is not None and engagement.closes_at > clock.now(),
        rows=rows,
        count=count,
        number=number,
        last=last,
        asked=asked,
        **_beside(rows, engagement, today),
    )


@bp.get("/desk/wishes/summary/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def totals() -> Response:
    """How many groups want what, and how our last offers stand to it; nothing is held back."""
    found = queries.wishes_and_offers()
    return page(
        "engagements/matrix_totals.html",
        summary=summary(found.figures, 1),
        counted_at=found.at,
        wishes={**WISHES, "": NEVER_ASKED},
        stands=STANDS,
    )


@bp.get("/desk/wishes/wishes.csv")
@requires(Permission.MANAGE_ENGAGEMENTS)
def matrix_csv() -> Response:
    """All the groups that were looked for, as a CSV file."""
    _find, wanted, engagement = _asked_for()
    rows = [
        (
            name,
            wish or "not asked",
            topic or stage,
            wished_at.astimezone(UK).date() if wished_at else "",
            engagement.title if engagement else "",
            offer,
            reason,
        )
        for name, wish, wished_at, topic, stage, offer, reason in queries.matrix_facts(
            wanted, clock.today()
        )
    ]
    header = ("group", "wish", "wish_about", "wish_since", "offered_in", "offer", "reason")
    return csv_download("wishes-and-offers.csv", header, rows)


def _asked_for() -> tuple[MatrixFilterForm, queries.MatrixFilter, Engagement | None]:
    choices = queries.offer_choices(clock.now())
    slug = request.args.get("engagement", "")
    engagement = engagement_by_slug(slug) if slug else None
    if engagement is not None and engagement.slug not in dict(choices):
        choices.append((engagement.slug, engagement.title))
    find = MatrixFilterForm(request.args, engagements=choices, localities=area_choices())
    find.validate()
    said = {name: "" if find[name].errors else find[name].data or "" for name in find.data}
    area = int(said["area"]) if said["area"] else engagement.locality_id if engagement else None
    wanted = queries.MatrixFilter(
        words=said["words"],
        locality_id=area,
        engagement_id=engagement.id if engagement else None,
        topic=said["topic"],
        stage=said["stage"],
        level=said["level"],
        show=said["show"] or "all",
    )
    return find, wanted, engagement


def _beside(
    rows: list[queries.MatrixRow], engagement: Engagement | None, today: date
) -> dict[str, Any]:
    """Return what a page of the matrix shows beside its rows."""
    ids = [row.body.id for row in rows]
    offers = [row.offer.id for row in rows if row.offer is not None]
    old = {
        row.body.id
        for row in rows
        if row.wished_at is None or is_old(row.wished_at.astimezone(UK).date(), today)
    }
    return {
        "old": old,
        "asked_on": {body_id: asked.asked_at for body_id, asked in asked_already(ids).items()},
        "in_all": {} if engagement else queries.offers_in_all(ids),
        "to_tell": {} if engagement else queries.reasons_to_tell(ids),
        "reasons": reasons_of_offers(offers) if engagement else {},
        "not_asked": reasons_not_asked(engagement.id, ids) if engagement else {},
        "below": is_below,
        "late": lambda row: is_late(row.due_on, today, waiting=row.is_waiting),
        "wishes": WISHES,
        "levels": LEVELS,
        "stages": STAGES,
        "shows": SHOWN,
    }


def _act(
    form: Any,
    rows: list[queries.MatrixRow],
    engagement: Engagement | None,
    wanted: queries.MatrixFilter,
) -> bool:
    """Do what was asked about the ticked groups and commit; False with the reason on the form."""
    chosen = [row.body for row in rows if row.body.id in form.chosen]
    who: dict[str, Any] = {"at": clock.now(), "by": current_user.id, "role": current_user.role}
    if not isinstance(form, OfferForm):
        asked = ask_again(chosen, today=clock.today(), **who)
        db.session.commit()
        deliver_waiting()
        _say_who_was_asked(len(asked), sum(row.told == 0 for row in asked))
        return True
    if engagement is None:
        form.refuse(_("Choose first in which consultation or event you offer it"))
        return False
    try:
        invite_bodies(
            engagement,
            chosen,
            level=form.offer.data,
            reason=form.reason.data or "",
            reason_code=form.reason_code.data or "",
            decided_by=form.decided_by.data or "",
            topic=wanted.topic,
            stage=wanted.stage,
            **who,
        )
    except EngagementRefused as refusal:
        db.session.rollback()
        form.refuse(refusal, form.reason if isinstance(refusal, ReasonNeededRefused) else None)
        return False
    db.session.commit()
    deliver_waiting()
    say_who_was_asked(engagement, chosen)
    return True


def _say_who_was_asked(asked: int, untold: int) -> None:
    if not asked:
        flash(_("Nobody was asked: these groups answered lately, or were asked and have time."))
        return
    flash(
        ngettext(
            "We asked %(num)d group how involved it wants to be.",
            "We asked %(num)d groups how involved they want to be.",
            asked,
        )
    )
    if untold:
        flash(
            ngettext(
                "%(num)d of them has no address. Ask it in person.",
                "%(num)d of them have no address. Ask them in person.",
                untold,
            )
        )
