"""What a decision can change: a small registry, which rooms above and beside fill.

    register(EffectKind("fund.caps", _("money caps"), weight=Weight.HEAVY, form=CapsForm, …))

`values` is always a dict that JSON can hold, as the form gives it. Register in `apps.ready`.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import Promise

from mutualaid.decisions.models import Decision, Weight
from mutualaid.singleton.history import ChangedValue

Values = dict[str, Any]


class UnknownKind(Exception):
    """No room has registered this kind, or it is not possible now."""


class CarryOut(Protocol):
    """Let the values be in force, in the transaction of the closing.

    Raises `StateChanged` or `ValidationError` where they no longer apply; then nothing happens, and the outcome
    says so.
    """

    def __call__(self, values: Values, *, decision: Decision) -> None: ...


def always() -> bool:
    """For kinds that are possible on every site."""
    return True


@dataclass(frozen=True)
class EffectKind:
    """One kind of change that members decide about.

    Attributes:
        name: A short code, as "fund.caps"; it stands in the rows.
        label: A phrase for the page on which someone chooses what to propose.
        weight: How long it takes and how many have to be heard.
        form: The class of the form that asks for the values. Called as `form(data)`, or `form()` to show it.
            What it gives: its method `stored()` where it has one, else its `cleaned_data`.
        base: Returns what is in force now for these values, as text. Compared again at closing: where it
            differs nothing happens.
        describe: Returns what the values would change, for people to read. Called with the values and, for a
            proposal that is stored, the base that it was opened on.
        carry_out: Lets the values be in force; see `CarryOut`.
        is_possible: Whether it can be proposed now.
        subjects: Which values it is about, of which no two open proposals may share one. By default the name
            of the kind: one open proposal of it at a time. An empty list: as many as one likes.
        check: Raises `ValidationError` where the values would not be allowed now.
    """

    name: str
    label: str | Promise
    weight: Weight
    form: type[forms.BaseForm]
    base: Callable[[Values], str]
    describe: Callable[..., list[ChangedValue]]
    carry_out: CarryOut
    is_possible: Callable[[], bool] = always
    subjects: Callable[[Values], Iterable[str]] | None = None
    check: Callable[[Values], None] = lambda values: None

    def subjects_of(self, values: Values) -> list[str]:
        """Return the values that a proposal is about, without repetition."""
        if self.subjects is None:
            return [self.name]
        return sorted(set(self.subjects(values)))


_kinds: dict[str, EffectKind] = {}


def register(kind: EffectKind) -> None:
    """Add something that can be decided. Registered again, the later one counts."""
    _kinds[kind.name] = kind


def kind_named(name: str) -> EffectKind:
    """Return the kind of this name. Raises `UnknownKind` where no room has registered it."""
    if name not in _kinds:
        raise UnknownKind(name)
    return _kinds[name]


def possible_kinds() -> list[EffectKind]:
    """Return what can be proposed now, the light ones first."""
    kinds = [kind for kind in _kinds.values() if kind.is_possible()]
    return sorted(kinds, key=lambda kind: kind.weight != Weight.LIGHT)


def label_of(name: str) -> str:
    """Return the label of a kind; its name for one that is not registered any more."""
    return str(_kinds[name].label) if name in _kinds else name


def values_of(form: Any) -> Values:
    """Return the values of a valid form of a kind, as JSON holds them."""
    given: Mapping[str, Any] = form.stored() if hasattr(form, "stored") else form.cleaned_data
    return as_json(given)


def as_json(values: Mapping[str, Any]) -> Values:
    """Return `values` with times, days and numbers as JSON holds them."""
    stored: Values = json.loads(json.dumps(dict(values), cls=DjangoJSONEncoder))
    return stored


def described(decision: Decision) -> list[ChangedValue]:
    """Return what a stored proposal would change, or has changed, in the reader's language.

    Empty where its words are erased, or its kind is not registered any more.
    """
    if decision.values is None or decision.kind not in _kinds:
        return []
    return _kinds[decision.kind].describe(decision.values, decision.base)


def seal_of(decision: Decision) -> str:
    """Return the digest of all that stands fixed once a proposal is open."""
    fixed = [
        str(decision.public_id),
        decision.kind,
        decision.weight,
        decision.values,
        decision.base,
        decision.list_size,
        decision.needed,
        decision.opened_at.isoformat(),
        decision.ends_at.isoformat(),
    ]
    text = json.dumps(fixed, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()
