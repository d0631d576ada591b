"""The room in which coordinators talk: Signal, Matrix, Telegram, Slack and many more, by Apprise.

`TEAM_CHAT_URLS` names it, see https://appriseit.com/services/. It may stand on anybody's server, so that
a message there says what happened and leads to the desk, and never to whom.
"""

from typing import ClassVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.models import Notification
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Message, kind_named
from mutualaid.notify.rendering.render import render_text_message


class NobodyListens(Exception):
    """The room's server did not take the message."""


class TeamChat:
    name: ClassVar[str] = "team_chat"
    label: ClassVar[str | Promise] = _("The coordinators' room")
    never_twice: ClassVar[bool] = False

    def address(self, recipient: Recipient) -> str:
        return "team_chat" if settings.TEAM_CHAT_URLS else ""

    def send(self, row: Notification, message: Message) -> Notification.State:
        """Raises `NobodyListens` when one of the servers did not take the message."""
        import apprise  # takes half a second, which most processes need not spend

        rooms = apprise.Apprise()
        for url in settings.TEAM_CHAT_URLS:
            rooms.add(url)
        if not rooms.notify(body=render_text_message(kind_named(row.kind), message)):
            raise NobodyListens
        return Notification.State.SENT
