"""What a neighbour wrote, for whoever reads their ask; and asking them back where something is missing."""

from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from mutualaid.encryption.fields import readable
from mutualaid.notify.models import Notification
from mutualaid.notify.routing.send_policy import first_way
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged
from requests_app import rules
from requests_app.actions.claiming import NotForYou
from requests_app.actions.newcomers import note_read
from requests_app.lifecycle.actors import Actor, Kind
from requests_app.lifecycle.transitions import lock_need, log_event
from requests_app.models import AccessLogEntry, Ask, Need, NeedNotes
from requests_app.notifications.neighbour import notify_neighbour
from requests_app.states import NeedState, Question


class Words(NamedTuple):
    """What the neighbour wrote about one task; None where no configured key opens it."""

    need: Need
    text: str | None


class NotReachable(Exception):
    """No way of reaching the neighbour is known to be safe."""


@transaction.atomic
def read_words(ask: Ask, *, by: User) -> list[Words]:
    """Return what was written about each need of an ask, and log once a day that `by` read it.

    It tells not who the neighbour is, so the limit on looks at contact details does not count it. Raises
    `NotForYou` for whoever may not see the ask in the admin.
    """
    if not rules.asks_of_staff(by).filter(pk=ask.pk).exists():
        raise NotForYou
    notes = readable(NeedNotes.objects.filter(need__ask=ask))
    needs = ask.needs.select_related("category", "locality").order_by("pk")
    words = [Words(need, notes[need.pk].text if need.pk in notes else None) for need in needs]
    if any(word.text for word in words):
        today = timezone.localdate().isoformat()
        entry = AccessLogEntry(
            ask=ask, kind=AccessLogEntry.Kind.WORDS, by=by, by_kind=Kind.COORDINATOR, window=today
        )
        AccessLogEntry.objects.bulk_create([entry], ignore_conflicts=True)
    return words


@transaction.atomic
def ask_back(need: Need, question: Question, *, by: Actor) -> str:
    """Ask the neighbour for a detail of a need in triage; return the name of the channel it goes on first.

    A person has read it, so that it is held back no longer. Raises `StateChanged` if it is not in triage
    any more, and `NotReachable`.
    """
    note_read(need.ask, by=by)
    lock_need(need)
    if need.state != NeedState.TRIAGE:
        raise StateChanged("ask_back")
    Need.objects.filter(pk=need.pk).update(held_back="")
    need.held_back = ""
    event = log_event(need, "ask_back", by=by, reason=question)
    key = f"need_question:{event.pk}"
    notify_neighbour("need_question", need, about_id=need.pk, key=key)
    asked = Notification.objects.filter(key=key).first()
    if asked is None:
        raise NotReachable
    return first_way(asked)
