"""Run a command of one site in a process of its own, with the environment of that site's file."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from mutualaid.hosting import start

LONGEST = 600
"""Seconds: the migrations of an empty database take some ten, on a small machine a minute."""


class SiteFailed(Exception):
    """A command of a site did not end well. The text is what it said."""


def run(
    file: Path,
    *words: str,
    text: str = "",
    also: Mapping[str, str] | None = None,
) -> str:
    """Run `manage.py WORDS` for the site of this file, and return what it wrote.

    `text` is its input, `also` the variables that count where the file says nothing. The superuser runs it
    as the account that owns the site's data. Raises `SiteFailed`, and `env_file.BadFile` where the file
    cannot be read.
    """
    environment = start.environment_of(file, also) | {"PYTHONDONTWRITEBYTECODE": "1"}
    account = _account_of(environment.get("DATA_DIR", ""))
    if account:
        environment["HOME"] = environment["DATA_DIR"]
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]
    try:
        done: subprocess.CompletedProcess[str] = subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            env=environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
            **account,
        )
    except subprocess.TimeoutExpired as error:
        raise SiteFailed(f"{words[0]} took more than {LONGEST} seconds.") from error
    except OSError as error:  # as where its account may not read the code
        raise SiteFailed(f"{command[0]} could not be started: {error.strerror}") from error
    if done.returncode:
        raise SiteFailed((done.stderr.strip() or done.stdout.strip())[-1500:])
    return done.stdout


def _account_of(data_dir: str) -> dict[str, Any]:
    """How to become the owner of the folder; {} for who is it, or may not."""
    try:
        found = Path(data_dir).stat()
    except OSError:
        return {}
    if os.geteuid() != 0 or found.st_uid == 0:
        return {}
    return {"user": found.st_uid, "group": found.st_gid, "extra_groups": []}


def site_rows(
    file: Path, changes: Mapping[str, Any] | None = None, *, also: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Write `changes` to the rows of the site, and return how they stand; see `rows.apply`.

    Without changes it only looks. Raises as `run`.
    """
    answer = run(file, "site_rows", text=json.dumps(changes), also=also)
    found: dict[str, Any] = json.loads(answer.splitlines()[-1])
    return found
