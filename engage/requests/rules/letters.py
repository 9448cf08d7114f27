"""The messages that a group gets about its own participation request. They always go."""

from collections.abc import Sequence


def received_words(title: str, page: str) -> tuple[str, str]:
    """Return subject and text of the first answer to a request that came in."""
    return (
        f"We have your participation request: {title}",
        f"We have your participation request “{title}”.\n\n"
        "We check next whether it says all that the law asks for, and tell you.\n\n"
        f"You can follow it here: {page}",
    )


def more_words(title: str, what: str, page: str) -> tuple[str, str]:
    """Return subject and text of the notice of what a request still needs (regulation 4(1))."""
    return (
        f"Your participation request needs more: {title}",
        f"Your participation request “{title}” is not complete yet. We still need:\n\n{what}\n\n"
        "The time for our decision starts when we have everything.\n\n"
        f"You can add it here: {page}",
    )


def valid_words(
    title: str, *, validated: str, days: int, due: str, authority: str, others: Sequence[str]
) -> tuple[str, str]:
    """Return subject and text of the acknowledgement (regulation 4(2) and (3))."""
    with_others = (
        f"You asked that these take part too: {', '.join(others)}. Each tells us and you within "
        "15 working days whether it does.\n\n"
        if others
        else ""
    )
    return (
        f"Your participation request is complete: {title}",
        f"Your participation request “{title}” to {authority} is complete. "
        f"Its validation date is {validated}.\n\n{with_others}"
        f"You get our decision by {due}. That is {days} working days, which begin with the "
        "validation date. A longer time needs your agreement.",
    )


def extended_words(title: str, until: str, why: str) -> tuple[str, str]:
    """Return subject and text of the note of a longer time that a group agreed to."""
    return (
        f"More time for our decision: {title}",
        f"You agreed that we decide about your participation request “{title}” by {until}.\n\n"
        f"Why: {why}\n\nIf you did not agree to this, tell us at once.",
    )


def decision_words(
    title: str, *, agreed: bool, reasons: str, page: str, comments_by: str
) -> tuple[str, str]:
    """Return subject and text of a decision notice (section 24(6)).

    ``comments_by`` '' where there is no proposed process to comment on.
    """
    what = "We agree to your participation request" if agreed else "We refuse your request"
    comments = (
        f"You can comment on how we mean to run the process until {comments_by}.\n\n"
        if comments_by
        else ""
    )
    return (
        f"{'Agreed' if agreed else 'Refused'}: your participation request {title}",
        f"{what} “{title}”.\n\nOur reasons:\n\n{reasons}\n\n{comments}"
        f"The whole decision notice is here: {page}",
    )


def not_considered_words(title: str, reason: str) -> tuple[str, str]:
    """Return subject and text for a request about a matter that was decided before (s.27)."""
    return (
        f"We do not consider your participation request again: {title}",
        f"We have not looked at your participation request “{title}”. It is about the same matter, "
        f"or nearly the same, as one that was made in the last two years.\n\nWhy: {reason}",
    )


def process_words(title: str, what: str, page: str) -> tuple[str, str]:
    """Return subject and text about a step of the process."""
    return (f"{what}: {title}", f"{what}.\n\nYou can read more here: {page}")


def view_words(title: str, page: str) -> tuple[str, str]:
    """Return subject and text that ask a group for its view of the process (s.31(3))."""
    return (
        f"Tell us how it went: {title}",
        f"The process that began with your participation request “{title}” has ended. We write a "
        "report about it. Before we publish it, we want your view of how the process was run and "
        f"of what came of it.\n\nYou can read our draft and answer here: {page}",
    )
