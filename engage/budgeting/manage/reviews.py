"""The list of voters to check, for officers. It shows no vote, and not whether there is one."""

from collections import Counter

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.accounts.rules import EmailRefused
from engage.budgeting.actions.removing import ask_to_remove
from engage.budgeting.actions.reviewing import keep_voters, list_voter
from engage.budgeting.forms.approvals import ListingForm, ReviewForm, line_words
from engage.budgeting.models import Round
from engage.budgeting.queries.reviews import UNDECIDED, removed_from, reviews_of
from engage.budgeting.queries.rounds import latest_count
from engage.budgeting.rules.approvals import ApprovalRefused
from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.codes import CodeRefused
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.pages import page

bp = Blueprint("reviews_manage", __name__)


@bp.route("/desk/rounds/<slug>/checks/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def checks(slug: str) -> Response | Answer:
    """Who stands on the list, why, and what was decided; keep some, or ask to remove them."""
    found = round_or_404(slug)
    rows = reviews_of(found.id)
    form = ReviewForm(rows=rows)
    if form.validate_on_submit():
        done = _decide(found, form)
        if done:
            flash(done)
            return redirect(url_for(".checks", slug=slug))
        rows = reviews_of(found.id)
    return page(
        "rounds_manage/checks.html",
        form=form,
        round=found,
        rows=Counter((review.state, line_words(review, voter)) for review, voter in rows),
        is_counted=latest_count(found.id) is not None,
        undecided=sum(review.state in UNDECIDED for review, _voter in rows),
        removed=removed_from(found.id),
    )


def _decide(found: Round, form: ReviewForm) -> str:
    """Do what the form says and commit; return what was done, or “” where it is refused."""
    chosen, at = form.chosen, clock.now()
    try:
        if form.decision.data == "keep":
            kept = keep_voters(found, chosen, at=at, **actor())
            db.session.commit()
            return ngettext("%(num)d voter is kept.", "%(num)d voters are kept.", kept)
        ask_to_remove(found, chosen, form.code.data, form.reason.data or "", at=at, **actor())
        db.session.commit()
        deliver_waiting()
        return _("Asked. Nothing is removed until a second person agrees.")
    except ApprovalRefused as refusal:
        db.session.rollback()
        form.refuse_request(refusal)
    return ""


@bp.route("/desk/rounds/<slug>/checks/add/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def add(slug: str) -> Response | Answer:
    """Put a voter on the list by hand, by the address or code that they registered with."""
    found, form = round_or_404(slug), ListingForm()
    if form.validate_on_submit():
        try:
            list_voter(
                found,
                form.kind.data,
                form.typed.data or "",
                form.reason.data,
                at=clock.now(),
                **actor(),
            )
            db.session.commit()
            flash(_("The voter is on the list. What you typed is not kept."))
            return redirect(url_for(".checks", slug=slug))
        except (EmailRefused, CodeRefused) as refusal:
            db.session.rollback()
            form.refuse(refusal, form.typed)
        except (ApprovalRefused, KeysRefused) as refusal:
            db.session.rollback()
            form.refuse_request(refusal)
        except IntegrityError:  # two officers at once
            db.session.rollback()
            form.refuse(_("This voter is already on the list for that reason"), form.typed)
    return page("rounds_manage/check_add.html", form=form, round=found)
