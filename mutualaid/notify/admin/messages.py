from functools import partial
from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.action_admin import LookOnlyAdmin
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
        return ", ".join(map(fate_of, notification.attempts.all()))

    @admin.display(description=_("to reach them"))
    def to_reach(self, notification: Notification) -> str:
        """A link to where it says how, of a neighbour whose message did not go out."""
        message = compose_if_there(notification.kind, notification.about_id)
        if message is None:
            return gettext("This need not be said any more.")
        if not message.contact_page:
            return "–"
        return format_html('<a href="{}">{}</a>', message.contact_page, gettext("Contact details"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notification]:
        return super().get_queryset(request).prefetch_related("attempts")

    @admin.action(description=_("Try again to send the chosen messages"), permissions=["change"])
    def try_again(self, request: HttpRequest, chosen: QuerySet[Notification]) -> None:
        count = handling.send_again(chosen, by=cast(User, request.user))
        done = ngettext(
            "%d message will be tried again.", "%d messages will be tried again.", count
        )
        self.message_user(request, done % count, messages.SUCCESS)

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
