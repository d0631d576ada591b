"""Tell the group that its site stands still: in the team chat and by a text to one phone.

Without the outbox and without Celery, for they may be what stands still. Whoever still lives calls
`watch`: the web server after a request, the supervisor, or cron by `manage.py health --alarm`.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.signals import request_finished
from django.db import Error
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from mutualaid.group.current import group_if_known
from mutualaid.health import away, episodes
from mutualaid.health.checks import unanswered
from mutualaid.health.episodes import Word
from mutualaid.health.findings import Finding, State
from mutualaid.health.heartbeats import take_turn
from mutualaid.health.look import has_database, look
from mutualaid.health.models import Alarm
from mutualaid.health.own_connection import own_connection
from mutualaid.local_time import format_moment
from mutualaid.notify.channels.sms import gateway
from mutualaid.notify.channels.team_chat import post_to_chats
from mutualaid.notify.models import new_message_id
from mutualaid.notify.recipient import textable

PAUSE = timedelta(minutes=1)
"""Between two looks of all web servers and supervisors of a site."""
PAUSE_OF_TESTS = timedelta(minutes=1)
QUERY_SECONDS = 2.0
TURN, TEST_TURN = "watch", "test-alarm"
log = logging.getLogger(__name__)


def watch() -> list[Finding]:
    """Look at everything, write down what stands still, and tell what is due; returns what it found."""
    findings = look()
    broken = [one for one in findings if one.state is State.BROKEN]
    with own_connection(seconds=QUERY_SECONDS), override(settings.LANGUAGE_CODE):
        if not has_database(findings):
            away.note(is_away=True, tell=partial(_tell, [unanswered("database")]))
            return findings
        try:
            episodes.note([one.name for one in broken], partial(_tell, broken))
            is_away = False
        except Error:  # it can be read, and not be written to
            log.exception("what stands still could not be written down")
            is_away = True
        away.note(is_away=is_away, tell=partial(_tell, broken or [unanswered("database")]))
    return findings


def send_test() -> list[str] | None:
    """Send a test alarm; returns the ways that took it, and None where one was sent a moment ago."""
    if not _is_our_turn(TEST_TURN, PAUSE_OF_TESTS, otherwise=_tests.take):
        return None
    with override(settings.LANGUAGE_CODE):
        text = _("%(group)s: this is a test. If the site broke, you'd read it here.")
        text %= {"group": _group_name()}
    return send(text, text)


def ways() -> dict[str, Callable[[str], None]]:
    """How an alarm can go out on this site: by the name of its setting, what sends it."""
    found: dict[str, Callable[[str], None]] = {}
    if settings.TEAM_CHAT_URLS:
        found["TEAM_CHAT_URLS"] = post_to_chats
    if alarm_phone() and settings.SMS_URL:
        found["ALARM_PHONE"] = _text_phone
    return found


def alarm_phone() -> str:
    """`ALARM_PHONE` in E.164; "" where it is none."""
    return textable(settings.ALARM_PHONE)


def send(chat_text: str, phone_text: str) -> list[str]:
    """Send on each way, whatever becomes of the others; returns the ways that took it."""
    taken = []
    for name, say in ways().items():
        try:
            say(phone_text if name == "ALARM_PHONE" else chat_text)
            taken.append(name)
        except Exception as error:  # an alarm must not fail for what one of its ways does
            log.error("alarm not taken", extra={"kind": name, "error": type(error).__name__})
    return taken


def _text_phone(text: str) -> None:
    our_gateway = gateway()
    if our_gateway:
        our_gateway.send(alarm_phone(), text, message_id=new_message_id())


def _tell(broken: list[Finding], word: Word, alarm: Alarm) -> bool:
    """True as well where there is no way to tell anyone."""
    return bool(send(*_texts(broken, word, alarm))) or not ways()


def _texts(broken: list[Finding], word: Word, alarm: Alarm) -> tuple[str, str]:
    """For the chat and for the phone."""
    about = {"group": _group_name(), "moment": format_moment(alarm.began_at)}
    if word is Word.WORKS_AGAIN:
        text = (
            _("%(group)s: the site works again. Something had been broken since %(moment)s.")
            % about
        )
        return text, text
    if word is Word.STILL:
        headline = _("%(group)s: something on the site is still broken, since %(moment)s.") % about
    else:
        headline = _("%(group)s: something on the site has been broken since %(moment)s.") % about
    page = settings.SITE_URL + reverse("admin:health")
    chat = [headline, *(f"• {one.sentence}" for one in broken), page]
    phone = [headline, *(one.sentence for one in broken[:1])]
    if more := len(broken) - 1:
        phone.append(ngettext("And %d more.", "And %d more.", more) % more)
    return "\n".join(chat), " ".join(phone)


def _group_name() -> str:
    return group_if_known().name


class _OwnTurns:
    """The turns of this process, by `time.monotonic`: one within `pause`, the first `after`."""

    def __init__(self, pause: timedelta, *, after: timedelta) -> None:
        self._pause = pause.total_seconds()
        self._next = time.monotonic() + after.total_seconds()
        self._lock = threading.Lock()

    def take(self) -> bool:
        with self._lock:
            if time.monotonic() < self._next:
                return False
            self._next = time.monotonic() + self._pause
            return True


_looks = _OwnTurns(PAUSE, after=PAUSE)
"""What has just started does not look at once."""
_tests = _OwnTurns(PAUSE_OF_TESTS, after=timedelta())
"""Of this process, while the database keeps no turns."""


def _is_our_turn(part: str, pause: timedelta, *, otherwise: Callable[[], bool]) -> bool:
    """`otherwise` says it where the database, which may be what stands still, keeps no turns."""
    try:
        with own_connection(seconds=QUERY_SECONDS):
            return take_turn(part, pause)
    except Error:
        return otherwise()


def watch_in_background(**_signal: Any) -> None:
    """Look in a thread if it is time: at most once a minute, of all processes of the site one.

    Costs nothing between, and nothing where nobody could be told.
    """
    if _looks.take() and ways():
        threading.Thread(target=watch_in_turn, daemon=True).start()


def watch_after_requests() -> None:
    """Let this web server look after requests."""
    request_finished.connect(watch_in_background)


def watch_in_turn() -> None:
    """Look if no other process of the site has looked in the last minute.

    Who calls it does so once a minute: without a database each process looks then.
    """
    if _is_our_turn(TURN, PAUSE, otherwise=lambda: True):
        watch()
