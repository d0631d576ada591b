"""Check your answers: what was said, in words, each with its page to change it."""

from typing import NamedTuple

from requests_app.pages.ask.wizard import STEPS, Wizard
from requests_app.pages.ask.words import answer_in_words


class Row(NamedTuple):
    key: str
    value: str
    step: str


def summary(wizard: Wizard) -> list[Row]:
    """A row for each question, in the order in which they were asked. Every page is answered well."""
    answers = wizard.cleaned()
    return [
        Row(str(field.label), answer_in_words(field, answers[field.name]), step.name)
        for step in STEPS
        for field in wizard.form(step.name)
    ]
