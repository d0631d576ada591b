"""When someone comes to me, or I go: category and area alone, as calendars are shared."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from mutualaid.catalog.area_names import in_text
from mutualaid.group.current import current_group
from mutualaid.people.models import User
from requests_app.models import Ask, Claim
from requests_app.states import ON_THE_WAY, NeedAction

REFRESH = timedelta(hours=1)
"""How often a program looks again, if it asks us. Assumed, not measured."""
LASTS = timedelta(hours=1)
"""An event without an end is drawn as a line by some programs. Assumed, not measured."""
MOVES = (NeedAction.SCHEDULE, NeedAction.CHANGE)


def calendar_of(user: User) -> bytes:
    """The agreed days of `user` as iCalendar (RFC 5545 and 7986), in their language.

    It has a name, or programs would show its address, which is the secret. The names and the pause between
    two looks are said twice, since Outlook and Google read only the older properties of the two.
    """
    name = current_group().name
    calendar = Calendar()
    calendar.add("prodid", f"-//{name}//Mutual Aid//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    with translation.override(current_group().offered(user.language)):
        for claim in _agreed(user):
            calendar.add_component(_event(claim))
    return bytes(calendar.to_ical())


def _agreed(user: User) -> QuerySet[Claim]:
    """Claims with an agreed day, of the volunteer and of the neighbour.

    With how often their need was `moved`, and when it was `moved_at` last.
    """
    own = Q(volunteer=user) | Q(need__ask__in=Ask.objects.of(user))
    agreed = Claim.objects.filter(own, state__in=ON_THE_WAY, scheduled_for__isnull=False)
    moves = Q(need__events__action__in=MOVES)
    agreed = agreed.annotate(
        moved=Count("need__events", filter=moves, distinct=True),
        moved_at=Max("need__events__at", filter=moves),
    )
    related = ("need__category", "need__locality")
    return agreed.select_related(*related).order_by("scheduled_for", "scheduled_time", "pk")


def _event(claim: Claim) -> Event:
    category = claim.need.category
    title = _("Mutual aid") if category.sensitive else category.label
    event = Event()
    event.add("uid", f"{claim.public_id}@{urlsplit(settings.SITE_URL).hostname}")
    revised_at = claim.moved_at or claim.claimed_at  # type: ignore[attr-defined]  # annotated
    event.add("dtstamp", revised_at)
    event.add("last-modified", revised_at)
    event.add("sequence", claim.moved)  # type: ignore[attr-defined]  # annotated
    start = _start(claim)
    event.add("dtstart", start)
    if isinstance(start, datetime):
        event.add("dtend", start + LASTS)
    else:
        event.add("transp", "TRANSPARENT")  # they are not busy all day
    event.add("summary", f"{title} · {in_text(claim.need.locality)}")
    return event


def _start(claim: Claim) -> date | datetime:
    """The agreed time in UTC, so that a calendar needs no rules of a time zone; the day where none is."""
    day, at = claim.scheduled_for, claim.scheduled_time
    if day is None or at is None:
        return day or claim.claimed_at
    return timezone.make_aware(datetime.combine(day, at)).astimezone(UTC)
