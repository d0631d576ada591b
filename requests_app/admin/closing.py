"""Closing several needs at once: first a page that says which, and who would be told."""

from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin import helpers
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from mutualaid.admin.dry_run import dry_run
from mutualaid.admin.widgets import ids_in
from mutualaid.notify.models import Notification
from requests_app import actions
from requests_app.lifecycle.actors import Actor
from requests_app.models import Claim, Need
from requests_app.states import CloseReason

MOST_SHOWN = 50


class Forecast(NamedTuple):
    """What closing some needs would do.

    `needs` are closed, `left` is how many stay as they are because of their state, `volunteers` how many
    on their way are told not to go, `messages` how many are sent in all.
    """

    needs: list[Need]
    left: int
    volunteers: int
    messages: int


def forecast(chosen: QuerySet[Need], reason: CloseReason, *, by: Actor) -> Forecast:
    """Close the needs and roll it back, so that the figures are those of the action itself."""
    needs = list(chosen)
    on_the_way = Claim.objects.on_the_way().filter(need__in=needs)
    volunteers = on_the_way.values("volunteer").distinct().count()
    closed = list[Need]()
    with dry_run():
        latest = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        for need in needs:
            try:
                actions.close_need(need, by=by, reason=reason)
            except (actions.StateChanged, actions.Erased):
                continue
            closed.append(need)
        written = Notification.objects.filter(pk__gt=latest).count()
    return Forecast(closed, len(needs) - len(closed), volunteers, written)


def closing_page(
    model_admin: "admin.ModelAdmin[Need]",
    request: HttpRequest,
    chosen: QuerySet[Need],
    reason: CloseReason,
    *,
    by: Actor,
) -> HttpResponse:
    """Show what closing the chosen needs would do, with a button that does it."""
    closing = forecast(chosen, reason, by=by)
    context: dict[str, Any] = {
        **model_admin.admin_site.each_context(request),
        "title": _("Close these needs?"),
        "opts": model_admin.opts,
        "closing": closing,
        "shown": closing.needs[:MOST_SHOWN],
        "more": len(closing.needs) - len(closing.needs[:MOST_SHOWN]),
        "ids": ",".join(str(need.pk) for need in closing.needs),
        "reason": reason,
        "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/need_close.html", context)


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the form of `closing_page` was sent."""
    return "confirmed" in request.POST


def confirmed(request: HttpRequest, chosen: QuerySet[Need]) -> QuerySet[Need]:
    """Return those of `chosen` that stood on the page, and none that came in since."""
    return chosen.filter(pk__in=ids_in(request.POST.get("confirmed", "").split(",")))
