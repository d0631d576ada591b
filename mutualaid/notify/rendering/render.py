"""The words of a message, rendered in its reader's language when it is sent."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils import translation

from mutualaid.notify.registry import Group, Kind, Message


class Button(NamedTuple):
    label: str
    url: str


@dataclass(frozen=True)
class RenderedMessage:
    subject: str
    paragraphs: list[str]
    buttons: list[Button]
    text: str
    html: str


def render_message(kind: Kind, message: Message, *, unsubscribe_url: str = "") -> RenderedMessage:
    """The subject, the message as plain text, and the same as HTML in the shared frame."""
    with translation.override(message.recipient.language or settings.LANGUAGE_CODE):
        subject, body = _written(kind, message)
        buttons = _buttons(kind, message)
        paragraphs = [part.strip() for part in body.split("\n\n") if part.strip()]
        frame: dict[str, Any] = {
            "subject": subject,
            "body": body,
            "paragraphs": paragraphs,
            "buttons": buttons,
            "has_links": kind.asked_for,  # all its words are ours; elsewhere names could be made links
            "unsubscribe_url": unsubscribe_url,
            "preferences_url": _preferences_url() if kind.group in CHOOSABLE else "",
            "group_name": settings.GROUP_NAME,
            "help_contact": settings.HELP_CONTACT,
        }
        text = _plain("notify/frame.txt", frame)
        html = render_to_string("notify/frame.html", frame)
    return RenderedMessage(subject, paragraphs, buttons, text + "\n", html)


def render_for_reading_out(kind: Kind, message: Message) -> tuple[str, str]:
    """Subject and message without links, in the language of whoever reads it out."""
    return _written(kind, message)


def render_text_message(kind: Kind, message: Message) -> str:
    """One or two short sentences for a phone: neutral, for others may see its screen."""
    with translation.override(message.recipient.language or settings.LANGUAGE_CODE):
        subject, url = render_line(kind, message)
        context = {"subject": subject, "url": url, "replies": kind.replies}
        return " ".join(_plain("notify/sms.txt", context).split())


def render_line(kind: Kind, message: Message) -> tuple[str, str]:
    """The subject, and the page where the rest stands."""
    with translation.override(message.recipient.language or settings.LANGUAGE_CODE):
        subject, _body = _written(kind, message)
    name = "page" if "page" in message.urls else next(iter(message.urls), "")
    return subject, _url(message, name) if name else ""


CHOOSABLE = (Group.INVITATIONS, Group.TASKS, Group.CARE, Group.DIGEST)


def _written(kind: Kind, message: Message) -> tuple[str, str]:
    """The first line of the template is the subject, the rest is the message."""
    group = {"group_name": settings.GROUP_NAME, "help_contact": settings.HELP_CONTACT}
    written = _plain(f"notify/{kind.name}.txt", {**message.context, **group})
    subject, _, body = written.partition("\n")
    return subject.strip(), re.sub(r"\n{3,}", "\n\n", body.strip())


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
    loaded: Any = get_template(template)
    written: str = loaded.template.render(Context(context, autoescape=False))
    return written.strip()


def _preferences_url() -> str:
    return settings.SITE_URL + reverse("preferences")
