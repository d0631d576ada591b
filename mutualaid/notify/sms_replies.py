"""What people write back to a text message: YES, NO, STOP, START, in the languages of the site."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mutualaid.notify.channels.sms import Sms
from mutualaid.notify.links.one_tap import tap_named
from mutualaid.notify.models import Notification, Suppression
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.recipient import e164, mark_of
from mutualaid.notify.registry import compose_if_there, kind_named

WORDS = {
    "stop": {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "alto", "baja", "توقف"},
    "start": {"start", "unstop", "alta", "ابدأ"},
    "yes": {"yes", "y", "sí", "si", "نعم"},
    "no": {"no", "n", "لا"},
}
ARRIVED = (Notification.State.SENT, Notification.State.UNCERTAIN)


def take_reply(phone: str, text: str) -> None:
    """Do what the owner of `phone` wrote; what is not understood changes nothing."""
    mark = mark_of(e164(phone))
    word = _word_in(text)
    if not mark:
        return
    if word == "stop":
        Suppression.close(Sms.name, mark, Suppression.Why.STOP)
    elif word == "start":
        Suppression.open(Sms.name, mark)
    elif word:
        _answer(mark, word)


def _word_in(text: str) -> str:
    first = (text.split() or [""])[0].strip(".,!¡¿?\"'").casefold()
    return next((meaning for meaning, words in WORDS.items() if first in words), "")


def _answer(mark: str, word: str) -> None:
    """A YES or NO counts where only one question is open; with several, the links must be used."""
    asked = _open_questions(mark)
    if not asked:
        return
    if len(asked) > 1:
        with transaction.atomic():
            _ask_to_tap(asked[0])
        return
    row = asked[0]
    tap_named(kind_named(row.kind).replies[word]).take(row.about_id, row.recipient)


def _open_questions(mark: str) -> list[Notification]:
    """What was asked on this phone, is still to be answered, and is still hers; the newest first."""
    since = timezone.now() - timedelta(days=settings.ONE_TAP_DAYS)
    there = Notification.objects.filter(reached=mark, channel=Sms.name, state__in=ARRIVED)
    lately = there.filter(Q(sent_at__gt=since) | Q(due_at__gt=since)).select_related("recipient")
    return [row for row in lately.order_by("-pk") if _is_open(row)]


def _is_open(row: Notification) -> bool:
    if not kind_named(row.kind).replies:
        return False
    letter = compose_if_there(row.kind, row.about_id)
    return letter is not None and mark_of(Sms().address(letter.reach)) == row.reached


def _ask_to_tap(row: Notification) -> None:
    letter = compose_if_there(row.kind, row.about_id)
    if letter:
        enqueue("text_unclear", about_id=row.pk, reach=letter.reach)
