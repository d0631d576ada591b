"""Who may write values alone. Rooms above register guards, and every write by a person asks them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse


class DecidedTogether(Exception):
    """These values change by a decision, and no person sets them alone.

    `model` is that of the row, and `changes` all that was to be written.
    """

    def __init__(self, model: type[Model], changes: Mapping[str, Any]) -> None:
        super().__init__(model._meta.label_lower)
        self.model, self.changes = model, dict(changes)


Guard = Callable[[type[Model], Mapping[str, Any]], bool]
"""Takes the model and the new values of a write; returns whether a person may make it alone."""
Answer = Callable[[HttpRequest, DecidedTogether], HttpResponse]
_guards: list[Guard] = []
_answers: list[Answer] = []


def guard(check: Guard) -> Guard:
    """Let `check` say what a person may write alone. A decorator."""
    _guards.append(check)
    return check


def answers(page: Answer) -> Answer:
    """Let `page` answer in the admin where someone wanted to save alone what is decided. A decorator."""
    _answers.append(page)
    return page


def check_alone(model: type[Model], changes: Mapping[str, Any]) -> None:
    """Call it in the transaction of a write by a person. Raises `DecidedTogether`."""
    if not all(may_alone(model, changes) for may_alone in _guards):
        raise DecidedTogether(model, changes)


def answer_to(request: HttpRequest, refused: DecidedTogether) -> HttpResponse:
    """Return the page that says what is possible instead. Raises `refused` where no room has one."""
    if not _answers:
        raise refused
    return _answers[-1](request, refused)
