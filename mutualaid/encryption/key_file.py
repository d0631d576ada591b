"""Keys that the environment does not set: made once, and kept beside the data."""

import contextlib
import json
import os
import secrets
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

from django.core.exceptions import ImproperlyConfigured


class Secrets(TypedDict):
    secret_key: str
    contact_keys: list[str]


def load_or_make(data_dir: Path, check_may_make: Callable[[], None]) -> Secrets:
    """Return the keys kept in `data_dir`, making them on the first start (readable by the owner only).

    Lets through what `check_may_make` raises, which is called before. Raises `ImproperlyConfigured` when the
    folder cannot be written, or the file is damaged: new keys would open nothing that is stored. Two
    processes that start at once agree on one file: it appears whole, or not at all.
    """
    path = data_dir / "secrets.json"
    try:
        if not path.exists():
            check_may_make()
            _write_once(path)
        stored: Secrets = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"The keys in {path} cannot be read: {error}") from error
    return stored


def _write_once(path: Path) -> None:
    fresh: Secrets = {
        "secret_key": secrets.token_urlsafe(50),
        "contact_keys": ["k1:" + b64encode(secrets.token_bytes(32)).decode()],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(fresh, file)
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
