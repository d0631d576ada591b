"""Imports for the page "Who did what": that there was one, never what stood in it."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from mutualaid.admin.staff_log import Line, LogKind, LogSource, staff_log
from mutualaid.importing.models import ImportRun


def _read(pks: Collection[int]) -> dict[int, Line]:
    runs = ImportRun.objects.filter(pk__in=pks).defer("file_name", "said", "problem")
    return {
        run.pk: Line(
            _("uploaded a sheet: %s") % run.get_kind_display(),
            _("import %d") % run.pk,
            reverse("admin:import", args=[run.pk]),
            "importing.add_importrun",
        )
        for run in runs
    }


staff_log.register(
    LogSource("imports", ImportRun.objects.all, "created_at", "by", LogKind.CHANGE, _read)
)
