"""The environment of a command, before there are settings: `manage.py COMMAND --env-file FILE`.

`setup` and `sites` are about sites that may not exist yet: they run with settings that open no database and
make no keys, and do their work in processes of the site they are about.
"""

import os
import secrets
from base64 import b64encode
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from mutualaid.hosting import env_file
from mutualaid.hosting.env_file import BadFile

OPTION = "--env-file"
WITHOUT_A_SITE = frozenset({"setup", "sites"})
OF_A_SITE = frozenset({
    "SITE_URL", "GROUP_NAME", "HELP_CONTACT", "TIME_ZONE", "PHONE_REGION", "LANGUAGE_CODE",
    "SECURITY_CONTACT", "SECRET_KEY", "CONTACT_KEYS", "EMAIL_URL", "FROM_EMAIL", "SMS_URL",
    "TEAM_CHAT_URLS", "PUSH_HOSTS", "PORT", "TRUSTED_PROXY_COUNT", "DATA_DIR", "DATABASE_URL", "PGBOUNCER",
    "REDIS_URL", "ERASURE_LEDGER", "WEB_WORKERS", "WEB_THREADS", "BIND", "WORKER_THREADS", "WORKER_QUEUES",
    "LOG_LEVEL", "ALARM_PHONE", "METRICS_TOKEN", "BACKUP_DIR", "BACKUP_RECIPIENTS", "AWAY_PAGE",
    "SENTRY_DSN", "EXIT_URL", "SOURCE_URL", "ALLOWED_HOSTS", "SSL_REDIRECT", "DEMO", "DEBUG",
    "PARTNERS_ON_LOOPBACK", "BACKUP_PASSPHRASE",
})  # fmt: skip
"""Variables that belong to one site, and that a process about another must not inherit."""
NOWHERE = "/nonexistent/mutualaid"
"""A folder that nobody makes: in one that others may write, a link would lead this process elsewhere."""
_found: dict[str, str] = {}


def take_environment(words: list[str], environment: MutableMapping[str, str]) -> list[str]:
    """Put into `environment` what the command line `words` asks for; return them without what was used.

    What is set already counts more than the file. Raises `BadFile` where that is not there or
    cannot be read.
    """
    if len(words) > 1 and words[1] in WITHOUT_A_SITE:
        _found.update({name: environment[name] for name in OF_A_SITE if environment.get(name)})
        environment.update(_no_site())
        for name in OF_A_SITE:
            if name not in _no_site():
                environment.pop(name, None)
        return words
    words, file = _without_option(words)
    if file is not None:
        if not file.exists():
            raise BadFile(f"There is no file {file}.")
        for name, value in env_file.read(file).items():
            environment.setdefault(name, value)
    return words


def found_before() -> dict[str, str]:
    """Return what the environment said of a site when `setup` or `sites` began."""
    return dict(_found)


def environment_of(file: Path, also: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a process of the site whose file this is. Raises `BadFile`."""
    inherited = {name: value for name, value in os.environ.items() if name not in OF_A_SITE}
    return inherited | dict(also or {}) | env_file.read(file)


def _no_site() -> dict[str, str]:
    return {
        "DATA_DIR": NOWHERE,
        "DATABASE_URL": "sqlite:///:memory:",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "CONTACT_KEYS": "k1:" + b64encode(secrets.token_bytes(32)).decode(),
    }


def _without_option(words: list[str]) -> tuple[list[str], Path | None]:
    for index, word in enumerate(words):
        if word.startswith(f"{OPTION}="):
            return words[:index] + words[index + 1 :], Path(word.partition("=")[2])
        if word == OPTION and index + 1 < len(words):
            return words[:index] + words[index + 2 :], Path(words[index + 1])
    return words, None
