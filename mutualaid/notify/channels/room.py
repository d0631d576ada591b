"""The room in which coordinators talk: Signal, Matrix, Telegram, Slack and many more, by Apprise.

`ROOM_URLS` names it, see https://appriseit.com/services/. It may stand on anybody's server, so that
a message there says what happened and leads to the desk, and never to whom.
"""

from typing import ClassVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.models import Notification
from mutualaid.notify.recipient import Reach
from mutualaid.notify.registry import Letter, kind_named
from mutualaid.notify.rendering.render import text_message_of


class NobodyListens(Exception):
    """The room's server did not take the message."""


class Room:
    name: ClassVar[str] = "room"
    label: ClassVar[str | Promise] = _("The coordinators' room")
    never_twice: ClassVar[bool] = False

    def address(self, reach: Reach) -> str:
        return "room" if settings.ROOM_URLS else ""

    def send(self, row: Notification, letter: Letter) -> Notification.State:
        import apprise  # takes half a second, which most processes need not spend

        rooms = apprise.Apprise()
        for url in settings.ROOM_URLS:
            rooms.add(url)
        if not rooms.notify(body=text_message_of(kind_named(row.kind), letter)):
            raise NobodyListens
        return Notification.State.SENT
