"""Text messages that were sent, read from the file that `SMS_URL=sink://` writes."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.test import override_settings

from mutualaid.notify.tasks import sweep

CODE = re.compile(r"\b([A-Z]{4}-[A-Z]{4})\b")


def texts(to: str = "") -> list[str]:
    """Send what is due, and return all that was sent to this number, or to any; the newest last."""
    sweep()
    file = settings.MAIL_DIR / "texts.log"
    written = file.read_text().split("-" * 79)[:-1] if file.exists() else []
    return [text for text in written if f"To: {to}" in text]


def code_in_text(to: str = "") -> str:
    """The code in the newest text message."""
    text = texts(to)[-1]
    found = CODE.search(text)
    assert found, text
    return found.group(1)


@contextmanager
def texts_are_sent() -> Iterator[None]:
    """Let text messages go out, into a folder that is gone afterwards."""
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(SMS_URL="sink://", MAIL_DIR=folder),
    ):
        yield
