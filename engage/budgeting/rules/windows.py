"""When people may ask about the proposals: a window that a round may leave out."""

from datetime import datetime

#: The two ends of the window, None where the round leaves the discussion out.
Window = tuple[datetime | None, datetime | None]


def window_faults(
    opens_at: datetime | None,
    closes_at: datetime | None,
    proposals_close_at: datetime | None,
    voting_closes_at: datetime,
) -> dict[str, str]:
    """Return what doesn't fit: field name to message. Proposals that nobody sends never close."""
    if opens_at is None and closes_at is None:
        return {}
    if opens_at is None:
        return {"discussion_opens_at": "Enter when people can start to ask"}
    if closes_at is None:
        return {"discussion_closes_at": "Enter until when people can ask"}
    faults = {
        "discussion_opens_at": (
            proposals_close_at is not None and opens_at < proposals_close_at,
            "People can ask from the close of proposals on, not before",
        ),
        "discussion_closes_at": (
            closes_at > voting_closes_at,
            "People can ask until voting closes, not later",
        ),
    }
    if closes_at <= opens_at:
        faults["discussion_closes_at"] = (True, "Enter a time after people can start to ask")
    return {field: words for field, (wrong, words) in faults.items() if wrong}


def moved_faults(old: Window, new: Window, at: datetime) -> dict[str, str]:
    """Return why the window of a public round can't be moved so: field name to message.

    What has begun stays, and nothing moves into the past.
    """
    faults: dict[str, str] = {}
    if new[0] != old[0]:
        if old[0] is not None and old[0] <= at:
            faults["discussion_opens_at"] = "People can ask already: that day stays"
        elif new[0] is not None and new[0] <= at:
            faults["discussion_opens_at"] = "Enter a time in the future"
    if new[1] != old[1] and new[1] is not None and new[1] <= at:
        faults["discussion_closes_at"] = "Enter a time in the future"
    return faults
