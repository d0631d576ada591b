"""The page of the one row in the admin, with the page of its history."""

from collections.abc import Callable, Collection
from typing import Any, ClassVar, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from mutualaid.admin.staff_log import Line, LogKind, LogSource, staff_log
from mutualaid.singleton import history
from mutualaid.singleton.models import SingletonChange, SingletonRow
from mutualaid.singleton.together import TogetherAdmin

R = TypeVar("R", bound=SingletonRow)


class SingletonAdmin(TogetherAdmin[R]):
    """A subclass names its history and what returns the first values, which the first change stores."""

    changes: ClassVar[type[SingletonChange]]

    def first(self) -> R:
        """Return the row of first values, not stored. Raises `NotImplementedError` by default."""
        raise NotImplementedError

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> R | None:
        """Return the row, or before it is made the first values, which the first change stores."""
        if object_id != str(SingletonRow.ONLY):
            return None
        return self.model._default_manager.filter(pk=SingletonRow.ONLY).first() or self.first()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the page of the one row. Raises `PermissionDenied` for whoever may not see it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return redirect(self.page_url())

    def response_change(self, request: HttpRequest, obj: R) -> HttpResponse:
        messages.success(request, _("Saved. It counts from now on."))
        return redirect(self.page_url())

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show every change with its values. Raises `PermissionDenied` for whoever may not see the row."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("What was changed, by whom and when"),
            "opts": self.opts,
            "page": self.page_url(),
            "entries": list(history.entries(self.changes)),
        }
        return TemplateResponse(request, "admin/singleton_history.html", context)


def log_changes(name: str, changes: type[SingletonChange]) -> None:
    """List what people changed of this row among what was done in the admin.

    An entry names the fields that were changed; their values stand on the page of the history.
    """
    staff_log.register(
        LogSource(
            name,
            lambda: changes._default_manager.exclude(by=None),
            "at",
            "by",
            LogKind.POLICY,
            _reader(changes),
        )
    )


def _reader(changes: type[SingletonChange]) -> Callable[[Collection[int]], dict[int, Line]]:
    opts = changes.row._meta
    permission = f"{opts.app_label}.view_{opts.model_name}"

    def read(pks: Collection[int]) -> dict[int, Line]:
        url = reverse(f"admin:{opts.app_label}_{opts.model_name}_history", args=[SingletonRow.ONLY])
        return {
            change.pk: Line(", ".join(history.labels(change)), "", url, permission)
            for change in changes._default_manager.filter(pk__in=pks)
        }

    return read
