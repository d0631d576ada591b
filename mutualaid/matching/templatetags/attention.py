"""The coordinators' board: what the front page of the admin shows first."""

from typing import Any

from django import template
from django.urls import reverse

from mutualaid.matching.attention import counts, people_who_often_let_go
from mutualaid.notify.models import STUCK, CallTask, Notification

register = template.Library()


@register.inclusion_tag("admin/_attention.html")
def attention_items() -> dict[str, Any]:
    """How many needs wait for what, messages did not go out, calls are to be made, and people let go often.

    Each with the address of its list.
    """
    needs = reverse("admin:requests_app_need_changelist")
    failed = Notification.objects.filter(state__in=STUCK)
    return {
        "items": [(f"{needs}?look={key}", label, count) for key, label, count in counts()],
        "let_go_often": people_who_often_let_go().count(),
        "let_go_often_url": f"{reverse('admin:people_user_changelist')}?lets_go=often",
        "failed": failed.count(),
        "failed_url": f"{reverse('admin:notify_notification_changelist')}?state__in={','.join(STUCK)}",
        "calls": CallTask.calls.to_make().count(),
        "calls_url": reverse("admin:notify_calltask_changelist"),
    }
