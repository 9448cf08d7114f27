"""Who speaks for a group: how long an invitation stands, and what everybody concerned is told."""

from datetime import timedelta

from engage.bodies.rules.register import PARTS

#: How long the link of an invitation opens, and how many may wait for an answer at once.
INVITATION_LIFE = timedelta(days=14)
MOST_OPEN = 20


def invited_words(name: str, part: str, link: str) -> tuple[str, str]:
    """Return subject and text of the message to somebody who is asked to speak for a group."""
    return (
        f"{name} asks you to join it on our site",
        f"The group {name} asks you to join it on our site, as: {PARTS[part].lower()}.\n\n"
        f"Open this link to accept or to say no:\n\n{link}\n\n"
        f"It works once, for {INVITATION_LIFE.days} days, and only for this email address. "
        "If you do not want this, you need do nothing.",
    )


def withdrawn_words(name: str) -> tuple[str, str]:
    """Return subject and text of the message to somebody whose invitation was taken back."""
    return (
        f"The invitation to join {name} was taken back",
        f"The group {name} had asked you to join it on our site. It has taken the invitation "
        "back, and the link in it opens nothing any more.",
    )


def joined_words(name: str, who: str, part: str, page: str) -> tuple[str, str]:
    """Return subject and text of the message to a group's secretaries about somebody new."""
    return (
        f"{who} has joined {name}",
        f"{who} has accepted your invitation to {name}, as: {PARTS[part].lower()}.\n\n"
        f"The people of your group: {page}",
    )


def refused_words(name: str, page: str) -> tuple[str, str]:
    """Return subject and text of the message to secretaries about an invitation turned down."""
    return (
        f"Somebody said no to your invitation to {name}",
        f"Somebody whom you invited to {name} does not want to join it.\n\n"
        f"The people of your group: {page}",
    )


def changed_words(name: str, part: str, page: str) -> tuple[str, str]:
    """Return subject and text of the message to somebody who may now do something else."""
    return (
        f"Your part in {name} has changed",
        f"In the group {name} you are now: {PARTS[part].lower()}.\n\n"
        f"The group's page for you is here: {page}",
    )


def removed_words(name: str) -> tuple[str, str]:
    """Return subject and text of the message to somebody who was removed from a group."""
    return (
        f"You no longer speak for {name}",
        f"You were removed from the group {name} on our site. Ask the group if you think that "
        "this is a mistake.",
    )


def left_words(name: str, who: str, page: str) -> tuple[str, str]:
    """Return subject and text of the message to a group's secretaries about somebody who left."""
    return (
        f"{who} has left {name}",
        f"{who} no longer speaks for {name} on our site.\n\nThe people of your group: {page}",
    )
