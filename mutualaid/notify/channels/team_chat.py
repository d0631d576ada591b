"""The coordinators' team chat: Signal, Matrix, Telegram, Slack and many more, by Apprise.

`TEAM_CHAT_URLS` names it, see https://appriseit.com/services/. It may stand on anyone's server, so that a
message there says what happened and links to the admin, and never says to whom it happened.
"""

from typing import ClassVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.models import Notification
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Message, kind_named
from mutualaid.notify.rendering.render import render_text_message


class ChatRefused(Exception):
    """The chat's server did not take the message."""


class TeamChat:
    name: ClassVar[str] = "team_chat"
    label: ClassVar[str | Promise] = _("The coordinators' room")
    never_twice: ClassVar[bool] = False

    def address(self, recipient: Recipient) -> str:
        return "team_chat" if settings.TEAM_CHAT_URLS else ""

    def send(self, row: Notification, message: Message) -> Notification.State:
        """Raises `ChatRefused` where one of the chats did not take it."""
        import apprise  # takes half a second, which most processes need not spend

        chats = apprise.Apprise()
        for url in settings.TEAM_CHAT_URLS:
            chats.add(url)
        if not chats.notify(body=render_text_message(kind_named(row.kind), message)):
            raise ChatRefused
        return Notification.State.SENT
