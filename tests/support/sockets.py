"""Servers on this machine that send what a test says, letter by letter if need be, and a call to one."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from mutualaid.boundary.outbound import Answer, named_endpoint, post


@contextmanager
def listener() -> Iterator[tuple[int, list[object]]]:
    """A port on 127.0.0.1 and, for each connection that was made to it, an entry."""
    server = socket.create_server(("127.0.0.1", 0))
    made: list[object] = []

    def accept() -> None:
        while True:
            try:
                connection, address = server.accept()
            except OSError:
                return
            made.append(address)
            connection.close()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server.getsockname()[1], made
    finally:
        server.close()


@contextmanager
def served(*chunks: bytes, pause: float = 0) -> Iterator[int]:
    """A server that sends these chunks to whoever connects, with a pause after each."""
    server = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def answer() -> None:
        connection, _address = server.accept()
        connection.recv(65536)
        for chunk in chunks:
            try:
                connection.sendall(chunk)
            except OSError:
                break
            if done.wait(pause):
                break
        connection.close()

    threading.Thread(target=answer, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        done.set()
        server.close()


@contextmanager
def answering(answer: Callable[[socket.socket, threading.Event], object]) -> Iterator[int]:
    """A server that lets `answer` talk to the first who connects; the event says that the test is over."""
    server = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def talk() -> None:
        with suppress(OSError):
            connection, _address = server.accept()
            with connection:
                answer(connection, ended)

    threading.Thread(target=talk, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        ended.set()
        server.close()


def call(port: int) -> Answer:
    return post(named_endpoint(f"http://127.0.0.1:{port}/"), b"", {})
