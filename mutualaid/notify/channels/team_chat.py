"""The coordinators' team chat: Signal, Matrix, Telegram, Slack and many more, by Apprise.

`TEAM_CHAT_URLS` names it, see https://appriseit.com/services/. It may stand on anyone's server, so that a
message there says what happened and links to the admin, and never says to whom it happened. Apprise
brings a client of its own: here it follows no redirect, and reaches a private address only of a host that
is written in one of these URLs, and reads an answer over HTTP only so far and so long as ours.
"""

from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.boundary.outbound import guarded
from mutualaid.notify.channels.base import Channel
from mutualaid.notify.models import Attempt
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Message, kind_named
from mutualaid.notify.rendering.render import render_text_message


class ChatRefused(Exception):
    """The chat's server did not take the message."""


class TeamChat(Channel):
    name: ClassVar[str] = "team_chat"
    label: ClassVar[str | Promise] = _("The coordinators' room")
    never_twice: ClassVar[bool] = False

    def address(self, recipient: Recipient) -> str:
        return "team_chat" if settings.TEAM_CHAT_URLS else ""

    def send(self, attempt: Attempt, message: Message) -> Attempt.State:
        """Raises `ChatRefused` where one of the chats did not take it."""
        post_to_chats(render_text_message(kind_named(attempt.notification.kind), message))
        return Attempt.State.SENT


def post_to_chats(text: str) -> None:
    """Write `text` into each of the group's chats. Raises `ChatRefused` where one did not take it."""
    import apprise  # takes half a second, which most processes need not spend

    # One after the other, in this thread: the guard holds for a thread.
    asset = apprise.AppriseAsset(async_mode=False, http_redirects=False)
    chats = apprise.Apprise(asset=asset)
    for url in settings.TEAM_CHAT_URLS:
        chats.add(url)
    named = [urlsplit(url).hostname or "" for url in settings.TEAM_CHAT_URLS]
    with guarded(named):
        is_taken = chats.notify(body=text)
    if not is_taken:
        raise ChatRefused
