"""A form that writes only what its own user changed, and tells when somebody else was there first."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.forms.models import ModelChoiceField
from django.http import QueryDict
from django.utils.encoding import force_str
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mutualaid.stale_forms import SEEN, Conflict, changed_meanwhile, seen_again, seen_input


class CarefulForm(forms.BaseForm):
    """A mixin. Valid, it has in `to_write` what its user changed, by field; see `mutualaid.stale_forms`.

    A subclass says what is there now (`current`), who wrote that (`who_changed`), and what else must
    hold for the fields that would be written (`check_changes`). `refusal` is what an action said to this form
    already; see `ActionAdmin`.
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
        """The value of each field that can be changed, read anew; with the row locked once a form is sent."""
        raise NotImplementedError

    def who_changed(self, name: str) -> str:
        """Who wrote the current value of this field."""
        return _("Someone else")

    def check_changes(self) -> None:
        """Add an error for what in `to_write` cannot be."""

    def clean(self) -> dict[str, Any]:
        super().clean()
        current = self.current()
        seen = self.cleaned_data.pop(SEEN, "")
        if not seen:  # no browser sends it so: who knows what its user has seen
            self.add_error(
                None, _("Something of this form is missing. Please open the page again.")
            )
        wanted = {name: self.cleaned_data[name] for name in current if name in self.cleaned_data}
        changes = changed_meanwhile(seen, current, wanted)
        self.to_write = changes.to_write
        if changes.conflicts:
            self._tell(seen, changes.conflicts)
        else:
            self.check_changes()
        if self.refusal and not self.errors:
            self.add_error(None, self.refusal)
        return self.cleaned_data

    def _tell(self, seen: str, conflicts: Mapping[str, Conflict]) -> None:
        """Beside each field what stands there by now; sent once more, what was typed is meant."""
        for name, conflict in conflicts.items():
            self.add_error(
                name,
                _(
                    "%(who)s changed this while you had it open. It now says: %(now)s. You wrote:"
                    " %(mine)s. Nothing is saved yet. Save again to keep what you wrote."
                )
                % {
                    "who": self.who_changed(name),
                    "now": in_words(self.fields[name], conflict.current),
                    "mine": in_words(self.fields[name], conflict.wanted),
                },
            )
        sent = cast(QueryDict, self.data).copy()
        sent[self.add_prefix(SEEN)] = seen_again(seen, conflicts)
        self.data = sent


class CarefulRowForm(CarefulForm, forms.ModelForm[Any]):
    """Of a row whose fields are all its own, and that only coordinators change."""

    def current(self) -> Mapping[str, object]:
        """Nothing of a new row."""
        model = type(self.instance)
        if self.instance.pk is None:
            return {}
        rows = model._default_manager.all()
        row = (rows.select_for_update(of=("self",)) if self.is_bound else rows).get(
            pk=self.instance.pk
        )
        own = {field.name for field in model._meta.concrete_fields}
        return {name: getattr(row, name) for name in own & self.fields.keys()}


def in_words(field: forms.Field, value: object) -> str:
    """A value of `field` as people read it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None or value == "":
        return _("(left empty)")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, Iterable) and not isinstance(value, str):
        return _(", ").join(in_words(field, one) for one in value) or _("(left empty)")
    if isinstance(field, forms.ChoiceField) and not isinstance(field, ModelChoiceField):
        return _label(field, value)
    return str(value)


def _label(field: forms.ChoiceField, value: object) -> str:
    labels = dict[str, str]()
    for key, label in cast(Iterable[tuple[Any, Any]], field.choices):
        if isinstance(label, list | tuple):
            labels |= {str(inner): force_str(words) for inner, words in label}
        else:
            labels[str(key)] = force_str(label)
    prepared = field.prepare_value(value)
    if isinstance(prepared, list):
        return _(", ").join(labels.get(str(one), str(one)) for one in prepared) or _("(left empty)")
    return labels.get(str(value), str(value))
