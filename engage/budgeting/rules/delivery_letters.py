"""What people with an award read at each step."""

from engage.budgeting.rules.refusals import pounds


def offer(title: str, round_title: str, pence: int, answer_by: str, link: str) -> tuple[str, str]:
    """Return the subject and body that offer an award."""
    return (
        f"An award for your project: {title}",
        f"People voted for “{title}” in {round_title}. We offer you {pounds(pence)} for it.\n\n"
        f"Read the award letter and answer by {answer_by}. You say who holds the money, and that "
        f"you agree with the conditions.\n\n{how_to_open(link)}",
    )


def how_to_open(link: str) -> str:
    """Return how somebody finds the page of their award, with an account or without one."""
    return (
        "Sign in if you have an account. Without one, enter your reference on the page “Follow "
        f"what you sent us”:\n{link}"
    )


#: What a group reads when its award moves on: the stage it came to, then the words.
STEPS = {
    "accepted": "You accepted the award of {amount} for “{title}”. We will pay it to the account "
    "that you give us on its page.",
    "paid": "We paid {pence} for “{title}”. It should arrive in three working days.",
    "returned": "We have {pence} back from you for “{title}”. Thank you.",
    "bank": "Somebody gave us the bank details for “{title}”. If it was not your group, tell us at "
    "once, before we pay.",
    "reported": "We have your report on “{title}”. We will read it and let you know.",
    "finished": "We accepted your report on “{title}”. Everybody can read it now. Your bank "
    "details are deleted 90 days from now.",
    "sent_back": "We read your report on “{title}” and need something more:\n\n{why}\n\nChange it "
    "on its page and send it again.",
    "declined": "You turned down the award for “{title}”. Thank you for telling us.",
    "withdrawn": "The award for “{title}” has ended before its time.\n\n{why}",
    "failed": "We stopped the award for “{title}”.\n\n{why}",
    "photo_shown": "Everybody can see your photograph of “{title}” now.",
    "photo_not_shown": "We did not publish your photograph of “{title}”, and deleted it.\n\n{why}",
}


def step(name: str, title: str, **facts: str) -> tuple[str, str]:
    """Return the subject and body about one step of an award (``STEPS``)."""
    return f"Your project: {title}", STEPS[name].format(title=title, **facts)


#: What officers read when a group's deed waits for them.
FOR_OFFICERS = {
    "accepted": "The award for “{title}” is accepted. Check who holds the money and its "
    "constitution before you pay.",
    "bank": "The bank details for “{title}” are here: you can pay the award.",
    "photo": "A photograph of “{title}” waits for your look, before everybody sees it.",
    "reported": "The report on “{title}” is here: read it, then accept it or send it back.",
    "declined": "The award for “{title}” was turned down. Decide what becomes of its money.",
    "withdrawn": "The award for “{title}” was given up. Decide what becomes of its money.",
    "milestone": "A step of “{title}” is overdue. We reminded whoever has the award.",
    "report": "The report on “{title}” is overdue. We reminded whoever has the award.",
    "answer": "The offer for “{title}” is not answered in time. We reminded whoever has it.",
}
#: What whoever has an award reads once something of it is overdue.
REMINDERS = {
    "milestone": "A step that we agreed for “{title}” is overdue. Is it done? Say so on its page. "
    "If it takes longer, tell us.",
    "report": "The report on “{title}” is overdue. Send it on its page. If you need help with it, "
    "tell us.",
    "answer": "We offered you an award for “{title}”, and the day to answer is over. Answer on its "
    "page, or tell us that you need longer.",
}


def for_officers(name: str, round_title: str, title: str, link: str) -> tuple[str, str]:
    """Return the subject and body of what waits for officers (``FOR_OFFICERS``)."""
    words = FOR_OFFICERS[name].format(title=title)
    return f"Award: {title}", f"{round_title}\n\n{words}\n\nOpen the award:\n{link}"


def reminder(name: str, title: str, link: str) -> tuple[str, str]:
    """Return the subject and body of a reminder (``REMINDERS``)."""
    return f"Your project: {title}", f"{REMINDERS[name].format(title=title)}\n\n{how_to_open(link)}"
