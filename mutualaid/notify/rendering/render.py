"""The words of a message, rendered in its reader's language when it is sent."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils import translation

from mutualaid.notify.registry import Group, Kind, Letter


class Button(NamedTuple):
    label: str
    url: str


@dataclass(frozen=True)
class Words:
    subject: str
    paragraphs: list[str]
    buttons: list[Button]
    text: str
    html: str


def words_of(kind: Kind, letter: Letter, *, off_url: str = "") -> Words:
    """The subject, the letter as plain text, and the same as HTML in the shared frame."""
    with translation.override(letter.reach.language or settings.LANGUAGE_CODE):
        subject, body = _written(kind, letter)
        buttons = _buttons(kind, letter)
        paragraphs = [part.strip() for part in body.split("\n\n") if part.strip()]
        frame: dict[str, Any] = {
            "subject": subject,
            "body": body,
            "paragraphs": paragraphs,
            "buttons": buttons,
            "has_links": kind.asked_for,  # all its words are ours; elsewhere names could be made links
            "off_url": off_url,
            "preferences_url": _preferences_url() if kind.group in CHOOSABLE else "",
            "group_name": settings.GROUP_NAME,
            "help_contact": settings.HELP_CONTACT,
        }
        text = _plain("notify/frame.txt", frame)
        html = render_to_string("notify/frame.html", frame)
    return Words(subject, paragraphs, buttons, text + "\n", html)


def spoken(kind: Kind, letter: Letter) -> tuple[str, str]:
    """Subject and letter without links, in the language of whoever reads it out."""
    return _written(kind, letter)


def text_message_of(kind: Kind, letter: Letter) -> str:
    """One or two short sentences for a phone: neutral, for others may see its screen."""
    with translation.override(letter.reach.language or settings.LANGUAGE_CODE):
        subject, url = line_of(kind, letter)
        context = {"subject": subject, "url": url, "replies": kind.replies}
        return " ".join(_plain("notify/sms.txt", context).split())


def line_of(kind: Kind, letter: Letter) -> tuple[str, str]:
    """The subject, and the page where the rest stands."""
    with translation.override(letter.reach.language or settings.LANGUAGE_CODE):
        subject, _body = _written(kind, letter)
    name = "page" if "page" in letter.urls else next(iter(letter.urls), "")
    return subject, _url(letter, name) if name else ""


CHOOSABLE = (Group.ASKS, Group.TASKS, Group.CARE, Group.DESK)


def _written(kind: Kind, letter: Letter) -> tuple[str, str]:
    """The first line of the template is the subject, the rest is the letter."""
    group = {"group_name": settings.GROUP_NAME, "help_contact": settings.HELP_CONTACT}
    written = _plain(f"notify/{kind.name}.txt", {**letter.context, **group})
    subject, _, body = written.partition("\n")
    return subject.strip(), re.sub(r"\n{3,}", "\n\n", body.strip())


def _buttons(kind: Kind, letter: Letter) -> list[Button]:
    return [
        Button(str(label), _url(letter, name))
        for name, label in kind.buttons.items()
        if name in letter.urls
    ]


def _url(letter: Letter, name: str) -> str:
    url = letter.urls[name]
    return url() if callable(url) else url


def _plain(template: str, context: dict[str, Any]) -> str:
    loaded: Any = get_template(template)
    written: str = loaded.template.render(Context(context, autoescape=False))
    return written.strip()


def _preferences_url() -> str:
    return settings.SITE_URL + reverse("preferences")
