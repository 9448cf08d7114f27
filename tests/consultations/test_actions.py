"""Answering once, and consultations that open and close."""

from engage.consultations.models import Response
from tests.makers.consultations import make_consultation, make_response


def test_a_submitted_response_keeps_its_answers_and_comments(session, now):
    consultation = make_consultation(session)
    make_response(
        session, consultation, texts=["Benches"], comments={"1.2": "Yes", "2.1": "Longer"}
    )
    kept = session.query(Response).one()
    assert kept.stage == "submitted"
    assert sorted(a.text for a in kept.answers) == ["Benches", "agree"]
    assert {c.paragraph.label: c.text for c in kept.comments} == {"1.2": "Yes", "2.1": "Longer"}
