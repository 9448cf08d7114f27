"""Inviting groups to an engagement, for officers, and what a group was asked."""

from collections.abc import Collection
from datetime import datetime, timedelta

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies.models import CommunityBody
from engage.bodies.queries.duplicates import bodies_by_id
from engage.bodies.queries.register import (
    RegisterFilter,
    body_facts,
    body_for,
    body_names,
    count_bodies,
    part_in,
    wishes_of,
)
from engage.bodies.rules.register import EDITORS, WISHES
from engage.engagements.actions import planning as actions
from engage.engagements.forms.planning import (
    AnswerForm,
    EngagementFilterForm,
    InviteFilterForm,
    InviteForm,
)
from engage.engagements.models import Engagement
from engage.engagements.queries import planning as queries
from engage.engagements.rules.about import STATES, state_of
from engage.engagements.rules.planning import (
    ANSWERED,
    ANSWERS,
    KINDS,
    LEVELS,
    TIMES,
    EngagementRefused,
    ReasonNeededRefused,
    is_below,
    public_path,
)
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import csv_download, page

bp = Blueprint("engagements", __name__)
PAGE_SIZE = 50
#: So many groups are asked from one page.
ASKED_SIZE = 100
#: So many groups without an address are named in one message.
NAMED = 10
#: How far back a group's burden is counted (R12).
BURDEN = timedelta(days=183)


@bp.get("/desk/engagements/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def desk() -> Response:
    """Engagements with their dates and how many groups each asked."""
    at = clock.now()
    find = EngagementFilterForm(request.args)
    find.validate()
    time = request.args.get("time", "open")
    wanted = queries.EngagementFilter(
        words=find.words.data or "",
        kind="" if find.kind.errors else find.kind.data or "",
        time=time if time in TIMES else "open",
    )
    count = queries.count_engagements(wanted, at)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    found = queries.find_engagements(wanted, at, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return page(
        "engagements/desk.html",
        find=find,
        wanted=wanted,
        count=count,
        engagements=found,
        invited=queries.invited_counts(found),
        number=number,
        last=last,
        kinds=KINDS,
        levels=LEVELS,
        times=TIMES,
        states=STATES,
        stand=lambda e: state_of(e.opened_at, e.closed_at, e.opens_at, e.closes_at, at),
        time_counts={
            name: queries.count_engagements(queries.EngagementFilter(time=name), at)
            for name in TIMES
        },
    )


@bp.get("/desk/engagements/engagements.csv")
@requires(Permission.MANAGE_ENGAGEMENTS)
def desk_csv() -> Response:
    """Every engagement as a CSV file."""
    rows = [(row.title, KINDS[row.kind], *row[2:]) for row in queries.engagement_rows()]
    header = ("title", "kind", "level", "opens_at_utc", "closes_at_utc", "groups_asked", "partners")
    return csv_download("engagements.csv", header, rows)


@bp.route("/desk/engagements/<slug>/invite/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def invite(slug: str) -> AnyResponse:
    """The matrix of wish against offer, and asking the ticked groups of a page (R03, R04)."""
    engagement = _found(slug)
    at, find = clock.now(), InviteFilterForm(request.args)
    find.validate()
    wanted = RegisterFilter(
        words="" if find.words.errors else find.words.data or "", locality_id=engagement.locality_id
    )
    count = count_bodies(wanted)
    last = max(1, -(-count // ASKED_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    bodies = body_facts(wanted, offset=(number - 1) * ASKED_SIZE, limit=ASKED_SIZE)
    ids = [body.id for body in bodies]
    wishes = wishes_of(ids)
    open_to = [(str(body.id), body.name) for body in bodies if wishes.get(body.id) != "none"]
    form = InviteForm(bodies=open_to, data={"level": engagement.level})
    if form.validate_on_submit():
        chosen = list(bodies_by_id({int(number) for number in form.bodies.data or ()}).values())
        if _invite(engagement, chosen, form, at):
            deliver_waiting()
            say_who_was_asked(engagement, chosen)
            here = {"page": number if number > 1 else None, "words": wanted.words or None}
            return redirect(url_for("engagements.invite", slug=slug, **here))
        engagement = _found(slug)
    offers = queries.invitations_to(engagement.id, ids)
    return page(
        "engagements/invite.html",
        form=form,
        find=find,
        words=wanted.words,
        engagement=engagement,
        bodies=bodies,
        count=count,
        number=number,
        last=last,
        asked_in_all=queries.invited_counts([engagement]).get(engagement.id, 0),
        wishes=wishes,
        wish_words=WISHES,
        levels=LEVELS,
        below=is_below,
        offers=offers,
        answers=queries.answers_to([offer.id for offer in offers.values()]),
        answer_counts=queries.answer_counts(engagement.id),
        answer_words=ANSWERED,
        asked=queries.times_asked(at - BURDEN, ids),
        path=_seen_at(engagement),
        closed=at >= engagement.closes_at,
    )


@bp.get("/desk/engagements/<slug>/offers.csv")
@requires(Permission.MANAGE_ENGAGEMENTS)
def offers_csv(slug: str) -> Response:
    """The matrix of wish against offer as a CSV file."""
    engagement = _found(slug)
    bodies = body_names(RegisterFilter(locality_id=engagement.locality_id))
    made, wishes = queries.offers_to(engagement.id), wishes_of()
    rows = [
        (name, wishes.get(body_id, "not asked"), *made.get(body_id, ())) for body_id, name in bodies
    ]
    header = (
        "group", "wish_now", "offer", "wish_when_asked", "reason", "told_at_utc", "answer", "note",
    )  # fmt: skip
    return csv_download(f"offers-{slug}.csv", header, rows)


@bp.get("/group/<slug>/invitations/")
@requires(Permission.REPRESENT_BODIES)
def invitations(slug: str) -> Response:
    """What a group was asked, and what it was offered, for those who represent it."""
    body = body_for(current_user.id, slug)
    if body is None:
        abort(404)
    asked = queries.invitations_of(body.id)
    at = clock.now()
    return page(
        "engagements/invitations.html",
        body=body,
        answers=queries.answers_to([invitation.id for invitation, _engagement in asked]),
        answer_words=ANSWERS,
        may_answer=part_in(body, current_user.id) in EDITORS,
        waiting=[pair for pair in asked if pair[1].closes_at > at],
        past=[pair for pair in reversed(asked) if pair[1].closes_at <= at],
        levels=LEVELS,
        wish_words=WISHES,
        path=_seen_at,
    )


@bp.route("/group/<slug>/invitations/<int:number>/", methods=["GET", "POST"])
@requires(Permission.REPRESENT_BODIES)
def answer(slug: str, number: int) -> AnyResponse:
    """Answer what a group was asked; until it closes the answer can be changed."""
    body = body_for(current_user.id, slug, EDITORS)
    asked = {} if body is None else {one.id: (one, e) for one, e in queries.invitations_of(body.id)}
    if number not in asked:
        abort(404)
    invitation, engagement = asked[number]
    kept = queries.answers_to([number]).get(number)
    form = AnswerForm(data={"answer": kept.answer, "note": kept.note} if kept else None)
    if form.validate_on_submit():
        try:
            actions.answer_invitation(
                invitation,
                engagement,
                form.answer.data,
                form.note.data or "",
                at=clock.now(),
                by=current_user.id,
                role=current_user.role,
            )
        except EngagementRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("Thank you. We have noted your answer, and you can change it until it closes."))
            return redirect(url_for(".invitations", slug=slug))
    return page(
        "engagements/answer.html",
        form=form,
        body=body,
        engagement=engagement,
        level=LEVELS[invitation.level],
        path=_seen_at(engagement),
    )


def _seen_at(engagement: Engagement) -> str:
    """Return where everybody finds an engagement; '' for an event that nobody may see yet."""
    if engagement.kind == "event" and not (engagement.opened_at and engagement.is_public):
        return ""
    return public_path(engagement.kind, engagement.slug)


def _found(slug: str) -> Engagement:
    found = queries.engagement_by_slug(slug)
    if found is None:
        abort(404)
    return found


def say_who_was_asked(engagement: Engagement, chosen: Collection[CommunityBody]) -> None:
    """Say how many groups were asked, and whom nobody told: who has no address or wants no mail."""
    flash(
        ngettext(
            "%(num)d group is asked to take part.",
            "%(num)d groups are asked to take part.",
            len(chosen),
        )
    )
    made = queries.invitations_to(engagement.id, [body.id for body in chosen])
    untold = [body.name for body in chosen if made[body.id].told_at is None]
    names, more = ", ".join(untold[:NAMED]), len(untold) - NAMED
    if more > 0:
        names = _("%(names)s and %(more)s more", names=names, more=more)
    if untold:
        flash(
            _(
                "Not told, because they gave no address or want no such messages: %(names)s.",
                names=names,
            )
        )


def _invite(
    engagement: Engagement, chosen: list[CommunityBody], form: InviteForm, at: datetime
) -> bool:
    """Ask the chosen bodies and commit; False, with the reason on the form, where it can't be."""
    try:
        actions.invite_bodies(
            engagement,
            chosen,
            level=form.level.data,
            reason=form.reason.data or "",
            reason_code=form.reason_code.data or "",
            decided_by=form.decided_by.data or "",
            at=at,
            by=current_user.id,
            role=current_user.role,
        )
    except EngagementRefused as refusal:
        db.session.rollback()
        form.refuse(refusal, form.reason if isinstance(refusal, ReasonNeededRefused) else None)
        return False
    db.session.commit()
    return True
