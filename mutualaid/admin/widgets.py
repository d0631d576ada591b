"""Choosing rows in the admin. Django's own fail on something that is no id, here it is an error in words."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

MOST_DIGITS = 18
"""A longer number is no id that a database could hold."""


def ids_in(value: Iterable[Any]) -> list[Any]:
    """What of `value` may be the id of a row."""
    return [one for one in value if str(one).isdecimal() and len(str(one)) <= MOST_DIGITS]


class RowsField(forms.ModelMultipleChoiceField[Any]):
    """Several rows. A number that no database could hold is an error like any other that is no choice."""

    def clean(self, value: Any) -> Any:
        typed = value if isinstance(value, list | tuple) else []
        for one in typed:
            if len(str(one)) > MOST_DIGITS:
                words = self.error_messages["invalid_pk_value"]
                raise forms.ValidationError(words, code="invalid_pk_value", params={"pk": one})
        return super().clean(value)


class TolerantAutocomplete(AutocompleteSelect):
    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, ids_in(value), attrs)


class TolerantAutocompleteMultiple(AutocompleteSelectMultiple):
    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, ids_in(value), attrs)


class TolerantChoices:
    """A mixin for an admin or an inline: what it names in `autocomplete_fields`, and all of several rows."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        admin: Any = self
        if db_field.name in admin.get_autocomplete_fields(request):
            kwargs["widget"] = TolerantAutocomplete(db_field, admin.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        admin: Any = self
        if db_field.name in admin.get_autocomplete_fields(request):
            kwargs["widget"] = TolerantAutocompleteMultiple(db_field, admin.admin_site)
        kwargs["form_class"] = RowsField
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
