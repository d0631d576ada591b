"""The page in the admin of values that a group may decide about together."""

from typing import Any, TypeVar

from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from mutualaid.admin.preview_admin import PreviewAdmin
from mutualaid.singleton.guards import DecidedTogether, answer_to

M = TypeVar("M", bound=Model)


class TogetherAdmin(PreviewAdmin[M]):
    """Where the values are decided together, saving leads to a page that says what is possible instead."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What was to be saved is rolled back by then."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DecidedTogether as refused:
            return answer_to(request, refused)
