from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mutualaid.notify.kinds import label_of
from mutualaid.notify.models import Notification


@admin.register(Notification)
class NotificationAdmin(admin.ModelAdmin[Notification]):
    """What went out and what did not: kinds and times, never words or addresses."""

    list_display = ("what", "recipient", "state", "attempts", "error", "due_at", "sent_at")
    list_filter = ("state", "kind")
    list_select_related = ("recipient",)
    date_hierarchy = "created_at"
    actions = ("try_again",)

    @admin.display(description=_("message"), ordering="kind")
    def what(self, notification: Notification) -> str:
        return label_of(notification.kind)

    @admin.action(description=_("Try again to send the chosen messages"))
    def try_again(self, request: HttpRequest, chosen: QuerySet[Notification]) -> None:
        count = Notification.objects.filter(pk__in=chosen).try_again()
        said = ngettext(
            "%d message will be tried again.", "%d messages will be tried again.", count
        )
        self.message_user(request, said % count, messages.SUCCESS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        return [field.name for field in Notification._meta.fields]
