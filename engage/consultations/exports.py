"""Responses as lists and files: the text of each only as far as its writer allowed.

What the public reads leaves out the answers that were chosen from a list: they stand in the
counts, and beside the words they would tell, by subtraction, what the others chose (R74).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from engage.consultations.models import Response
from engage.consultations.queries import answers_in_words, comments_in_order, name_of
from engage.consultations.rules import PUBLISH
from engage.plans.models import Paragraph

HEADER = ("response", "who", "is_group", "publish", "submitted_on", "about", "text")
#: Stands for the words of somebody who did not allow them to be published (R72).
NOT_EXPORTED = "[counted, not for publishing]"


@dataclass(frozen=True)
class PublishedResponse:
    """One response as the public may read it."""

    who: str
    answers: list[tuple[str, str]]
    comments: list[tuple[Paragraph, str]]


def published(response: Response) -> PublishedResponse:
    """Return a response as the public may read it; its writer must have allowed that."""
    if response.publish == "no":
        raise ValueError("this response may not be published")
    return PublishedResponse(
        name_of(response),
        answers_in_words(response, own_words_only=True),
        comments_in_order(response),
    )


def to_publish(responses: Iterable[Response]) -> list[Response]:
    """Return the responses that hold words, and whose writers allowed them to be published."""
    return [
        response
        for response in responses
        if response.publish != "no"
        and (response.comments or answers_in_words(response, own_words_only=True))
    ]


def rows(responses: Iterable[Response], *, for_public: bool) -> Iterable[tuple[str | int, ...]]:
    """Return one row for each thing said, for the public or for officers.

    A response that may not be published keeps its rows, so that it is counted, with a mark in
    the place of its words.
    """
    for response in responses:
        day = response.submitted_at.date().isoformat() if response.submitted_at else ""
        lead = (
            response.id,
            name_of(response),
            "yes" if response.body_id else "no",
            PUBLISH[response.publish or "no"],
            day,
        )
        said = answers_in_words(response, own_words_only=for_public)
        said += [(paragraph.label, text) for paragraph, text in comments_in_order(response)]
        for about, text in said:
            yield (*lead, about, NOT_EXPORTED if response.publish == "no" else text)
