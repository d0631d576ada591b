"""The digest that each coordinator gets once a week: what waits, by category and area, and no person."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import TypedDict

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid import clock
from mutualaid.matching.attention import ATTENTION_ITEMS, AttentionItem
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.registry import Group, Message, message_kind
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from requests_app.models import Need

MOST_NAMED = 5
"""Needs under each item, the most urgent and oldest first; the others are in the admin."""

DigestLine = Callable[[], str | None]
"""Returns a lazy sentence that ends the letter, or None; it names no person."""
_lines: list[DigestLine] = []


def digest_line(line: DigestLine) -> DigestLine:
    """Register what a room above adds to the letter. A decorator."""
    _lines.append(line)
    return line


@transaction.atomic
def tell_the_week() -> None:
    """Write this week's digest to each coordinator: one, however often and late this runs."""
    week = began_at(timezone.localtime(clock.now()))
    for user in User.objects.coordinators():
        enqueue(
            "coordinator_week",
            about_id=user.pk,
            to=user,
            key=f"coordinator_week:{user.pk}:{week:%Y-%m-%d}",
        )


def began_at(now: datetime) -> datetime:
    """When this week's digest was due: the last time up to `now` that the policy's weekday and hour came.

    In the time zone of `now`. The weekday is 0 on Mondays.
    """
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
    """None where there is nothing to say, or they are no coordinator any more."""
    user = User.objects.coordinators().filter(pk=user_id).first()
    items = [item for item in map(_context_of, ATTENTION_ITEMS.values()) if item["many"]]
    lines = [line for line in (line() for line in _lines) if line]
    if user is None or not (items or lines):
        return None
    page = settings.SITE_URL + reverse("admin:index")
    return Message(recipient_of(user), {"items": items, "lines": lines}, urls={"desk": page})


class _ItemContext(TypedDict):
    """What the template shows of one item; `many` counts all its needs, `needs` are the first few."""

    label: str | Promise
    many: int
    needs: list[Need]


def _context_of(item: AttentionItem) -> _ItemContext:
    """Sensitive needs are counted and not named."""
    needs = item.among(Need.objects.all())
    not_sensitive = needs.exclude(category__sensitive=True).select_related("category", "locality")
    first = not_sensitive.order_by("-urgency", "created_at")[:MOST_NAMED]
    return {"label": item.label, "many": needs.count(), "needs": list(first)}
