"""Who voted, and never what, handed on to the facts of who took part: in whole batches."""

from collections import Counter
from datetime import datetime

from engage.budgeting.keys import keys_of
from engage.budgeting.models import Round
from engage.budgeting.queries.voters import ballot_sources, voters_of
from engage.budgeting.rules.ballots import KeysRefused, ballot_key, desk_key
from engage.engagements.actions.planning import replace_ballots
from engage.web.rules import UK


def hand_on_voters(round_: Round, at: datetime) -> int | None:
    """Give the engagement the counts of who has voted so far; return how many, the caller commits.

    The batch takes the place of the one before, so that running it again changes nothing: each
    night while people vote, at the close, and a last time when the result is confirmed. Only
    counts by area, age band and channel, in the order of their own content: no row belongs to a
    person or tells an hour. Where voting online and in person are two contests, somebody who took
    part in both counts once in each channel. Without the round's key it can't be known who voted:
    None, and the batch before stands.
    """
    try:
        key = keys_of(round_.id, round_.key_check)
    except KeysRefused:
        return None
    sources = ballot_sources(round_.id)
    counts: Counter[tuple[str, str | None, str, str | None]] = Counter()
    for voter in voters_of(round_.id):
        for place in (ballot_key, desk_key):
            source = sources.get(place(key, round_.id, voter.uid))
            if source is not None:
                counts[voter.place, voter.zone_code, source, voter.age_band] += 1
    day = min(at, round_.voting_closes_at).astimezone(UK).date()
    replace_ballots(round_.engagement_id, counts, on_day=day)
    return counts.total()
