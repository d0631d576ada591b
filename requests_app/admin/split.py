"""One need that is several tasks: the coordinator makes a need of each."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mutualaid.catalog.form_choices import NOT_A_CHOICE, category_choices
from mutualaid.catalog.models import Category
from mutualaid.people.models import User
from requests_app import actions
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Need]
else:
    Base = object


class SplitForm(forms.Form):
    into = forms.ModelMultipleChoiceField(
        Category.objects.filter(is_active=True),
        label=gettext_lazy("What else is to be done"),
        widget=forms.SelectMultiple(attrs={"size": 16}),
        error_messages=NOT_A_CHOICE,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = category_choices()  # type: ignore[attr-defined]


class DeskSplit(Base):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.split)
        own = path("<int:pk>/split/", view, name="requests_app_need_split")
        return [own, *super().get_urls()]

    def split(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose the further tasks; the need itself keeps its own kind."""
        need = get_object_or_404(Need.objects.select_related("category", "locality"), pk=pk)
        if not self.has_change_permission(request, need):
            raise PermissionDenied
        form = SplitForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            _split(request, need, list(form.cleaned_data["into"]))
            return redirect("admin:requests_app_need_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Make several tasks of it"),
            "opts": self.opts,
            "original": need,
            "form": form,
        }
        return TemplateResponse(request, "admin/need_split.html", context)


def _split(request: HttpRequest, need: Need, into: list[Category]) -> None:
    try:
        made = actions.split_need(need, into=into, by=coordinator(cast(User, request.user)))
    except actions.StateChanged:
        messages.warning(request, _("This has changed in the meantime. Here is how it stands."))
        return
    said = ngettext("%d further need was made.", "%d further needs were made.", len(made))
    messages.success(request, said % len(made))
