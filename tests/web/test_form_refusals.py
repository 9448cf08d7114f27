"""A refusal's words stand in rules, which know no language; the form says them in the reader's."""

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
