"""Trying what was answered: a message that is really sent, and where the name of the site leads.

Nothing here waits longer than some seconds: a server that is slow or silent is told of and tried again later.
"""

import socket
from collections.abc import Callable
from secrets import token_hex
from smtplib import SMTPException
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string

from mutualaid.hosting.mail_address import MailServer
from mutualaid.notify.channels.base import DeliveryUncertain
from mutualaid.notify.channels.sms import GATEWAYS

MAIL_SECONDS, NAME_SECONDS, SMS_SECONDS = 8.0, 4.0, 15.0
SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Tried(NamedTuple):
    """Whether a message was taken, and a sentence for the terminal about how it went."""

    is_sent: bool
    words: str


def send_test_mail(server: MailServer, *, sender: str, to: str, name: str) -> Tried:
    """Send one mail through `server`."""
    connection = get_connection(
        SMTP,
        host=server.name,
        port=server.port,
        username=server.user,
        password=server.password,
        use_ssl=server.scheme == "smtps",
        use_tls=server.scheme == "submission",
        timeout=2 * MAIL_SECONDS,  # longer than is waited below, so that silence has one sentence
    )
    body = f"This is a test of the site of {name}. If you can read it, mail works.\n"
    mail = EmailMessage(f"A test from {name}", body, sender, [to], connection=connection)
    try:
        answered = _within(MAIL_SECONDS, mail.send)
    except SMTPException as error:
        return Tried(False, f"The mail server at {server.host} says no: {_reason(error)}")
    except OSError as error:
        return Tried(False, f"The mail server at {server.host} cannot be reached: {_reason(error)}")
    if answered is None:
        words = (
            f"The mail server at {server.host} has not answered within {MAIL_SECONDS:.0f} seconds."
        )
        return Tried(False, f"{words} The mail may still arrive. Everything else goes on.")
    return Tried(True, f"A test mail is on its way to {to}. Look for it, also among the spam.")


def send_test_text(sms_url: str, *, to: str, name: str) -> Tried:
    """Send one text message through the gateway `sms_url`."""
    url = urlsplit(sms_url)
    gateway = import_string(GATEWAYS[url.scheme])(url)
    text = f"This is a test of the site of {name}."
    try:
        answered = _within(
            SMS_SECONDS, lambda: gateway.send(to, text, message_id=token_hex(8)) or 1
        )
    except DeliveryUncertain:
        answered = None
    except Exception as error:  # each gateway has its own
        return Tried(False, f"The gateway says no: {_reason(error)}")
    if answered is None:
        return Tried(
            False, "The gateway has not answered clearly in time. The text may still arrive."
        )
    return Tried(True, f"A test text message is on its way to {to}.")


def look_up(site_url: str) -> str:
    """Return a warning where the name of the site does not lead to this machine; "" where it does."""
    parts = urlsplit(site_url)
    host = parts.hostname or ""
    try:
        found: Any = _within(NAME_SECONDS, lambda: socket.getaddrinfo(host, parts.port or 443))
    except OSError:
        return f"The name {host} leads nowhere yet. Add it where your domain is kept; it can take some hours."
    if found is None:
        return f"Where {host} leads could not be found out in {NAME_SECONDS:.0f} seconds."
    addresses = sorted({str(entry[4][0]) for entry in found})
    if any(map(_is_here, addresses)):
        return ""
    return (
        f"The name {host} leads to {', '.join(addresses)}, which is not this machine. Behind a proxy or a"
        " router that is normal; else correct it where your domain is kept."
    )


def _is_here(address: str) -> bool:
    """Whether it is an address of this machine: only on those can a program listen."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


def _within(seconds: float, job: Callable[[], object]) -> object | None:
    """Return what `job` returns; None where it takes longer, and then it goes on behind our back.

    What it raises is raised here.
    """
    results: list[object] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            results.append(job())
        except BaseException as error:
            failures.append(error)

    thread = Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    if failures:
        if isinstance(failures[0], TimeoutError):
            return None
        raise failures[0]
    return results[0] if results else None


def _reason(error: BaseException) -> str:
    text = getattr(error, "smtp_error", None) or getattr(error, "strerror", None) or str(error)
    words = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    return " ".join(words.split())[:200] or type(error).__name__
