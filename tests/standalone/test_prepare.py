"""What keeps a site from getting ready is told with what to do."""

import errno

import pytest

from mutualaid.standalone import prepare
from mutualaid.standalone.errors import CannotStart


def test_stale_translations_in_a_folder_that_is_read_only_are_told(monkeypatch) -> None:
    def read_only(*_words: object, **_options: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(prepare, "call_command", read_only)
    with pytest.raises(
        CannotStart, match=r"Read-only file system\. Whoever installs the code runs once"
    ):
        prepare.prepare()
