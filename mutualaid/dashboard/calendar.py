"""When someone comes to me, or I go: category and area alone, as calendars are shared."""

from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from mutualaid.catalog.area_names import in_text
from mutualaid.group.current import current_group
from mutualaid.people.models import User
from requests_app.models import Ask, Claim
from requests_app.states import ON_THE_WAY


def calendar_of(user: User) -> bytes:
    """The agreed days of `user` as iCalendar (RFC 5545), in their language."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{current_group().name}//Mutual Aid//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    with translation.override(current_group().offered(user.language)):
        for claim in _agreed(user):
            calendar.add_component(_event(claim))
    return bytes(calendar.to_ical())


def _agreed(user: User) -> QuerySet[Claim]:
    """Claims with an agreed day, of the volunteer and of the neighbour."""
    own = Q(volunteer=user) | Q(need__ask__in=Ask.objects.of(user))
    agreed = Claim.objects.filter(own, state__in=ON_THE_WAY, scheduled_for__isnull=False)
    related = ("need__category", "need__locality")
    return agreed.select_related(*related).order_by("scheduled_for", "scheduled_time", "pk")


def _event(claim: Claim) -> Event:
    category = claim.need.category
    title = _("Mutual aid") if category.sensitive else category.label
    event = Event()
    event.add("uid", f"{claim.public_id}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", claim.claimed_at)
    event.add("dtstart", _start(claim))
    event.add("summary", f"{title} · {in_text(claim.need.locality)}")
    return event


def _start(claim: Claim) -> date | datetime:
    """The agreed time in UTC, so that a calendar needs no rules of a time zone; the day where none is."""
    day, at = claim.scheduled_for, claim.scheduled_time
    if day is None or at is None:
        return day or claim.claimed_at
    return timezone.make_aware(datetime.combine(day, at)).astimezone(UTC)
