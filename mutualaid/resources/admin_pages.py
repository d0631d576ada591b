"""Pages of the admin about the whole directory: what to check, and HSDS files in and out."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.site import admin_page
from mutualaid.boundary.incoming import read_json
from mutualaid.people.models import User
from mutualaid.resources.hsds.reading import Outcome, import_services
from mutualaid.resources.hsds.writing import write_services
from mutualaid.resources.models import Resource

ON_A_PAGE = 50
MOST_MISTAKES = 100
"""Shown on the page; that there are more is said."""
CHANGE = "resources.change_resource"
MOST_BYTES = 2_000_000


@admin_page("resources/check/", name="resources_to_check", permission=CHANGE)
def to_check(request: HttpRequest) -> HttpResponse:
    """What someone says is wrong, then what is due for a check, the longest unchecked first."""
    rows = Resource.objects.to_check().with_all().with_reports()
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("What is near: what to check"),
        "opts": Resource._meta,
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return TemplateResponse(request, "admin/resources_to_check.html", context)


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("HSDS 3 as JSON, up to 2 MB."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def clean_file(self) -> object:
        """Return what the JSON says. Raises `ValidationError` where it is none, or too large."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too large. Up to 2 MB can be read."))
        try:
            return read_json(file.read())
        except BadRequest:
            raise forms.ValidationError(_("This is no JSON that can be read.")) from None


@admin_page("resources/hsds/", name="resources_hsds", permission=CHANGE, most_bytes=MOST_BYTES)
def hsds(request: HttpRequest) -> HttpResponse:
    """Take a file of services; write all of it, or say all that is wrong in it."""
    posted = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if posted else FileForm()
    outcome = Outcome()
    if posted and form.is_valid():
        outcome = import_services(form.cleaned_data["file"], by=cast(User, request.user))
        if not outcome.mistakes:
            counts = {"added": outcome.added, "changed": outcome.changed, "same": outcome.same}
            done = _("Added: %(added)d. Changed: %(changed)d. Were there already: %(same)d.")
            messages.success(request, done % counts)
            return redirect("admin:resources_resource_changelist")
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("What is near: files"),
        "opts": Resource._meta,
        "form": form,
        "mistakes": outcome.mistakes[:MOST_MISTAKES],
        "more": max(0, len(outcome.mistakes) - MOST_MISTAKES),
    }
    return TemplateResponse(request, "admin/resources_hsds.html", context)


@admin_page("resources/hsds.json", name="resources_hsds_json", permission=CHANGE)
def hsds_json(request: HttpRequest) -> HttpResponse:
    """Give the whole directory as a file."""
    page = write_services(Resource.objects.with_all())
    response = JsonResponse(page, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="resources.json"'
    return response
