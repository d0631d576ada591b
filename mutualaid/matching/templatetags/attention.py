"""What the front page of the admin shows first."""

from typing import Any

from django import template
from django.urls import reverse

from mutualaid.matching.attention import counts
from mutualaid.notify.models import STUCK, CallTask, Notification

register = template.Library()


@register.inclusion_tag("admin/_attention.html")
def attention_items() -> dict[str, Any]:
    """How many needs wait for what, and how many messages did not go out; each with its list."""
    needs = reverse("admin:requests_app_need_changelist")
    failed = Notification.objects.filter(state__in=STUCK)
    return {
        "items": [(f"{needs}?look={word}", label, many) for word, label, many in counts()],
        "failed": failed.count(),
        "failed_url": f"{reverse('admin:notify_notification_changelist')}?state__in={','.join(STUCK)}",
        "calls": CallTask.calls.to_make().count(),
        "calls_url": reverse("admin:notify_calltask_changelist"),
    }
