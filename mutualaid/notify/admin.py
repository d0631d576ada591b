from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mutualaid.notify.admin_preview import preview
from mutualaid.notify.models import CallTask, Notification
from mutualaid.notify.registry import label_of


@admin.register(Notification)
class NotificationAdmin(admin.ModelAdmin[Notification]):
    """What went out and what did not: kinds and times, never words or addresses."""

    list_display = (
        "what",
        "recipient",
        "channel",
        "state",
        "attempts",
        "error",
        "due_at",
        "sent_at",
    )
    list_filter = ("state", "channel", "kind")
    list_select_related = ("recipient",)
    date_hierarchy = "created_at"
    actions = ("try_again", "was_told")
    change_list_template = "admin/message_list.html"

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

    @admin.action(description=_("The person knows: take the chosen messages as sent"))
    def was_told(self, request: HttpRequest, chosen: QuerySet[Notification]) -> None:
        count = Notification.objects.filter(pk__in=chosen).settle_by_hand()
        said = ngettext("%d message is settled.", "%d messages are settled.", count)
        self.message_user(request, said % count, messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(preview, site=self.admin_site))
        return [path("preview/", view, name="notify_preview"), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        return [field.name for field in Notification._meta.fields]


@admin.register(CallTask)
class CallTaskAdmin(admin.ModelAdmin[CallTask]):
    """Whom to ring: people whom no message reaches. Who it is stands one step further."""

    list_display = ("what", "urgent", "created_at", "unanswered", "due_at")
    list_filter = ("urgent",)
    ordering = ("-urgent", "due_at")
    actions = ("reached", "no_answer")
    change_form_template = "admin/call_task.html"

    @admin.display(description=_("what to say"), ordering="kind")
    def what(self, task: CallTask) -> str:
        return label_of(task.kind)

    @admin.display(description=_("rung without answer"), ordering="attempts")
    def unanswered(self, task: CallTask) -> int:
        return task.attempts - 1  # the first time it came onto the list

    @admin.action(description=_("Told: tick it off"), permissions=["change"])
    def reached(self, request: HttpRequest, chosen: QuerySet[CallTask]) -> None:
        count = CallTask.calls.filter(pk__in=chosen).told()
        said = ngettext("%d call is ticked off.", "%d calls are ticked off.", count)
        self.message_user(request, said % count, messages.SUCCESS)

    @admin.action(description=_("No answer: try again later"), permissions=["change"])
    def no_answer(self, request: HttpRequest, chosen: QuerySet[CallTask]) -> None:
        count = CallTask.calls.filter(pk__in=chosen).no_answer()
        said = ngettext("%d call stays on the list.", "%d calls stay on the list.", count)
        self.message_user(request, said % count, messages.SUCCESS)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CallTask]:
        return CallTask.calls.to_make()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Call list")})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        task = self.get_object(request, object_id)
        return super().change_view(request, object_id, form_url, task.script() if task else {})

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        return [field.name for field in CallTask._meta.fields]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
