"""What the group says of its principles, in the admin."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.db.models import DateField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.action_admin import ActionAdmin
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from mutualaid.principles import actions
from mutualaid.principles.forms import PrincipleForm, text_fields
from mutualaid.principles.models import Principle


@admin.register(Principle)
class PrincipleAdmin(ActionAdmin[Principle]):
    form = PrincipleForm
    list_display = ("label", "look_again_on")
    own_fields = ("key", "look_again_on")
    formfield_overrides: ClassVar = {
        DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
    }

    @admin.display(description=_("principle"), ordering="key")
    def label(self, principle: Principle) -> str:
        return str(principle)

    def apply_change(self, request: HttpRequest, form: Any) -> None:
        me, row = cast(User, request.user), form.instance
        if row._state.adding:
            actions.add_principle(row, by=me)
        elif form.to_write:
            actions.change_principle(Principle.objects.get(pk=row.pk), form.to_write, by=me)

    def apply_removal(self, request: HttpRequest, row: Principle) -> None:
        actions.remove_principle(row, by=cast(User, request.user))

    def get_form(
        self,
        request: HttpRequest,
        obj: Principle | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Name the columns alone: the form brings its other fields itself."""
        return super().get_form(request, obj, change, **{**kwargs, "fields": self.own_fields})

    def get_fieldsets(self, request: HttpRequest, obj: Principle | None = None) -> Any:
        return [(None, {"fields": ("key", *text_fields(), "look_again_on")})]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Leave it out of the index, which alone lists it, where the group has no such page."""
        is_index = request.path == reverse("admin:index")
        may = super().has_module_permission(request)
        return may and (not is_index or current_policy().has_principles)
