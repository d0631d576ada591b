"""Rendering a message in its reader's language, when it is sent."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils import translation

from mutualaid import clock
from mutualaid.group.current import current_group
from mutualaid.i18n.catalogue import is_machine_made
from mutualaid.local_time import moment_in_words
from mutualaid.notify.registry import Group, Kind, Message


class Button(NamedTuple):
    """A link of a message, shown as a button where mail is HTML."""

    label: str
    url: str


@dataclass(frozen=True)
class RenderedMessage:
    """`paragraphs` are the message alone; `text` and `html` are the whole mail, with buttons and footer."""

    subject: str
    paragraphs: list[str]
    buttons: list[Button]
    text: str
    html: str


def render_message(kind: Kind, message: Message, *, unsubscribe_url: str = "") -> RenderedMessage:
    """A mail: the subject, and the message in the shared frame as plain text and as HTML.

    Where it names no need it says when it was sent, so that two of a week can be told apart.
    `unsubscribe_url` stands in its footer unless it is "".
    """
    with translation.override(current_group().offered(message.recipient.language)):
        subject, body = _subject_and_body(kind, message)
        buttons = _buttons(kind, message)
        paragraphs = [part.strip() for part in body.split("\n\n") if part.strip()]
        frame: dict[str, Any] = {
            "subject": subject,
            "body": body,
            "paragraphs": paragraphs,
            "buttons": buttons,
            "has_links": kind.asked_for,  # all its text is ours; elsewhere a name could become a link
            "unsubscribe_url": unsubscribe_url,
            "preferences_url": _preferences_url() if kind.group in CHOOSABLE else "",
            "is_machine_made": is_machine_made(translation.get_language() or "en"),
            "sent_on": "" if "mentions" in message.context else moment_in_words(clock.now()),
            **_group(),
        }
        text = _plain("notify/frame.txt", frame)
        html = render_to_string("notify/frame.html", frame)
    return RenderedMessage(subject, paragraphs, buttons, text + "\n", html)


def render_for_reading_out(kind: Kind, message: Message) -> tuple[str, str]:
    """Subject and message without links, in the language of whoever reads it out."""
    return _subject_and_body(kind, message)


def render_text_message(kind: Kind, message: Message) -> str:
    """One or two short sentences for a phone: neutral, for others may see its screen."""
    with translation.override(current_group().offered(message.recipient.language)):
        subject, url = render_line(kind, message)
        context = {"subject": subject, "url": url, "replies": kind.replies}
        return " ".join(_plain("notify/sms.txt", context).split())


def render_line(kind: Kind, message: Message) -> tuple[str, str]:
    """The subject, and the URL of the page where the rest stands; "" where there is none."""
    with translation.override(current_group().offered(message.recipient.language)):
        subject, _body = _subject_and_body(kind, message)
    name = "page" if "page" in message.urls else next(iter(message.urls), "")
    return subject, _url(message, name) if name else ""


CHOOSABLE = (
    Group.INVITATIONS,
    Group.TASKS,
    Group.CARE,
    Group.DIGEST,
    Group.DECISIONS,
    Group.BREAKS,
    Group.HOURS,
)
"""Groups of messages whose readers find what they chose on the page of preferences."""


def _subject_and_body(kind: Kind, message: Message) -> tuple[str, str]:
    """The first line of the template is the subject, the rest is the message."""
    text = _plain(f"notify/{kind.name}.txt", {**message.context, **_group()})
    subject, _, body = text.partition("\n")
    return subject.strip(), re.sub(r"\n{3,}", "\n\n", body.strip())


def _group() -> dict[str, object]:
    group = current_group()
    return {"group": group, "group_name": group.name, "help_contact": group.help_contact}


def _buttons(kind: Kind, message: Message) -> list[Button]:
    return [
        Button(str(label), _url(message, name))
        for name, label in kind.buttons.items()
        if name in message.urls
    ]


def _url(message: Message, name: str) -> str:
    url = message.urls[name]
    return url() if callable(url) else url


def _plain(template: str, context: dict[str, Any]) -> str:
    """Without escaping, for plain text."""
    loaded: Any = get_template(template)
    text: str = loaded.template.render(Context(context, autoescape=False))
    return text.strip()


def _preferences_url() -> str:
    return settings.SITE_URL + reverse("preferences")
