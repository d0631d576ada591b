"""What people write back to a text message: YES, NO, STOP, START, in the languages of the site."""

import re
import unicodedata
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from mutualaid.encryption.fingerprints import veil
from mutualaid.notify.channels.sms import Sms
from mutualaid.notify.links.one_tap import action_named
from mutualaid.notify.models import Attempt, Notification, Suppression
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.recipient import address_fingerprint, textable
from mutualaid.notify.registry import (
    Message,
    answered_if_there,
    compose_if_there,
    kind_named,
    known_kind,
)
from mutualaid.policy.current import current_policy

REPLY_WORDS = {
    "stop": {
        *("stop", "stopall", "unsubscribe", "cancel", "end", "quit"),
        *("alto", "baja", "توقف", "arrêt", "arret", "arrêter", "стоп"),
        *("dừng", "ngừng", "ngưng", "ngung", "停止", "停", "退订", "sispann", "kanpe"),
    },
    "start": {"start", "unstop", "alta", "ابدأ", "reprendre", "старт", "开始", "恢复", "kòmanse"},
    "yes": {
        *("yes", "y", "sí", "si", "نعم", "oui", "да", "是", "是的", "好", "好的", "wi"),
        *("có", "co", "rồi", "roi", "vâng", "vang", "dạ", "đúng"),
    },
    "no": {
        *("no", "n", "لا", "non", "нет", "否", "不", "不是", "不行"),
        *("không", "khong", "ko", "chưa", "chua"),
    },
}
"""What each reply may be called in a known language; the first word of a text counts.

Vietnamese is often typed without its marks. "dung" is left out: it may stop ("dừng") or agree ("đúng").
"""
MAY_HAVE_ARRIVED = (Attempt.State.SENT, Attempt.State.UNCERTAIN)


def take_reply(phone: str, text: str) -> None:
    """Do what the owner of `phone` wrote; text that is not understood changes nothing."""
    fingerprint = address_fingerprint(textable(phone))
    reply = _reply_in(text)
    if not fingerprint:
        return
    if reply == "stop":
        Suppression.add(Sms.name, fingerprint, Suppression.Reason.STOP)
    elif reply == "start":
        Suppression.lift(Sms.name, fingerprint)
    elif reply:
        _answer_question(fingerprint, reply)


def _reply_in(text: str) -> str:
    """A key of `REPLY_WORDS`; "" for anything else."""
    first = re.search(r"\w+", unicodedata.normalize("NFC", text))
    word = first.group().casefold() if first else ""
    return next((reply for reply, words in REPLY_WORDS.items() if word in words), "")


def _answer_question(fingerprint: str, reply: str) -> None:
    """A "yes" or "no" counts where only one question is open; with several, the links must be used.

    Whoever replied hears how it stands where their reply did not do what it says, as to a question that is
    closed by now.
    """
    questions = _questions_sent_to(fingerprint)
    open_now = [text for text in questions if _is_open(text)]
    if len(open_now) > 1:
        _ask_to_tap(open_now[0].notification)
    elif open_now:
        row = open_now[0].notification
        action = kind_named(row.kind).replies.get(reply)
        if action and not action_named(action).take(row.about_id, row.recipient).is_done:
            _tell_how_it_stands(open_now[0], reply)
    elif questions:
        _tell_how_it_stands(questions[0], reply)


def _questions_sent_to(fingerprint: str) -> list[Attempt]:
    """Texts of the last `one_tap_days` to this phone that can be answered by text, the newest first."""
    since = Now() - timedelta(days=current_policy().one_tap_days)
    texts = Attempt.objects.filter(
        reached__in=(fingerprint, veil(fingerprint)),
        channel=Sms.name,
        state__in=MAY_HAVE_ARRIVED,
        began_at__gt=since,
    )
    lately = texts.select_related("notification__recipient").order_by("-pk")
    return [text for text in lately if _is_question(text)]


def _is_question(text: Attempt) -> bool:
    kind = known_kind(text.notification.kind)
    return bool(kind and kind.replies)


def _is_open(text: Attempt) -> bool:
    """Whether it can still be answered, and this is still the phone of whoever was asked."""
    message = compose_if_there(text.notification.kind, text.notification.about_id)
    return message is not None and _is_same_phone(text, message)


def _is_same_phone(text: Attempt, message: Message) -> bool:
    fingerprint = address_fingerprint(Sms().address(message.recipient))
    return text.reached in (fingerprint, veil(fingerprint))


@transaction.atomic
def _tell_how_it_stands(text: Attempt, reply: str) -> None:
    """At most once for each question and reply, so that two machines do not answer each other for ever.

    Not where the reply says what is so already.
    """
    row = text.notification
    answered = answered_if_there(row.kind, row.about_id)
    if answered is None or answered.word == reply or not _is_same_phone(text, answered.message):
        return
    by_text = replace(answered.message.recipient, email="", devices="")
    key = f"text_outcome:{row.pk}:{reply}"
    enqueue("text_outcome", about_id=row.pk, recipient=by_text, key=key)


@transaction.atomic
def _ask_to_tap(row: Notification) -> None:
    """Send a text that asks to use the links, as several questions are open."""
    message = compose_if_there(row.kind, row.about_id)
    if message:
        enqueue("text_unclear", about_id=row.pk, recipient=message.recipient)
