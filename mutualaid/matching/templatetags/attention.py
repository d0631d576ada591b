"""The coordinators' board: what the front page of the admin shows first."""

from typing import Any

from django import template
from django.urls import reverse

from mutualaid.matching.attention import counts
from mutualaid.notify.models import STUCK, CallTask, Notification
from mutualaid.notify.routing.unconfirmed_texts import nearly_used_up

register = template.Library()


@register.inclusion_tag("admin/_attention.html")
def attention_items() -> dict[str, Any]:
    """How many needs wait for what, how many messages did not go out and how many calls are to be made.

    Each with the address of its list. And how many text messages are left, where they are few.
    """
    needs = reverse("admin:requests_app_need_changelist")
    failed = Notification.objects.filter(state__in=STUCK)
    return {
        "items": [(f"{needs}?look={key}", label, count) for key, label, count in counts()],
        "failed": failed.count(),
        "failed_url": f"{reverse('admin:notify_notification_changelist')}?state__in={','.join(STUCK)}",
        "calls": CallTask.calls.to_make().count(),
        "calls_url": reverse("admin:notify_calltask_changelist"),
        "texts": nearly_used_up(),
        "texts_url": reverse("admin:policy_policy_changelist"),
    }
