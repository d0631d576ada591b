"""Both sites in one process: the connection, the address and the outbound call are swapped, nothing else.

Each has an SQLite file of its own, so that an older copy is put back by copying it.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.db import DEFAULT_DB_ALIAS, connections
from django.test import Client, override_settings

from mutualaid.backups.replay import replay
from mutualaid.boundary.outbound import Answer, Endpoint, NoAnswer, NotConnected
from mutualaid.celery import without_broker


@dataclass(frozen=True)
class Sent:
    """A message as it went over the wire."""

    to: "End"
    body: bytes
    headers: dict[str, str]


class End:
    """One of the two sites."""

    def __init__(self, name: str, address: str, file: Path) -> None:
        self.name, self.address, self.file = name, address, file
        self.ledger = file.with_suffix(".csv")
        self.connection: Any = connections.create_connection(DEFAULT_DB_ALIAS)
        self.connection.settings_dict = self.connection.settings_dict | {"NAME": str(file)}

    def put_back(self, copy: Path) -> None:
        """Let `copy` be its data from now on; who was erased since is erased again, as by `restore`."""
        self.connection.close()
        for rest in ("-wal", "-shm"):
            self.file.with_name(self.file.name + rest).unlink(missing_ok=True)
        shutil.copyfile(copy, self.file)
        if self.ledger.exists():
            with at(self):
                replay([self.ledger])

    def copied_to(self, copy: Path) -> Path:
        """Write its data as they are now to `copy`."""
        self.connection.close()  # which puts the log into the file
        shutil.copyfile(self.file, copy)
        return copy


@dataclass
class Wire:
    """Between the ends. `loses` is what the next message meets: nothing, no connection, or no answer."""

    ends: dict[str, End]
    sent: list[Sent] = field(default_factory=list)
    loses: str = ""

    def post(self, endpoint: Endpoint, body: bytes, headers: dict[str, str], **_: Any) -> Answer:
        """Stand in the place of `boundary.outbound.post`."""
        to = self.ends[endpoint.origin]
        loses, self.loses = self.loses, ""
        if loses == "message":
            raise NotConnected
        self.sent.append(Sent(to, body, dict(headers)))
        answer = self.deliver(self.sent[-1])
        if loses == "answer":
            raise NoAnswer
        return answer

    def deliver(self, sent: Sent) -> Answer:
        """Let a message arrive, for the first time or once more."""
        with at(sent.to):
            response = Client().generic(
                "POST",
                "/partners/inbox/",
                sent.body,
                content_type=sent.headers["Content-Type"],
                headers={k: v for k, v in sent.headers.items() if k != "Content-Type"},
            )
            return Answer(response.status_code, response.content)

    def get(self, endpoint: Endpoint, **_: Any) -> Answer:
        """Stand in the place of `boundary.outbound.get`."""
        with at(self.ends[endpoint.origin]):
            response = Client().get(endpoint.target)
            return Answer(response.status_code, response.content)


@contextmanager
def at(end: End) -> Iterator[None]:
    """Be this site for the block."""
    before = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = end.connection
    try:
        with override_settings(
            SITE_URL=end.address, ALLOWED_HOSTS=["*"], ERASURE_LEDGER=end.ledger
        ):
            yield
    finally:
        connections[DEFAULT_DB_ALIAS] = before


@contextmanager
def joined(*ends: End) -> Iterator[Wire]:
    """Let what one of `ends` posts to another arrive there, without a socket."""
    wire = Wire({end.address: end for end in ends})
    with ExitStack() as exit:
        exit.enter_context(override_settings(PARTNERS_ON_LOOPBACK=True))
        exit.enter_context(without_broker())
        exit.enter_context(patch("mutualaid.partners.delivery.post", wire.post))
        exit.enter_context(patch("mutualaid.boundary.outbound.get", wire.get))
        try:
            yield wire
        finally:
            for end in ends:
                end.connection.close()
