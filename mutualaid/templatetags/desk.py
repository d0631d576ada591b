"""What the front page of the admin shows first."""

from typing import Any

from django import template
from django.urls import reverse

from mutualaid.matching.worries import counts
from mutualaid.notify.models import Notification

register = template.Library()


@register.inclusion_tag("admin/_worries.html")
def worries() -> dict[str, Any]:
    """How many needs wait for what, and how many messages did not go out; each with its list."""
    needs = reverse("admin:requests_app_need_changelist")
    failed = Notification.State.FAILED
    return {
        "worries": [(f"{needs}?look={word}", label, many) for word, label, many in counts()],
        "failed": Notification.objects.filter(state=failed).count(),
        "failed_url": f"{reverse('admin:notify_notification_changelist')}?state__exact={failed}",
    }
