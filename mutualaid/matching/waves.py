"""Ask few, wait, ask more. Sensitive needs are never sent out: a coordinator asks by hand."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from mutualaid.matching.models import Match
from mutualaid.notify.outbox import enqueue
from requests_app.models import Need
from requests_app.states import Urgency

State = Match.State


def ask_next(need: Need) -> None:
    """Fill up the number of people who have been asked lately, and set when to look again.

    Whoever said no, or has not answered within `WAVE_MINUTES`, makes room for the next.
    """
    if need.category.sensitive:
        return
    now = timezone.now()
    waiting_since = now - timedelta(minutes=settings.WAVE_MINUTES)
    asked_lately = need.matches.filter(state=State.NOTIFIED, asked_at__gt=waiting_since).count()
    room = max(0, settings.WAVE_SIZE - asked_lately)
    best = need.matches.filter(state=State.SUGGESTED)
    for match in best.select_related("offer__volunteer").order_by("-score", "pk")[:room]:
        _ask(match, now)
    _set_next_look(need, waiting_since)


def _ask(match: Match, now: datetime) -> None:
    match.state, match.asked_at = State.NOTIFIED, now
    match.save(update_fields=["state", "asked_at"])
    urgent = match.need.urgency == Urgency.CRITICAL
    enqueue("need_fits", about_id=match.pk, to=match.offer.volunteer, urgent=urgent)


def _set_next_look(need: Need, waiting_since: datetime) -> None:
    """When the oldest open ask runs out, or, with nobody left to ask, tomorrow: weeks end, people come."""
    open_asks = need.matches.filter(state=State.NOTIFIED, asked_at__gt=waiting_since)
    oldest = open_asks.aggregate(at=Min("asked_at"))["at"]
    if oldest and need.matches.filter(state=State.SUGGESTED).exists():
        need.match_due_at = oldest + timedelta(minutes=settings.WAVE_MINUTES)
    else:
        need.match_due_at = timezone.now() + timedelta(hours=settings.LOOK_AGAIN_HOURS)
    need.save(update_fields=["match_due_at"])
