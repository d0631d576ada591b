"""The first values of the policy: the defaults of the model, and what environment variables name.

They count until the row is made (`manage.py seed`, or the first change); from then on only the row does.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import time
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db.models import BooleanField

from mutualaid.policy.models import Policy
from mutualaid.policy.models.in_common import DECIDED_ONLY

URGENCIES = ("low", "normal", "high", "critical")
LISTS: dict[str, tuple[str, ...]] = {
    "WAVE_CHANCES": tuple(f"wave_chance_{name}" for name in URGENCIES),
    "WAVE_MINUTES": tuple(f"wave_minutes_{name}" for name in URGENCIES),
}
VARIABLES = LISTS | {
    field.name.upper(): (field.name,)
    for field in Policy.value_fields()
    if field.name not in DECIDED_ONLY and not any(field.name in names for names in LISTS.values())
}
"""Environment variable → the fields it gives a first value. A list has one value for each field.

None is for what only members decide.
"""
VARIABLE_OF = {field: name for name, fields in VARIABLES.items() for field in fields}
YES, NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


class BadEnvironment(ImproperlyConfigured):
    """First values in the environment are wrong. The text has a line for each, which says what is right."""


def first_policy() -> Policy:
    """Return the policy of first values, not stored. Raises `BadEnvironment` where one of them is wrong."""
    return _first(settings.DEMO, tuple(map(os.environ.get, VARIABLES))).draft()


@lru_cache(maxsize=1)
def _first(_is_demo: bool, _given: tuple[str | None, ...]) -> Policy:
    row, wrong = _read(os.environ)
    if wrong:
        raise BadEnvironment("\n".join(wrong))
    return row


def problems() -> list[str]:
    """Return what is wrong with the first values in the environment, a line for each variable."""
    return _read(os.environ)[1]


def given_by_environment(row: Policy) -> dict[str, list[Any]]:
    """Return {field: [default, value in `row`]} of the fields that the environment gave another value."""
    default = Policy()
    named = [field for name in VARIABLES if os.environ.get(name) for field in VARIABLES[name]]
    pairs = {field: [getattr(default, field), getattr(row, field)] for field in named}
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}


def as_environment(row: Policy) -> dict[str, str]:
    """Return the environment variables that make `row` the first policy of another site: the simulator's."""
    texts = {field.name: _text(getattr(row, field.name)) for field in Policy.value_fields()}
    return {name: ",".join(texts[field] for field in fields) for name, fields in VARIABLES.items()}


def _read(environment: Mapping[str, str]) -> tuple[Policy, list[str]]:
    row = Policy(pk=Policy.ONLY)
    if settings.DEMO:  # whoever tries it out at midnight wants to see the mail
        row.quiet_from = row.quiet_until = time(0)
    wrong = list(_fill(row, environment))
    if not wrong:
        wrong = list(_broken(row, environment))
    return row, wrong


def _fill(row: Policy, environment: Mapping[str, str]) -> Iterator[str]:
    """Put the variables into the fields of `row`; yield what is wrong with each variable by itself."""
    for name, fields in VARIABLES.items():
        typed = environment.get(name, "").strip()
        parts = [part.strip() for part in typed.split(",")] if len(fields) > 1 else [typed]
        if not typed:
            continue
        if len(parts) != len(fields):
            yield (
                f"{name}={typed}: Write {len(fields)} numbers with commas between them: for no hurry,"
                " this week, in two days and today."
            )
            continue
        for field, part in zip(fields, parts, strict=True):
            try:
                setattr(row, field, _clean(field, part, row))
            except ValidationError as error:
                yield f"{name}={typed}: {' '.join(error.messages)}"
                break


def _clean(name: str, typed: str, row: Policy) -> Any:
    """Return the value of a field for a typed text. Raises `ValidationError` where it is none."""
    field = Policy._meta.get_field(name)
    if isinstance(field, BooleanField):
        if typed.lower() not in YES | NO:
            raise ValidationError("Write true or false.")
        return typed.lower() in YES
    clean: Callable[[str, Policy], Any] = field.clean  # type: ignore[union-attr]
    return clean(typed, row)


def _broken(row: Policy, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield each rule between fields that is broken, with the variables it is about."""
    try:
        row.clean()
    except ValidationError as error:
        rules: dict[str, list[str]] = {}
        for field, messages in error.message_dict.items():
            for message in messages:
                rules.setdefault(message, []).append(
                    f"{VARIABLE_OF[field]}={_text(getattr(row, field))}"
                )
        yield from (f"{', '.join(fields)}: {message}" for message, fields in rules.items())


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)
