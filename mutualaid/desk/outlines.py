"""Outlines of areas from a GeoJSON file: read, looked at on a map, then written, or all taken away."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mutualaid.admin.site import admin_page
from mutualaid.boundary.incoming import read_json
from mutualaid.catalog.actions import set_outlines
from mutualaid.catalog.models import Locality
from mutualaid.catalog.outlines import OutlineProblem, Reading, read_outlines
from mutualaid.people.models import User
from requests_app.pages.area_map import area_map

MOST_BYTES = 5_000_000
LIST = "admin:catalog_locality_changelist"
SALT = "outlines"


class OutlineFile(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("GeoJSON in degrees (WGS 84), up to 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty."),
        },
    )

    def clean_file(self) -> Reading:
        """Return what was read. Raises `ValidationError` for what is too large, or nothing of ours."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("This file is too large. Up to 5 MB can be read: leave out areas or points.")
            )
        try:
            reading = read_outlines(read_json(file.read()))
        except BadRequest:
            raise forms.ValidationError(_("This is no JSON that can be read.")) from None
        except OutlineProblem as problem:
            raise forms.ValidationError(str(problem)) from None
        if not reading.outlines:
            none = _("No shape of this file has the name or code of an area here.")
            raise forms.ValidationError(reading.problems or none)
        return reading


@admin_page(
    "areas/outlines/",
    name="area_outlines",
    permission="catalog.change_locality",
    most_bytes=MOST_BYTES,
)
def outlines(request: HttpRequest) -> HttpResponse:
    """Read a file and show what fits; write what was shown; or go back to soft shapes."""
    me = cast(User, request.user)
    if "remove" in request.POST:
        pks = Locality.objects.exclude(outline=None).values_list("pk", flat=True)
        set_outlines(dict.fromkeys(pks), by=me)
        messages.success(request, _("The map has soft shapes again."))
        return redirect(LIST)
    if "read" in request.POST:
        return _write(request, me)
    form = OutlineFile(request.POST, request.FILES) if request.method == "POST" else OutlineFile()
    reading = form.cleaned_data["file"] if form.is_bound and form.is_valid() else None
    return _page(request, form, reading)


def _write(request: HttpRequest, me: User) -> HttpResponse:
    """What was shown comes back signed, so that nothing unchecked is written."""
    try:
        read = signing.loads(request.POST["read"], salt=SALT)
    except signing.BadSignature:
        messages.error(request, _("What was read is gone. Please choose the file again."))
        return redirect("admin:area_outlines")
    changed = set_outlines({int(pk): outline for pk, outline in read.items()}, by=me)
    said = ngettext("%(n)s outline was written.", "%(n)s outlines were written.", changed)
    messages.success(request, said % {"n": changed})
    return redirect(LIST)


def _page(request: HttpRequest, form: OutlineFile, reading: Reading | None) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Outlines of areas"),
        "opts": Locality._meta,
        "form": form,
        "reading": reading,
        "has_outlines": Locality.objects.exclude(outline=None).exists(),
    }
    if reading:
        found = Locality.objects.filter(pk__in=reading.outlines).order_by("name")
        context |= {
            "found": [area.label for area in found],
            "map": area_map({}, outlines=reading.outlines),
            "signed": signing.dumps(
                {str(pk): outline for pk, outline in reading.outlines.items()},
                salt=SALT,
                compress=True,
            ),
        }
    return TemplateResponse(request, "admin/area_outlines.html", context)
