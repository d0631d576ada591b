"""Once a week each coordinator hears how the desk stands: counts, kinds of help and areas, and no person."""

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.matching.attention import ATTENTION_ITEMS, AttentionItem
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.registry import Group, Message, message_kind
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from requests_app.models import Need

MOST_NAMED = 5
"""Needs under each item, the most urgent and oldest first; the others are on the desk."""


@transaction.atomic
def tell_the_week() -> None:
    """Write this week's message to each coordinator: one, however often and late this runs."""
    week = began_at(timezone.localtime())
    for user in User.objects.coordinators():
        enqueue(
            "coordinator_week",
            about_id=user.pk,
            to=user,
            key=f"coordinator_week:{user.pk}:{week:%Y-%m-%d}",
        )


def began_at(now: datetime) -> datetime:
    """The last `DESK_HOUR` on a `DESK_WEEKDAY`, up to now, in the time zone of `now`."""
    days = (now.weekday() - current_policy().coordinator_digest_weekday) % 7
    day = now.date() - timedelta(days=days)
    began = datetime.combine(day, time(current_policy().coordinator_digest_hour), now.tzinfo)
    return began if began <= now else began - timedelta(days=7)


@message_kind(
    "coordinator_week",
    _("to coordinators: the week on the desk"),
    group=Group.DIGEST,
    buttons={"desk": _("On the desk")},
)
def coordinator_week(user_id: int) -> Message | None:
    """None where nothing is to be said, or they are no coordinator any more."""
    user = User.objects.coordinators().filter(pk=user_id).first()
    items = [told for told in map(_told, ATTENTION_ITEMS.values()) if told["many"]]
    if user is None or not items:
        return None
    page = settings.SITE_URL + reverse("admin:index")
    return Message(recipient_of(user), {"items": items}, urls={"desk": page})


def _told(item: AttentionItem) -> dict[str, Any]:
    """What is sensitive is counted and not named."""
    needs = item.among(Need.objects.all())
    named = needs.exclude(category__sensitive=True).select_related("category", "locality")
    first = named.order_by("-urgency", "created_at")[:MOST_NAMED]
    return {"label": item.label, "many": needs.count(), "needs": list(first)}
