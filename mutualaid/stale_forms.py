"""A form that was opened before somebody else's change writes only what its own user changed.

A page puts `seen_fields` of what its fields hold into a hidden input. When the form comes back, three
values meet for each field: the one that was seen, the current one, and the one that is wanted.

- wanted as seen: its user did not touch it, so it is not written, whatever it is by now;
- current as seen: nobody else touched it, so it is written;
- current as wanted: both wrote the same, so there is nothing to write;
- else both changed it: a conflict. The page shows both values, and the caller writes nothing at all.

    seen = request.POST.get(SEEN, "")
    changes = changed_meanwhile(seen, current, form.cleaned_data)
    if changes.conflicts:
        …  # show the form again, with `seen_again(seen, changes.conflicts)`: sent once more, it is meant
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
    """Two values of one field: what stands there now, and what the user of the form wants."""

    current: object
    wanted: object


class Changes(NamedTuple):
    """`to_write` is what only this user changed; empty where there are `conflicts`, by field."""

    to_write: dict[str, object]
    conflicts: dict[str, Conflict]


def seen_fields(values: Mapping[str, object]) -> str:
    """What a form showed, by field, for its hidden input: "salt name=mark name=mark".

    The marks are keyed, for what was seen may be a phone number that the page itself does not show.
    """
    salt = secrets.token_urlsafe(6)
    return " ".join([salt, *(f"{name}={_mark(salt, name, v)}" for name, v in values.items())])


def seen_input(values: Mapping[str, object]) -> forms.CharField:
    """The hidden input itself, to be added to a form as its field `SEEN`."""
    return forms.CharField(
        required=False, initial=seen_fields(values), widget=forms.HiddenInput, max_length=4000
    )


def changed_meanwhile(
    seen: str, current: Mapping[str, object], wanted: Mapping[str, object]
) -> Changes:
    """What of `wanted` is to be written, and what somebody else changed since `seen_fields`.

    A field of which nothing was seen counts as seen just now: then a difference is this user's.
    """
    salt, _, rest = seen.partition(" ")
    marks = dict(entry.split("=", 1) for entry in rest.split() if "=" in entry)
    to_write = dict[str, object]()
    conflicts = dict[str, Conflict]()
    for name, value in wanted.items():
        now = _mark(salt, name, current[name])
        then, mine = marks.get(name, now), _mark(salt, name, value)
        if mine in (then, now):
            continue
        if now == then:
            to_write[name] = value
        else:
            conflicts[name] = Conflict(current[name], value)
    return Changes({} if conflicts else to_write, conflicts)


def seen_again(seen: str, conflicts: Mapping[str, Conflict]) -> str:
    """What was seen once these conflicts were shown; for every other field what was seen before.

    Marks of all fields made anew would take what its user never touched for meant.
    """
    salt, _, rest = seen.partition(" ")
    marks = dict(entry.split("=", 1) for entry in rest.split() if "=" in entry)
    marks |= {name: _mark(salt, name, one.current) for name, one in conflicts.items()}
    return " ".join([salt, *(f"{name}={mark}" for name, mark in marks.items())])


def _mark(salt: str, name: str, value: object) -> str:
    keyed = salted_hmac("mutualaid.stale_forms", f"{salt} {name} {_text(value)}")
    return keyed.hexdigest()[:16]


def _text(value: object) -> str:
    """The same for a value as a form gives it and as a model holds it."""
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
