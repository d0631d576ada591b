"""A port of this machine that counts who connects to it, and every connection that the process tries."""

import sys
from collections.abc import Iterator

import pytest

from tests.support.sockets import listener


@pytest.fixture(scope="module")
def here() -> Iterator[tuple[int, list[object]]]:
    with listener() as found:
        yield found


@pytest.fixture(scope="module")
def connections() -> list[object]:
    """Every address that this process tries to connect to, for as long as it is the list."""
    tried: list[object] = []

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "socket.connect":
            tried.append(arguments[1])

    sys.addaudithook(hook)
    return tried
