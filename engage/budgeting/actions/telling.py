"""Telling everybody who proposed a project what changes the rules, and how the vote came out."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from flask import current_app

from engage.budgeting.models import DiscussionPost, ModerationDecision, Proposal, Round
from engage.budgeting.queries.approvals import fund_officers
from engage.budgeting.queries.results import tally_id
from engage.budgeting.queries.rounds import projects_of, proposals_of, proposer_addresses
from engage.budgeting.rules.discussion import REASONS, Reason, State
from engage.budgeting.rules.telling import ProposalOutcome, letter, post_letter, rules_letter
from engage.messages.actions import send


def tell_proposers(round_: Round, given: Mapping[str, int], *, link: str, at: datetime) -> int:
    """Tell each proposer of a round once what became of their projects; return how many messages.

    ``given`` is what each funded project gets, in pence, by its id in the count. One message covers
    all that was proposed from an address, what was left out too; what became part of another is
    told with that one, and what was withdrawn not at all. A reference without an address has its
    notice. ``link`` is the result.
    """
    awards = {
        project.proposal_id: given.get(tally_id(project)) for project in projects_of(round_.id)
    }
    concerned: dict[tuple[str, str], tuple[str, list[ProposalOutcome]]] = {}
    for proposal in proposals_of(round_.id):
        if proposal.merged_into_id is not None or proposal.withdrawn_at is not None:
            continue
        outcome = _outcome(proposal, awards)
        for channel, address in proposer_addresses([proposal.id]):
            _, outcomes = concerned.setdefault((channel, address.casefold()), (address, []))
            outcomes.append(outcome)
    title = round_.engagement.title
    sent = 0
    for (channel, key), (address, outcomes) in concerned.items():
        subject, body = letter(title, outcomes, link)
        once = once_for("result", round_, channel, key)
        sent += send(address, subject, body, once=once, at=at, channel=channel) is not None
    return sent


def tell_of_new_rules(round_: Round, n: int, reason: str, *, at: datetime) -> int:
    """Tell everybody who proposed something that the rules changed, and why; return how many.

    ``n`` is the number of the new version.
    """
    title = round_.engagement.title
    link = f"{current_app.config['BASE_URL']}/rounds/{round_.engagement.slug}/"
    subject, body = rules_letter(title, reason, link)
    concerned = {
        (channel, address.casefold()): address
        for proposal in proposals_of(round_.id)
        if proposal.withdrawn_at is None
        for channel, address in proposer_addresses([proposal.id])
    }
    return sum(
        send(
            address, subject, body,
            once=once_for(f"rules:{n}", round_, channel, key), at=at, channel=channel,
        )
        is not None
        for (channel, key), address in concerned.items()
    )  # fmt: skip


def tell_officers(subject: str, body: str, *, once: str, at: datetime) -> int:
    """Tell every officer who runs funds, each once; return how many are told now."""
    told = [
        send(officer.email, subject, body, once=f"{once}:officer:{officer.id}", at=at)
        for officer in fund_officers()
    ]
    return sum(message is not None for message in told)


def tell_of_decision(post: DiscussionPost, decision: ModerationDecision, *, at: datetime) -> None:
    """Tell whoever wrote a post what was decided about it, and the other side what is published.

    The asker by their reference and, where they gave one, their address; the proposer as of any
    news of the proposal. Each of them once for each decision.
    """
    question, round_ = post.question or post, post.proposal.round
    askers = [("notice", question.reference_hash or "")]
    askers += [("email", question.email)] if question.email else []
    proposers = proposer_addresses([post.proposal_id])
    is_answer, published = post is not question, decision.state == State.PUBLISHED
    writers, readers = (proposers, askers) if is_answer else (askers, proposers)
    link = f"{current_app.config['BASE_URL']}/rounds/{round_.engagement.slug}/discussion/"
    reason = "" if decision.reason is None else REASONS[Reason(decision.reason)]
    same = decision.same_as.words if decision.same_as else ""
    if decision.same_as:
        link += f"?project={post.proposal.public_id}#q-{decision.same_as.public_id}"
    for part, people in (("writer", writers), ("reader", readers if published else [])):
        subject, body = post_letter(
            round_.engagement.title, post.proposal.title, post.words, link,
            part=part, is_answer=is_answer, reason=reason, same=same,
        )  # fmt: skip
        what = f"post:{post.id}:{decision.number}:{part}"
        for channel, address in people:
            once = once_for(what, round_, channel, address.casefold())
            send(address, subject, body, once=once, at=at, channel=channel)


def _outcome(proposal: Proposal, awards: dict[int | None, int | None]) -> ProposalOutcome:
    return ProposalOutcome(proposal.title, proposal.id in awards, awards.get(proposal.id))


def once_for(what: str, round_: Round, channel: str, address: str) -> str:
    """Return the key of a message: the address is in it as a digest only."""
    digest = hashlib.sha256(f"{channel}:{address}".encode()).hexdigest()[:24]
    return f"{what}:{round_.id}:{digest}"
