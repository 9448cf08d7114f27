"""The list of voters to check: who comes on to it, and how one officer keeps them in the vote."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from flask import current_app

from engage.accounts.rules import canonical_email
from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.approvals import hold_round, lock_round
from engage.budgeting.keys import IDENTITY, keys_of, read_key
from engage.budgeting.models import Round, Voter, VoterReview
from engage.budgeting.queries.reviews import marked_voters, reviews_named
from engage.budgeting.queries.rounds import latest_count
from engage.budgeting.queries.voters import voter_of_identity
from engage.budgeting.rules.approvals import ApprovalRefused, check_listing
from engage.budgeting.rules.ballots import identity_of
from engage.budgeting.rules.codes import read_code
from engage.budgeting.rules.plausibility import doubts
from engage.extensions import db
from engage.web.rules import N_


def list_doubtful_voters(round_: Round) -> dict[str, int]:
    """Put the voters whom the rules of plausibility find on the list; return how many by reason.

    Part of the close, once: all together, in the order of their random uids.
    """
    found = doubts(
        marked_voters(round_.id),
        from_one_source=current_app.config["REVIEW_FROM_ONE_SOURCE"],
        at_one_postcode=current_app.config["REVIEW_AT_ONE_POSTCODE"],
    )
    db.session.add_all(
        VoterReview(
            voter_uid=doubt.uid, reason=doubt.reason, round_id=round_.id, together=doubt.together
        )
        for doubt in found
    )
    db.session.flush()
    return dict(Counter(doubt.reason for doubt in found))


def list_voter(
    round_: Round,
    kind: str,
    typed: str,
    reason: str,
    *,
    at: datetime,
    by: int,
    role: str = "officer",
) -> VoterReview:
    """Put one voter on the list by hand: the one with this e-mail address or voting code.

    What was typed is not kept. Raises ApprovalRefused where nobody in the round is known by it,
    or the votes are counted; EmailRefused and CodeRefused for what is neither; KeysRefused.
    """
    lock_round(round_)
    check_listing(round_.stage, is_counted=latest_count(round_.id) is not None)
    keys_of(round_.id, round_.key_check)
    known = canonical_email(typed) if kind == "email" else read_code(typed).locator
    uid = voter_of_identity(round_.id, identity_of(read_key(IDENTITY), round_.id, kind, known))
    if uid is None or db.session.get_one(Voter, uid).status != "eligible":
        raise ApprovalRefused(N_("We know no voter here by that address or code"), "typed")
    if db.session.get(VoterReview, (uid, reason)) is not None:
        raise ApprovalRefused(N_("This voter is already on the list for that reason"), "typed")
    review = VoterReview(voter_uid=uid, reason=reason, round_id=round_.id)
    db.session.add(review)
    db.session.flush()
    record(
        Happening.VOTERS_LISTED,
        f"round:{round_.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        lines=[review.public_id],
        reason=reason,
    )
    return review


def keep_voters(
    round_: Round, public_ids: Sequence[str], *, at: datetime, by: int, role: str = "officer"
) -> int:
    """Keep these lines' voters in the vote, as one officer may; return how many lines.

    Raises ApprovalRefused where one of them was decided, or its removal was asked for.
    """
    hold_round(round_)
    lines = waiting_lines(round_, public_ids)
    for review in lines:
        review.state, review.decided_by = "kept", by
    db.session.flush()
    record(
        Happening.VOTERS_KEPT,
        f"round:{round_.id}",
        at=at,
        actor_id=by,
        actor_role=role,
        lines=[review.public_id for review in lines],
    )
    return len(lines)


def waiting_lines(round_: Round, public_ids: Sequence[str]) -> list[VoterReview]:
    """Return lines that wait for a decision. Raises ApprovalRefused where one of them does not."""
    lines = reviews_named(round_.id, public_ids)
    if not lines:
        raise ApprovalRefused(N_("Choose at least one voter"), "lines")
    if len(lines) < len(set(public_ids)) or any(line.state != "waiting" for line in lines):
        raise ApprovalRefused(
            N_("Somebody decided about one of these before you. Look at the list again"), "lines"
        )
    return lines
