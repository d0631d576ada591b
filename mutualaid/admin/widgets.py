"""Fields and widgets for choosing rows in the admin.

Django's own raise `ValueError` or `OverflowError` on what is no id; here it is an error of the form.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect

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
    """For what is too many for a list. Without JavaScript it only shows what was chosen."""

    @property
    def media(self) -> forms.Media:
        names = forms.Media(js=["admin/js/autocomplete.js", "autocomplete-names.js"])
        return super().media + names

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, ids_in(value), attrs)


class BoxesToTick(forms.CheckboxSelectMultiple):
    """A group of boxes with a name of its own: the label beside it in the admin names nothing."""

    template_name = "admin/widgets/boxes_to_tick.html"

    def __init__(self, group_name: str) -> None:
        super().__init__()
        self.group_name = group_name

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "group_name": self.group_name}


class TolerantChoices:
    """A mixin for an admin or an inline: uses the field and the widget above for its relations.

    Several rows are chosen from a list with boxes to tick, which needs no JavaScript.
    """

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        admin: Any = self
        if db_field.name in admin.get_autocomplete_fields(request):
            name = {"aria-label": db_field.verbose_name}
            kwargs["widget"] = TolerantAutocomplete(db_field, admin.admin_site, attrs=name)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs["widget"] = BoxesToTick(db_field.verbose_name)
        kwargs["form_class"] = RowsField
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
