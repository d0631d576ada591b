from collections.abc import Sequence
from functools import partial
from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.action_admin import LookOnlyAdmin
from mutualaid.admin.second_page import is_confirmed, second_page
from mutualaid.notify.admin.preview import preview
from mutualaid.notify.follow_up import handling
from mutualaid.notify.follow_up.fate import fate_of
from mutualaid.notify.models import Notification
from mutualaid.notify.registry import compose_if_there, label_of
from mutualaid.people.models import User


@admin.register(Notification)
class NotificationAdmin(LookOnlyAdmin[Notification]):
    """What went out and what did not: kinds and times, never text or contact points."""

    list_display = (
        "what",
        "recipient",
        "ways",
        "state",
        "error",
        "due_at",
        "sent_at",
    )
    fields = (
        "what",
        "to_reach",
        "recipient",
        "ways",
        "state",
        "tries",
        "error",
        "created_at",
        "due_at",
        "sent_at",
    )
    list_filter = ("state", "attempts__channel", "created_at", "kind")
    list_select_related = ("recipient",)
    actions = ("try_again", "was_told")
    change_list_template = "admin/message_list.html"

    @admin.display(description=_("message"), ordering="kind")
    def what(self, notification: Notification) -> str:
        return label_of(notification.kind)

    @admin.display(description=_("ways"))
    def ways(self, notification: Notification) -> str:
        return gettext(", ").join(map(fate_of, notification.attempts.all()))

    @admin.display(description=_("to reach them"))
    def to_reach(self, notification: Notification) -> str:
        """A link to where it says how, of a neighbour whose message did not go out."""
        message = compose_if_there(notification.kind, notification.about_id)
        if message is None:
            return gettext("This need not be said any more.")
        if not message.contact_page:
            return "–"
        return format_html('<a href="{}">{}</a>', message.contact_page, gettext("Contact details"))

    def name_of(self, row: Notification) -> str:
        return f"{label_of(row.kind)} · {row.recipient}" if row.recipient else label_of(row.kind)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notification]:
        return (
            Notification.objects.for_team()
            .order_by(*self.get_ordering(request))
            .prefetch_related("attempts")
        )

    @admin.action(description=_("Try again to send the chosen messages"), permissions=["change"])
    def try_again(
        self, request: HttpRequest, chosen: QuerySet[Notification]
    ) -> HttpResponse | None:
        """Several at once are shown first. They were due already, so they do not wait to be called off."""
        if len(chosen) > 1 and not is_confirmed(request):
            stuck = list(chosen.filter(pk__in=Notification.objects.stuck()))
            if stuck:
                return self._try_again_page(request, list(chosen), stuck)
        count = handling.send_again(chosen, by=cast(User, request.user))
        done = ngettext(
            "%d message will be tried again.", "%d messages will be tried again.", count
        )
        self.message_user(request, done % count, messages.SUCCESS)
        return None

    def _try_again_page(
        self, request: HttpRequest, chosen: Sequence[Notification], stuck: Sequence[Notification]
    ) -> HttpResponse:
        tried = ngettext(
            "%d message will be tried again.", "%d messages will be tried again.", len(stuck)
        )
        return second_page(
            self,
            request,
            chosen,
            rows=stuck,
            title=_("Try again to send the chosen messages"),
            button=_("Try again"),
            says=[tried % len(stuck)],
        )

    @admin.action(
        description=_("The person knows: take the chosen messages as sent"), permissions=["change"]
    )
    def was_told(self, request: HttpRequest, chosen: QuerySet[Notification]) -> None:
        count = handling.mark_told(chosen, by=cast(User, request.user))
        done = ngettext("%d message is settled.", "%d messages are settled.", count)
        self.message_user(request, done % count, messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(preview, site=self.admin_site))
        return [path("preview/", view, name="notify_preview"), *super().get_urls()]
