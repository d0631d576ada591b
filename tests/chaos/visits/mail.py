"""A mail server in a bad mood: it drops, puts off, is late and lies, and takes what comes again."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from typing import Any

from tests.chaos.history import History
from tests.chaos.mail_server import MailServer, hang_up, message_id_of

TAKES = "takes"
GREYLISTS, CLOSES = "greylists", "closes in the middle"
DROPS, BUSY = "drops after DATA", "451"
LATE, TOO_LATE, LIES = "late", "too late", "takes and drops"
AT_ADDRESS = (TAKES, TAKES, GREYLISTS, TAKES, TAKES, CLOSES)
AT_DATA = (DROPS, TAKES, BUSY, LIES, TAKES, LATE, TAKES, TOO_LATE, TAKES)
BAD = {*AT_ADDRESS, *AT_DATA} - {TAKES}
SECONDS = {LATE: 4.0, TOO_LATE: 12.0}
"""Until it answers; the site waits for ten (EMAIL_TIMEOUT)."""
LEAVES_IN_DOUBT = {LIES, TOO_LATE}
"""It has the mail, and the site cannot know that."""


class MoodyMailServer(MailServer):
    """Each new recipient and each new mail meets the next mood, once.

    `answers`: how often it was in each mood; `in_doubt`: the Message-IDs of the mails that it kept without
    saying so in time.
    """

    def __init__(self, history: History, *, pace: float = 0.0) -> None:
        super().__init__(history, pace=pace)
        self.answers = Counter[str]()
        self.in_doubt = Counter[str]()
        self._at_address, self._at_data = cycle(AT_ADDRESS), cycle(AT_DATA)
        self._met: set[str] = set()

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        mood = self._mood_for(address, self._at_address)
        if mood == GREYLISTS:
            return "451 4.7.1 greylisted, try again later"
        if mood == CLOSES:
            return hang_up(server)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message_id = message_id_of(envelope)
        mood = self._mood_for(message_id, self._at_data)
        if mood == DROPS:
            return hang_up(server)
        if mood == BUSY:
            return "451 4.3.0 try again later"
        if mood in LEAVES_IN_DOUBT:
            self.in_doubt[message_id] += 1
        answer = await super().handle_DATA(server, session, envelope)
        if mood == LIES:
            return hang_up(server)
        await asyncio.sleep(SECONDS.get(mood, 0))
        return answer

    def _mood_for(self, key: str, moods: Iterator[str]) -> str:
        """The next of `moods` for whatever it meets for the first time."""
        if key in self._met:
            return TAKES
        self._met.add(key)
        mood = next(moods)
        self.answers[mood] += 1
        return mood
