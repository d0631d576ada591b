"""Closing several needs at once: a page before that says what it would do, and one after that undoes it."""

from typing import Any, NamedTuple, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mutualaid.admin.dry_run import dry_run
from mutualaid.admin.guarded import GuardedAdmin
from mutualaid.notify.models import Notification
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from requests_app import actions, rules
from requests_app.actions.closing import Undone
from requests_app.admin.asking import CHOSEN, listed, page_context
from requests_app.lifecycle.actors import Actor, coordinator
from requests_app.models import Claim, Need
from requests_app.states import CloseReason


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
    with dry_run():
        latest = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        closed = actions.close_needs(needs, by=by, reason=reason).closed
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
        **page_context(model_admin, request, closing.needs),
        "title": _("Close these needs?"),
        "closing": closing,
        "minutes": current_policy().change_notice_minutes,
        "reason": reason,
    }
    return TemplateResponse(request, "admin/need_close.html", context)


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the form of `closing_page` was sent."""
    return "confirmed" in request.POST and CHOSEN in request.POST


def closed_page(model_admin: "GuardedAdmin[Need]", request: HttpRequest, code: str) -> HttpResponse:
    """Show what was closed in one step; a POST undoes it and leads to the list.

    Raises `PermissionDenied` for whoever may not change needs, and `Http404` for an unknown code, or one
    of needs that are not all theirs to look after.
    """
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    batch = actions.closed_batch(code)
    mine = rules.needs_of_staff(cast(User, request.user))
    if batch is None or mine.filter(pk__in=[need.pk for need in batch.needs]).count() < len(
        batch.needs
    ):
        raise Http404
    if request.method == "POST":
        _tell_undone(request, actions.undo_closing(code, by=coordinator(cast(User, request.user))))
        return redirect(model_admin.list_url(request))
    context: dict[str, Any] = {
        **model_admin.admin_site.each_context(request),
        "title": _("These needs are closed"),
        "opts": model_admin.opts,
        "list_url": model_admin.list_url(request),
        "batch": batch,
        "can_undo": batch.still_closed and batch.undo_until > timezone.now(),
        **listed(batch.needs),
    }
    return TemplateResponse(request, "admin/needs_closed.html", context)


def _tell_undone(request: HttpRequest, undone: Undone) -> None:
    """Say in numbers what was undone, and what was not and why."""
    is_undone = (
        (
            undone.reopened,
            ngettext(
                "%d need is as it was before.", "%d needs are as they were before.", undone.reopened
            ),
        ),
        (
            undone.reinstated,
            ngettext(
                "%d task is with its volunteer again.",
                "%d tasks are with their volunteers again.",
                undone.reinstated,
            ),
        ),
    )
    is_not = (
        (
            undone.not_reinstated,
            ngettext(
                "%d task cannot go back to its volunteer. We tell them, and look for someone else.",
                "%d tasks cannot go back to their volunteers. We tell them, and look for others.",
                undone.not_reinstated,
            ),
        ),
        (
            undone.too_late,
            ngettext(
                "%d need stays closed, for its messages have gone out.",
                "%d needs stay closed, for their messages have gone out.",
                undone.too_late,
            ),
        ),
        (
            undone.touched,
            ngettext(
                "%d need stays as it is, for someone has changed it since.",
                "%d needs stay as they are, for someone has changed them since.",
                undone.touched,
            ),
        ),
    )
    for level, sentences in ((messages.SUCCESS, is_undone), (messages.WARNING, is_not)):
        for count, sentence in sentences:
            if count:
                messages.add_message(request, level, sentence % count)
