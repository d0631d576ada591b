"""A mail server with all the faults that mail servers have, each at an address of its own."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

from tests.chaos.history import History
from tests.support.site import free_port

ANSWERS = {
    "busy.example": "451 try again later",
    "gone.example": "550 no such mailbox",
}
"""The answer to a mail for someone there."""
REFUSED = "refused.example"
"""No one there has a mailbox, which the server says before it takes a mail."""
HANGS, DROPS, LIES = "slow.example", "drops.example", "lies.example"
"""Answers after a minute; ends the connection; keeps the mail and ends the connection, once."""
A_MINUTE = 60


class MailServer:
    """Keeps the moments of each copy that it accepted, by Message-ID; takes `pace` seconds a mail.

    `refused` counts the recipients who have no mailbox.
    """

    def __init__(self, history: History, *, pace: float = 0.0) -> None:
        self.copies: dict[str, list[float]] = defaultdict(list)
        self.recipients: dict[str, str] = {}
        self.refused = 0
        self._history = history
        self._pace = pace
        self._port = free_port()
        self._controller: Controller | None = None
        self._hung_up_on: set[str] = set()
        self.url = f"smtp://127.0.0.1:{self._port}"
        self.lock = threading.Lock()

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port)
        self._controller.start()

    def stop(self) -> None:
        """From now on connections are refused."""
        if self._controller:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address.endswith(f"@{REFUSED}"):
            self.refused += 1
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 go on"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        to = envelope.rcpt_tos[0]
        domain = to.rpartition("@")[2]
        message_id = message_id_of(envelope)
        await asyncio.sleep(A_MINUTE if domain == HANGS else self._pace)
        if domain == DROPS:
            return hang_up(server)
        if domain in ANSWERS:
            return ANSWERS[domain]
        self.keep(message_id, to)
        if domain == LIES and message_id not in self._hung_up_on:
            self._hung_up_on.add(message_id)
            return hang_up(server)
        return "250 thank you"

    def keep(self, message_id: str, to: str) -> None:
        at = self._history.note("arrived", message=message_id)
        with self.lock:
            self.copies[message_id].append(at)
            self.recipients[message_id] = to


def message_id_of(envelope: Any) -> str:
    return str(message_from_bytes(envelope.content)["Message-ID"])


def hang_up(server: Any) -> str:
    server.transport.abort()
    return ""


@contextmanager
def at_work(server: MailServer) -> Iterator[None]:
    server.start()
    try:
        yield
    finally:
        server.stop()
