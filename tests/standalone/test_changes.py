import os
from pathlib import Path

from mutualaid.standalone.changes import Changes


def test_what_was_saved_added_or_removed_is_noticed_once(tmp_path: Path) -> None:
    old = tmp_path / "room" / "old.py"
    old.parent.mkdir()
    old.touch()
    changes = Changes([tmp_path])
    assert not changes.any()

    os.utime(old, (1, 1))
    assert changes.any()
    assert not changes.any()

    (tmp_path / "new.py").touch()
    assert changes.any()

    old.unlink()
    assert changes.any()

    (tmp_path / "notes.txt").touch()
    assert not changes.any()
