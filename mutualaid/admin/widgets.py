"""Fields and widgets for choosing rows in the admin.

Django's own raise `ValueError` or `OverflowError` on what is no id; here it is an error of the form.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

MOST_DIGITS = 18
"""A longer number is no id that a database could hold."""


def ids_in(value: Iterable[Any]) -> list[Any]:
    """Return those of `value` that may be the id of a row."""
    return [item for item in value if str(item).isdecimal() and len(str(item)) <= MOST_DIGITS]


class RowsField(forms.ModelMultipleChoiceField[Any]):
    """Several rows of a model."""

    def clean(self, value: Any) -> Any:
        """Raises `ValidationError` also for a number that no database could hold."""
        ids = value if isinstance(value, list | tuple) else []
        for typed_id in ids:
            if len(str(typed_id)) > MOST_DIGITS:
                message = self.error_messages["invalid_pk_value"]
                params = {"pk": typed_id}
                raise forms.ValidationError(message, code="invalid_pk_value", params=params)
        return super().clean(value)


class TolerantAutocomplete(AutocompleteSelect):
    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, ids_in(value), attrs)


class TolerantAutocompleteMultiple(AutocompleteSelectMultiple):
    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, ids_in(value), attrs)


class TolerantChoices:
    """A mixin for an admin or an inline: uses the field and the widgets above for its relations."""

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
