"""Forms that were opened before someone else's change write only what their own user changed.

A page puts `seen_fields` of what its fields hold into a hidden input. When the form comes back, three
values are compared for each field: the one that was seen, the current one, and the one that is wanted.

- wanted = seen: its user did not touch it, so it is not written, whatever it is by now;
- current = seen: no one else touched it, so it is written;
- current = wanted: both wrote the same, so there is nothing to write;
- otherwise both changed it: a conflict. The page shows both values, and the caller writes nothing.

    seen = request.POST.get(SEEN, "")
    changes = changed_meanwhile(seen, current, form.cleaned_data)
    if changes.conflicts:
        …  # show the form again, with `seen_again(seen, changes.conflicts)`: sent once more, it is written
    else:
        change_need(need, changes.to_write, by=…)

Values may be what forms and models hold: text, numbers, days, rows, and lists or querysets of these.
`current` is read after the row is locked, or the action refuses what changed in between.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django import forms
from django.db.models import Model
from django.utils.crypto import salted_hmac

SEEN = "seen"
"""The name of the hidden input."""


class Conflict(NamedTuple):
    """Two values of one field: the current one, and what the user of the form wants."""

    current: object
    wanted: object


class Changes(NamedTuple):
    """`to_write` is {field: value} of what only this user changed; empty where there are `conflicts`."""

    to_write: dict[str, object]
    conflicts: dict[str, Conflict]


def seen_fields(values: Mapping[str, object]) -> str:
    """Return marks of what a form showed, for its hidden input: "salt name=mark name=mark".

    A mark is a keyed hash, for what was seen may be a phone number that the page itself does not show.
    """
    salt = secrets.token_urlsafe(6)
    return " ".join([salt, *(f"{name}={_mark(salt, name, v)}" for name, v in values.items())])


def seen_input(values: Mapping[str, object]) -> forms.CharField:
    """Return the hidden input as a form field, to be added to a form as its field `SEEN`."""
    return forms.CharField(
        required=False, initial=seen_fields(values), widget=forms.HiddenInput, max_length=4000
    )


def changed_meanwhile(
    seen: str, current: Mapping[str, object], wanted: Mapping[str, object]
) -> Changes:
    """Return which of the `wanted` values to write, and which of them someone else changed meanwhile.

    Args:
        seen: What came back from the hidden input. A field without a mark in it counts as seen just
            now: a difference is then this user's.
        current: The values now, for each field in `wanted` at least.
        wanted: The values that were sent, cleaned.
    """
    salt, marks = _read(seen)
    to_write = dict[str, object]()
    conflicts = dict[str, Conflict]()
    for name, value in wanted.items():
        current_mark, wanted_mark = _mark(salt, name, current[name]), _mark(salt, name, value)
        seen_mark = marks.get(name, current_mark)
        if wanted_mark in (seen_mark, current_mark):
            continue
        if current_mark == seen_mark:
            to_write[name] = value
        else:
            conflicts[name] = Conflict(current[name], value)
    return Changes({} if conflicts else to_write, conflicts)


def is_untouched(seen: str, name: str, value: object) -> bool:
    """Whether `value` is what the form showed in the field `name`; False where it has no mark of it."""
    salt, marks = _read(seen)
    return marks.get(name) == _mark(salt, name, value)


def seen_again(seen: str, conflicts: Mapping[str, Conflict]) -> str:
    """Return the hidden input for a page that shows these conflicts: `seen`, with new marks for them.

    All other marks stay: new ones would make old values that its user never touched look wanted.
    """
    salt, marks = _read(seen)
    marks |= {name: _mark(salt, name, conflict.current) for name, conflict in conflicts.items()}
    return " ".join([salt, *(f"{name}={mark}" for name, mark in marks.items())])


def _read(seen: str) -> tuple[str, dict[str, str]]:
    """Return the salt and {field: mark} of a hidden input; nonsense has no marks."""
    salt, _, rest = seen.partition(" ")
    return salt, dict(entry.split("=", 1) for entry in rest.split() if "=" in entry)


def _mark(salt: str, name: str, value: object) -> str:
    keyed = salted_hmac(
        "mutualaid.forms.stale", f"{salt} {name} {_text(value)}", algorithm="sha256"
    )
    return keyed.hexdigest()[:16]


def _text(value: object) -> str:
    """Return the same text for a value as a form gives it and as a model holds it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return "\n".join(value.splitlines()).strip()
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, datetime):
        return str(int(value.timestamp()))
    if isinstance(value, Iterable):
        return ",".join(sorted(map(_text, value)))
    return str(value)
