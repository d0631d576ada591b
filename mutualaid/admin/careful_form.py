"""A form that writes only what its own user changed, and says so when someone else changed the same."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any, ClassVar, cast

from django import forms
from django.forms.models import ModelChoiceField
from django.http import QueryDict
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from mutualaid.forms.stale import SEEN, Conflict, changed_meanwhile, seen_again, seen_input
from mutualaid.local_time import format_value


class CarefulForm(forms.BaseForm):
    """A mixin. Once valid, `to_write` is {field: value} of its user's changes; see `mutualaid.forms.stale`.

    A subclass returns the current values (`current`), who wrote one of them (`who_changed`), and adds an
    error where a changed value is not allowed (`check_changes`). `refusal` is the sentence with which an
    action has refused this form already; see `ActionAdmin`.
    """

    is_careful: ClassVar[bool] = True
    refusal: ClassVar[str] = ""
    to_write: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to_write = {}
        values = {} if self.is_bound else self.current()
        self.fields[SEEN] = seen_input(values)

    def current(self) -> Mapping[str, object]:
        """Read the value of each field that can be changed; lock the row first if the form is bound.

        Raises `NotImplementedError` by default.
        """
        raise NotImplementedError

    def who_changed(self, name: str) -> str:
        """Return who wrote the current value of this field, to be shown beside it."""
        return _("Someone else")

    def check_changes(self) -> None:
        """Add an error for each value in `to_write` that is not allowed."""

    def clean(self) -> dict[str, Any]:
        super().clean()
        current = self.current()
        seen = self.cleaned_data.pop(SEEN, "")
        if not seen:  # no browser sends it so, and nothing tells what its user has seen
            self.add_error(
                None, _("Something is missing in this form. Please open the page again.")
            )
        typed = {name: self.cleaned_data[name] for name in current if name in self.cleaned_data}
        changes = changed_meanwhile(seen, current, typed)
        self.to_write = changes.to_write
        if changes.conflicts:
            self._show_conflicts(seen, changes.conflicts)
        else:
            self.check_changes()
        if self.refusal and not self.errors:
            self.add_error(None, self.refusal)
        return self.cleaned_data

    def _show_conflicts(self, seen: str, conflicts: Mapping[str, Conflict]) -> None:
        """Add the current value beside each field. Sent once more, the typed values are written."""
        for name, conflict in conflicts.items():
            self.add_error(
                name,
                _(
                    "%(who)s changed this while you had it open. It now says: %(now)s. You wrote:"
                    " %(mine)s. Nothing is saved yet. Save again to keep what you wrote."
                )
                % {
                    "who": self.who_changed(name),
                    "now": displayed(self.fields[name], conflict.current),
                    "mine": displayed(self.fields[name], conflict.wanted),
                },
            )
        sent = cast(QueryDict, self.data).copy()
        sent[self.add_prefix(SEEN)] = seen_again(seen, conflicts)
        self.data = sent


class CarefulRowForm(CarefulForm, forms.ModelForm[Any]):
    """For a model whose fields are all columns of its own row, and that only coordinators change."""

    def current(self) -> Mapping[str, object]:
        """Return nothing for a row that is not stored yet."""
        model = type(self.instance)
        if self.instance.pk is None:
            return {}
        rows = model._default_manager.all()
        if self.is_bound:  # others may go on to refer to it
            rows = rows.select_for_update(of=("self",), no_key=True)
        row = rows.get(pk=self.instance.pk)
        own = {field.name for field in model._meta.concrete_fields}
        return {name: getattr(row, name) for name in own & self.fields.keys()}


def displayed(field: forms.Field, value: object) -> str:
    """Return a value of `field` as people read it: yes or no, a date, labels of choices.

    A field whose values are codes has a method `describe` of its own.
    """
    if describe := getattr(field, "describe", None):
        return str(describe(value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None or value == "":
        return _("(left empty)")
    if isinstance(value, date | time | float):
        return format_value(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return _(", ").join(displayed(field, item) for item in value) or _("(left empty)")
    if isinstance(field, forms.ChoiceField) and not isinstance(field, ModelChoiceField):
        return _label(field, value)
    return str(value)


def _label(field: forms.ChoiceField, value: object) -> str:
    """Return the label of a choice, inside a group or not; the value itself where it is no choice."""
    labels = dict[str, str]()
    for key, label in cast(Iterable[tuple[Any, Any]], field.choices):
        if isinstance(label, list | tuple):
            labels |= {str(inner): force_str(text) for inner, text in label}
        else:
            labels[str(key)] = force_str(label)
    prepared = field.prepare_value(value)
    if isinstance(prepared, list):
        texts = (labels.get(str(item), str(item)) for item in prepared)
        return _(", ").join(texts) or _("(left empty)")
    return labels.get(str(value), str(value))
