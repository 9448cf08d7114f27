"""How an entry of the trail is hashed, and what may stand in it."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")
#: What the first entry points back to.
GENESIS = "0" * 64


class Happening(StrEnum):
    """Everything that the trail records, in the past tense. Never what a voter chose."""

    ACCOUNT_CREATED = "account.created"
    ACCOUNT_ROLE_CHANGED = "account.role_changed"
    ACCOUNT_PASSWORD_CHANGED = "account.password_changed"  # noqa: S105 - a name, not a password
    ACCOUNT_CLOSED = "account.closed"
    ACCOUNT_REOPENED = "account.reopened"
    INDEX_LOADED = "index.loaded"
    POPULATION_LOADED = "population.loaded"
    POSTCODES_LOADED = "postcodes.loaded"
    LOCALITIES_DEFINED = "localities.defined"
    PARTNERSHIP_SET_UP = "partnership.set_up"
    PARTNER_ADDED = "partner.added"
    CONTRIBUTION_RECORDED = "contribution.recorded"
    WORKING_DAYS_SET = "working_days.set"
    BODY_PROPOSED = "body.proposed"
    BODY_REGISTERED = "body.registered"
    BODY_DECLINED = "body.declined"
    BODY_CHANGED = "body.changed"
    BODY_REVIEWED = "body.reviewed"
    BODY_RESTED = "body.rested"
    BODY_LAPSED = "body.lapsed"
    BODY_REVIEW_ASKED = "body.review_asked"
    BODY_REVIEW_SETTLED = "body.review_settled"
    BODY_MERGED = "body.merged"
    BODIES_TOLD_APART = "bodies.told_apart"
    BODIES_IMPORTED = "bodies.imported"
    COUNCIL_AREAS_ADDED = "council_areas.added"
    COUNCIL_AREA_ANSWERED = "council_area.answered"
    COMMUNITY_DEFINED = "community.defined"
    COMMUNITY_CHANGED = "community.changed"
    COMMUNITY_ENDED = "community.ended"
    VOICE_DECIDED = "community.voice_decided"
    VOICE_ENDED = "community.voice_ended"
    COMMUNITY_ACTION_PLANNED = "community.action_planned"
    COMMUNITY_ACTION_DONE = "community.action_done"
    INTERFACE_STANDING_DECIDED = "interface.standing_decided"
    SUPPORT_LINKED = "support.linked"
    SUPPORT_ENDED = "support.ended"
    REGARD_DECIDED = "body.regard_decided"
    REPRESENTATIVE_ADDED = "representative.added"
    REPRESENTATIVE_REMOVED = "representative.removed"
    REPRESENTATIVE_INVITED = "representative.invited"
    REPRESENTATIVE_CHANGED = "representative.changed"
    INVITATION_WITHDRAWN = "representative.invitation_withdrawn"
    INVITATION_DECLINED = "representative.invitation_declined"
    WISH_RECORDED = "wish.recorded"
    WISH_ASKED = "wish.asked"
    REASON_RECORDED = "reason.recorded"
    REASON_TOLD = "reason.told"
    REASON_ANSWERED = "reason.answered"
    REASON_REOPENED = "reason.reopened"
    REASON_LAPSED = "reason.lapsed"
    OUTREACH_RECORDED = "outreach.recorded"
    SUPPORT_RAISED = "support.raised"
    SUPPORT_SETTLED = "support.settled"
    COPRODUCTION_RECORDED = "coproduction.recorded"
    PEERS_LINKED = "peers.linked"
    ENGAGEMENT_PLANNED = "engagement.planned"
    ENGAGEMENT_CHANGED = "engagement.changed"
    ENGAGEMENT_OPENED = "engagement.opened"
    ENGAGEMENT_CLOSED = "engagement.closed"
    ENGAGEMENT_RULES_SET = "engagement.rules_set"
    PACK_ADDED = "pack.added"
    PACK_REMOVED = "pack.removed"
    LEAP_WRITTEN = "leap.written"
    STANDARDS_ANSWERED = "standards.answered"
    CALENDAR_ENTERED = "calendar.entered"
    CALENDAR_CHANGED = "calendar.changed"
    CALENDAR_CANCELLED = "calendar.cancelled"
    ELECTION_SET = "election.set"
    ELECTION_REMOVED = "election.removed"
    DECISION_RECORDED = "decision.recorded"
    EVIDENCE_USED = "evidence.used"
    BODY_INVITED = "body.invited"
    BODY_ANSWERED = "body.answered"
    GROUP_KEPT = "partnership_group.kept"
    SEAT_GIVEN = "seat.given"
    SEAT_ENDED = "seat.ended"
    MEETING_RECORDED = "meeting.recorded"
    ASSESSMENT_KEPT = "assessment.kept"
    ASSESSMENT_SIGNED = "assessment.signed"
    ASSESSMENT_PUBLISHED = "assessment.published"
    REQUEST_SENT = "request.sent"
    REQUEST_ENTERED = "request.entered"
    REQUEST_MORE_ASKED = "request.more_asked"
    REQUEST_VALIDATED = "request.validated"
    REQUEST_EXTENDED = "request.extended"
    REQUEST_ANSWERED = "request.other_answered"
    REQUEST_DECIDED = "request.decided"
    REQUEST_NOT_CONSIDERED = "request.not_considered"
    REQUEST_WITHDRAWN = "request.withdrawn"
    PROCESS_COMMENTED = "process.commented"
    PROCESS_CONFIRMED = "process.confirmed"
    PROCESS_STARTED = "process.started"
    PROCESS_STEPPED = "process.stepped"
    PROCESS_ENDED = "process.ended"
    PROCESS_REPORTED = "process.reported"
    REQUEST_YEAR_REPORTED = "request.year_reported"
    PLAN_CREATED = "plan.created"
    DRAFT_PUBLISHED = "draft.published"
    PRIORITY_ADDED = "priority.added"
    PRIORITY_CHANGED = "priority.changed"
    CONSULTATION_CREATED = "consultation.created"
    CONSULTATION_CHANGED = "consultation.changed"
    CONSULTATION_OPENED = "consultation.opened"
    CONSULTATION_CLOSED = "consultation.closed"
    RESPONSES_PUBLISHED = "responses.published"
    ROUND_CREATED = "round.created"
    ROUND_CHANGED = "round.changed"
    RULES_CHANGED = "rules.changed"
    ROUND_OPENED = "round.opened"
    QUESTIONS_SET = "round.questions_set"
    THEMES_SET = "round.themes_set"
    WORDINGS_KEPT = "proposal.wordings_kept"
    PROPOSAL_ENTERED = "proposal.entered"
    PROPOSALS_CLOSED = "proposals.closed"
    CRITERIA_SET = "round.criteria_set"
    INTEREST_DECLARED = "interest.declared"
    PROPOSAL_WITHDRAWN = "proposal.withdrawn"
    WITHDRAWAL_REASON_JUDGED = "withdrawal.reason_judged"
    MERGE_SUGGESTED = "merge.suggested"
    REVIEWER_INVITED = "reviewer.invited"
    REVIEWER_ENDED = "reviewer.ended"
    PROPOSAL_SCREENED = "proposal.screened"
    BALLOT_SETTLED = "ballot.settled"
    CHARTER_ANSWERED = "charter.answered"
    POST_DECIDED = "discussion.decided"
    EVENT_PLANNED = "event.planned"
    EVENT_CHANGED = "event.changed"
    EVENT_CANCELLED = "event.cancelled"
    EVENT_COUNTED = "event.counted"
    EVENT_NOTES_PUBLISHED = "event.notes_published"
    EVENT_PHOTOGRAPHED = "event.photographed"
    EVENT_PHOTOGRAPH_REMOVED = "event.photograph_removed"
    METHOD_CHANGED = "method.changed"
    STANDARD_WORDED = "standard.worded"
    EXERCISE_PLANNED = "exercise.planned"
    EXERCISE_CHANGED = "exercise.changed"
    EXERCISE_MOVED = "exercise.moved"
    EXERCISE_ENTERED = "exercise.entered"
    EXERCISE_READ = "exercise.read"
    COMMUNITY_PLAN_SENT = "community_plan.sent"
    COMMUNITY_PLAN_CHANGED = "community_plan.changed"
    COMMUNITY_PLAN_DECIDED = "community_plan.decided"
    PITCHES_DRAWN = "pitches.drawn"
    PITCHES_ENDED = "pitches.ended"
    CODES_ISSUED = "codes.issued"
    CODES_HANDED_OVER = "codes.handed_over"
    STATION_ADDED = "station.added"
    STATION_REMOVED = "station.removed"
    PAPER_NUMBERS_CHANGED = "papers.numbers_changed"
    PAPERS_ENTERED = "papers.entered"
    PAPERS_TAKEN_BACK = "papers.taken_back"
    PAPERS_READ_BACK = "papers.read_back"
    PAPERS_SETTLED = "papers.settled"
    PAPERS_ACCEPTED = "papers.accepted"
    DESK_MARKED = "desk.marked"
    CODES_DROPPED = "codes.dropped"
    LIST_LOADED = "list.loaded"
    LIST_EMPTIED = "list.emptied"
    ASSISTED_OPENED = "assisted.opened"
    VOTING_CLOSED = "voting.closed"
    BALLOTS_IMPORTED = "ballots.imported"
    ROUND_COUNTED = "round.counted"
    RESULT_DECLARED = "result.declared"
    VOTES_OPENED = "votes.opened"
    APPROVAL_ASKED = "approval.asked"
    APPROVAL_DECIDED = "approval.decided"
    SCRUTINEER_NAMED = "scrutineer.named"
    VOTING_EXTENDED = "voting.extended"
    VOTERS_LISTED = "voters.listed"
    VOTERS_KEPT = "voters.kept"
    VOTES_REMOVED = "votes.removed"
    SHEET_PRINTED = "sheet.printed"
    SHEET_TESTED = "sheet.tested"
    SHEET_DESTROYED = "sheet.destroyed"
    KEY_RESTORED = "key.restored"
    KEY_REMOVED = "key.removed"
    REGISTER_ERASED = "register.erased"
    GAP_ACKNOWLEDGED = "gap.acknowledged"
    SEALS_SENT_TO = "seals.sent_to"
    SEALS_SENT_NO_MORE = "seals.sent_no_more"
    AWARDS_OFFERED = "awards.offered"
    AWARD_ACCEPTED = "award.accepted"
    AWARD_HOLDER_CHECKED = "award.holder_checked"
    AWARD_ENDED = "award.ended"
    AWARD_MONEY_MOVED = "award.money_moved"
    AWARD_REPORTED = "award.reported"
    AWARD_REPORT_JUDGED = "award.report_judged"
    AWARD_MILESTONE_AGREED = "award.milestone_agreed"
    AWARD_PHOTO_JUDGED = "award.photo_judged"
    BANK_DETAILS_GIVEN = "bank_details.given"
    BANK_DETAILS_SEEN = "bank_details.seen"
    BANK_DETAILS_WIPED = "bank_details.wiped"
    FREED_MONEY_DECIDED = "freed_money.decided"
    EVALUATION_TEXT_JUDGED = "evaluation.text_judged"
    EVALUATION_PUBLISHED = "evaluation.published"
    FINDING_RECORDED = "finding.recorded"
    INFLUENCE_RECORDED = "influence.recorded"
    CONTRIBUTORS_TOLD = "contributors.told"
    BASE_ENTERED = "base.entered"
    EVIDENCE_PUBLISHED = "evidence.published"
    PUBLICATION_RECORDED = "publication.recorded"
    DEMO_FILLED = "demo.filled"


@dataclass(frozen=True)
class Entry:
    """One line of the trail as it is hashed. ``actor_id`` is None for the system itself."""

    seq: int
    at: datetime
    actor_id: int | None
    actor_role: str
    action: str
    object: str
    detail: str
    prev_hash: str


def entry_hash(entry: Entry) -> str:
    """Return the SHA-256 of an entry, hexadecimal; every field is delimited by JSON."""
    fields = [
        entry.seq,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.actor_role,
        entry.action,
        entry.object,
        entry.detail,
        entry.prev_hash,
    ]
    return hashlib.sha256(canonical_json(fields).encode()).hexdigest()


def canonical_json(value: Any) -> str:
    """Return JSON with sorted keys and no spare blanks, the same for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chain_faults(
    entries: Iterable[tuple[Entry, str]],
    head: tuple[int, str],
    anchors: Mapping[int, str] | None = None,
) -> Iterator[str]:
    """Yield what is wrong with the chain, in words; nothing means that it holds.

    ``entries`` are pairs of an entry and its stored hash, in order; ``head`` is the number and
    hash that the last one must have (so that entries cut off the end are noticed). ``anchors`` are
    numbers and hashes that somebody noted outside the database: they show a trail that was cut
    and whose head was rewritten to match.
    """
    expected, previous, wanted = 1, GENESIS, dict(anchors or {})
    for entry, stored in entries:
        if entry.seq != expected:
            yield f"Entry {expected} is missing: the next one is numbered {entry.seq}."
            expected = entry.seq
        if entry.prev_hash != previous:
            yield f"Entry {entry.seq} does not follow the one before it."
        if entry_hash(entry) != stored:
            yield f"Entry {entry.seq} was changed after it was written."
        if wanted.pop(entry.seq, stored) != stored:
            yield f"Entry {entry.seq} is not the one that was noted outside."
        expected, previous = expected + 1, stored
    if head != (expected - 1, previous):
        yield f"The trail ends at entry {expected - 1}; it should end at {head[0]}."
    for seq in wanted:
        yield f"Entry {seq}, which was noted outside, is not there."


def parse_anchor(text: str) -> tuple[int, str]:
    """Return the number and hash of “SEQ:HASH”. Raises ValueError for anything else."""
    seq, _, digest = text.strip().partition(":")
    digest = digest.strip().lower()
    if not (seq.isascii() and seq.isdigit() and re.fullmatch(r"[0-9a-f]{64}", digest)):
        raise ValueError("Write it as a number, a colon and 64 characters, like 12:9f86d0...")
    return int(seq), digest


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the instants between which a day in the UK lies: its first and the next day's."""
    start = datetime.combine(day, time(), UK)
    end = datetime.combine(day + timedelta(days=1), time(), UK)
    return start.astimezone(UTC), end.astimezone(UTC)


def plain_detail(detail: Mapping[str, Any]) -> str:
    """Return the detail of an entry as it is stored: ids, counts and hashes, never names."""
    return canonical_json(dict(detail))
