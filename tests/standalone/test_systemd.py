import socket
from pathlib import Path

import pytest

from mutualaid.standalone.systemd import notify


def test_who_started_the_site_is_told_how_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(address)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        notify("READY=1")
        assert heard.recv(100) == b"READY=1"


@pytest.mark.parametrize("address", [None, "/nowhere/at/all", "@nobody-listens-here"])
def test_without_anyone_to_tell_nothing_breaks(
    monkeypatch: pytest.MonkeyPatch, address: str | None
):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    if address:
        monkeypatch.setenv("NOTIFY_SOCKET", address)
    notify("READY=1")
