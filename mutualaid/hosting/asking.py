"""Getting the answers: one after the other at a terminal, or all at once from a file."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from mutualaid.hosting.questions import KEYS, NEVER_KEPT, QUESTIONS, Question

CLEARS = "-"
"""Typed instead of an answer: no answer from now on."""


class WrongAnswers(Exception):
    """Answers cannot be used. The text has a line for each, which names its key and says what is right."""


def check(question: Question, typed: str) -> str:
    """Return the answer as it is kept. Raises `ValidationError` that says what is right."""
    text = typed if question.secret else typed.strip()
    if not text:
        if question.optional:
            return ""
        raise ValidationError("This one is needed.")
    return question.check(text)


def ask_all(
    known: Mapping[str, str],
    *,
    read: Callable[[str], str],
    read_secret: Callable[[str], str],
    write: Callable[[str], object],
) -> dict[str, str]:
    """Ask question after question, each with what is `known` or proposed, until all answers are right."""
    answers = dict(known)
    for question in QUESTIONS:
        if not question.asked_if(answers):
            answers[question.key] = ""
            continue
        write(f"\n{question.text}\n  {question.help}")
        ask = read_secret if question.secret else read
        answers[question.key] = _ask(question, _proposal(question, answers), ask, write)
    return answers


def read_all(known: Mapping[str, str], given: Any) -> dict[str, str]:
    """Return all answers for those `given` ({key: text}), with what is known or proposed for the others.

    No test message goes unless its address is given. Raises `WrongAnswers` that names all that is wrong.
    """
    if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
        raise WrongAnswers('Write answers as {"name": "Old Harbour Mutual Aid", …}.')
    wrong = [f"{key}: There is no such question." for key in sorted(given.keys() - KEYS)]
    answers = dict(known)
    for question in QUESTIONS:
        key = question.key
        usual = "" if key in NEVER_KEPT else _proposal(question, answers)
        is_asked = question.asked_if(answers)
        try:
            if is_asked or given.get(key):
                answers[key] = check(question, given.get(key, usual))
            else:
                answers[key] = ""
        except ValidationError as error:
            answers[key] = given.get(key, usual)
            wrong.append(f"{key}: {' '.join(error.messages)}")
    if wrong:
        raise WrongAnswers("\n".join(wrong))
    return answers


def _proposal(question: Question, answers: Mapping[str, str]) -> str:
    if question.key in answers:
        return answers[question.key]
    return question.propose(answers)


def _ask(
    question: Question, proposal: str, read: Callable[[str], str], write: Callable[[str], object]
) -> str:
    while True:
        shown = "(kept)" if question.secret and proposal else proposal
        clears = f"({CLEARS} for none) " if question.optional and proposal else ""
        typed = read(f"  [{shown}] {clears}" if shown else "  ")
        text = typed or proposal
        if question.optional and typed.strip() == CLEARS:
            text = ""
        try:
            return check(question, text)
        except ValidationError as error:
            write(f"  {' '.join(error.messages)}")
            proposal = text or proposal
