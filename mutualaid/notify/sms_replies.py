"""What people write back to a text message: YES, NO, STOP, START, in the languages of the site."""

from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mutualaid.notify.channels.sms import Sms
from mutualaid.notify.links.one_tap import action_named
from mutualaid.notify.models import Notification, Suppression
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.recipient import address_fingerprint, textable
from mutualaid.notify.registry import (
    Message,
    answered_if_there,
    compose_if_there,
    kind_named,
)
from mutualaid.policy.current import current_policy

WORDS = {
    "stop": {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "alto", "baja", "توقف"},
    "start": {"start", "unstop", "alta", "ابدأ"},
    "yes": {"yes", "y", "sí", "si", "نعم"},
    "no": {"no", "n", "لا"},
}
ARRIVED = (Notification.State.SENT, Notification.State.UNCERTAIN)


def take_reply(phone: str, text: str) -> None:
    """Do what the owner of `phone` wrote; what is not understood changes nothing."""
    fingerprint = address_fingerprint(textable(phone))
    word = _word_in(text)
    if not fingerprint:
        return
    if word == "stop":
        Suppression.add(Sms.name, fingerprint, Suppression.Reason.STOP)
    elif word == "start":
        Suppression.lift(Sms.name, fingerprint)
    elif word:
        _answer(fingerprint, word)


def _word_in(text: str) -> str:
    first = (text.split() or [""])[0].strip(".,!¡¿?\"'").casefold()
    return next((meaning for meaning, words in WORDS.items() if first in words), "")


def _answer(fingerprint: str, word: str) -> None:
    """A YES or NO counts where only one question is open; with several, the links must be used.

    Whoever replied hears how it stands where their reply did not do what it says: a reply to a question
    that is closed by now does nothing.
    """
    asked = _questions(fingerprint)
    open_now = [row for row in asked if _is_open(row)]
    if len(open_now) > 1:
        _ask_to_tap(open_now[0])
    elif open_now:
        row = open_now[0]
        action = kind_named(row.kind).replies.get(word)
        if action and not action_named(action).take(row.about_id, row.recipient).is_done:
            _tell_how_it_stands(row, word)
    elif asked:
        _tell_how_it_stands(asked[0], word)


def _questions(fingerprint: str) -> list[Notification]:
    """What was asked on this phone lately and can be answered by text message; the newest first."""
    since = timezone.now() - timedelta(days=current_policy().one_tap_days)
    there = Notification.objects.filter(reached=fingerprint, channel=Sms.name, state__in=ARRIVED)
    lately = there.filter(Q(sent_at__gt=since) | Q(due_at__gt=since)).select_related("recipient")
    return [row for row in lately.order_by("-pk") if kind_named(row.kind).replies]


def _is_open(row: Notification) -> bool:
    """Whether it is still to be answered, and still the phone of whoever was asked."""
    message = compose_if_there(row.kind, row.about_id)
    return message is not None and _is_same_phone(row, message)


def _is_same_phone(row: Notification, message: Message) -> bool:
    return address_fingerprint(Sms().address(message.recipient)) == row.reached


@transaction.atomic
def _tell_how_it_stands(row: Notification, word: str) -> None:
    """At most once for a question and a word: a machine that answers ours is not answered for ever."""
    answered = answered_if_there(row.kind, row.about_id)
    if answered is None or answered.word == word or not _is_same_phone(row, answered.message):
        return
    by_text = replace(answered.message.recipient, email="", devices="")
    key = f"text_outcome:{row.pk}:{word}"
    enqueue("text_outcome", about_id=row.pk, recipient=by_text, key=key)


@transaction.atomic
def _ask_to_tap(row: Notification) -> None:
    message = compose_if_there(row.kind, row.about_id)
    if message:
        enqueue("text_unclear", about_id=row.pk, recipient=message.recipient)
