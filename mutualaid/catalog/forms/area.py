"""The form of an area: its own row, and a box for its name in each language of the pages."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.careful_form import CarefulRowForm
from mutualaid.catalog.area_names import with_changes
from mutualaid.catalog.models import LONGEST_NAME, Locality
from mutualaid.forms.typed_text import LineField
from mutualaid.group.current import current_group

LANGUAGE_OF = {f"name_{code}": code for code, _name in settings.LANGUAGES}
"""Name of a field → the language in which it holds the name."""


def _name_field(name: str) -> LineField:
    code = LANGUAGE_OF[name]
    direction = "rtl" if code in settings.LANGUAGES_BIDI else "ltr"
    return LineField(
        label=format_lazy("{} ({})", _("Name"), dict(settings.LANGUAGES)[code]),
        required=False,
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"lang": code, "dir": direction, "class": "vTextField"}),
    )


def name_fields() -> list[str]:
    """Return the fields for the languages that the group offers, its first one first."""
    return [f"name_{code}" for code, _name in current_group().offered_languages]


class LocalityForm(CarefulRowForm):
    """Each name is compared and written by itself, so that two people can fill in two languages at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update({name: _name_field(name) for name in name_fields()})
        self.initial = {**self._in_fields(self.instance.names), **self.initial}

    def _in_fields(self, names: Mapping[str, str]) -> dict[str, str]:
        return {name: names.get(LANGUAGE_OF[name], "") for name in name_fields()}

    def current(self) -> Mapping[str, object]:
        row = super().current()
        return {**row, **self._in_fields(self._stored_names())} if row else row

    def _stored_names(self) -> dict[str, str]:
        """As they are now; the instance is older than the lock."""
        row = Locality.objects.only("names").get(pk=self.instance.pk)
        return dict(row.names)

    def clean(self) -> dict[str, Any]:
        """Gather the names for the column that holds them: of a new row, or of what is written."""
        cleaned = super().clean()
        is_new = self.instance.pk is None
        changes = cleaned if is_new else self.to_write
        typed = {LANGUAGE_OF[name]: changes.pop(name) for name in name_fields() if name in changes}
        if is_new:
            self.instance.names = with_changes({}, typed)
        elif typed:
            self.to_write["names"] = with_changes(self._stored_names(), typed)
        return cleaned
