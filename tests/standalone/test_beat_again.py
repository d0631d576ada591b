"""A beat that fails, as on a full disk, begins again: without it no sweep runs."""

from pathlib import Path
from threading import Event

import pytest

from mutualaid.standalone import worker


def test_a_beat_that_fails_begins_again_and_ends_when_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, beats, is_over = [], Event(), Event()

    class Service:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def start(self) -> None:
            tries.append(1)
            if len(tries) < 3:
                raise OSError
            beats.set()
            is_over.wait(60)

        def stop(self) -> None:
            is_over.set()

    monkeypatch.setattr(worker, "Service", Service)
    monkeypatch.setattr(worker, "BEGINS_AGAIN_AFTER", 0.01)
    beat = worker.Beat(tmp_path)
    beat.start()
    assert beats.wait(60)
    beat.stop()
    beat.join(60)
    assert not beat.is_alive()
    assert len(tries) == 3
