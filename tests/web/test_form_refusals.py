"""A refusal's words stand in rules, which know no language; the form says them in the reader's."""

import pytest

from engage.budgeting.forms.rounds import RoundForm
from engage.budgeting.forms.voting import EmailForm
from engage.consultations.forms import ConsultationForm
from engage.web import forms
from engage.web.forms import ActionForm


def test_a_refusal_is_translated(app, monkeypatch):
    monkeypatch.setattr(forms, "gettext", {"It is closed": "Tha e dùinte"}.get)
    with app.test_request_context():
        form = ActionForm()
        form.refuse(ValueError("It is closed"))
    assert form.form_errors == ["Tha e dùinte"]


def test_words_that_are_translated_already_stay(app, monkeypatch):
    monkeypatch.setattr(forms, "gettext", {}.get)
    with app.test_request_context():
        form = ActionForm()
        form.refuse("Tha e dùinte")
    assert form.form_errors == ["Tha e dùinte"]


def summary(form):
    return [words for _anchor, words in form.error_list]


@pytest.mark.parametrize(
    ("make", "first", "then"),
    [
        (lambda: ConsultationForm(drafts=[]), "Choose a draft", "Enter what it is for"),
        (RoundForm, "Enter who may vote", "Choose the voting age"),
        (RoundForm, "Choose the voting age", "Enter the most projects a voter may choose"),
        (lambda: EmailForm(min_age=12), "Enter your email address", "Enter your postcode"),
    ],
)
def test_the_summary_follows_the_page(app, make, first, then):
    with app.test_request_context(method="POST"):
        form = make()
        form.validate()
        said = summary(form)
    places = [next(i for i, words in enumerate(said) if words.startswith(w)) for w in (first, then)]
    assert places == sorted(places)


def test_a_fault_of_several_fields_names_each_in_the_summary(app):
    typed = {"pot_pence": "£1,2x", "min_award_pence": "abc", "proposals_open_at-day": "1"}
    with app.test_request_context(method="POST", data=typed):
        form = RoundForm()
        form.validate()
        said = summary(form)
    amount = "Enter an amount in pounds, like 1,200 or 1200.50"
    assert f"How much is in the fund? {amount}" in said
    assert f"Smallest award: {amount}" in said
    assert "When do proposals open? Enter a real date, like 27 3 2026" in said
    assert form.min_award_pence.errors == [amount]
