"""Uploading a sheet, and the list of the imports there were."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.site import admin_page
from mutualaid.importing import actions
from mutualaid.importing.models import ImportRun
from mutualaid.importing.problems import FileProblem
from mutualaid.importing.sheets.files import MOST_BYTES, open_file
from mutualaid.people.models import User

PERMISSION = "importing.add_importrun"
RUNS_ON_A_PAGE = 50
LONGEST_NAME = 120


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What is in it?"), choices=ImportRun.Kind.choices)
    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy(
            "CSV, TSV or Excel (XLSX), up to 40 MB. We find out how it is written. It is kept encrypted"
            " until it is imported, two weeks at most."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm"}),
    )

    file_name = ""
    """As its computer calls it, once the form is valid."""

    def clean_file(self) -> bytes:
        """Raises `ValidationError` for a file that cannot be read; nothing of it is kept then."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        raw: bytes = file.read()
        try:
            open_file(raw, file.name or "")
        except FileProblem as problem:
            raise forms.ValidationError(str(problem)) from None
        self.file_name = (file.name or "")[-LONGEST_NAME:]
        return raw


@admin_page("imports/", name="imports", permission=PERMISSION, most_bytes=MOST_BYTES)
def imports(request: HttpRequest) -> HttpResponse:
    """List the imports; on a POST take a file and go on to its own page."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        run = actions.upload(
            kind=form.cleaned_data["kind"],
            file_name=form.file_name,
            raw=form.cleaned_data["file"],
            by=cast(User, request.user),
        )
        return redirect("admin:import", run.pk)
    runs = ImportRun.objects.select_related("by").defer("file_name", "said", "problem")
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Sheets"),
        "explains": _(
            "Read needs, volunteers, areas or resources from a spreadsheet. Nothing is imported before you"
            " have seen what will become of each row."
        ),
        "button": _("Upload"),
        "form": form,
        "page": Paginator(runs.order_by("-pk"), RUNS_ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return TemplateResponse(request, "admin/imports.html", context)
