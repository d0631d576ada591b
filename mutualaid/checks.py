"""System checks of the environment, so that a mistake shows before the first request."""

import os
import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import phonenumbers
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured

from mutualaid.encryption.fields import decrypt, encrypt
from mutualaid.notify.channels.sms import GATEWAYS

SET_BY_EACH_GROUP = {
    "TIME_ZONE": (
        "it is UTC, so quiet hours, days and messages at a set time are by a clock that is not yours",
        "America/New_York",
    ),
    "PHONE_REGION": (
        "it is US, so numbers written without a country are read as numbers of the United States",
        "GB",
    ),
    "LANGUAGE_CODE": (
        "it is en, so whoever chose no language is written to in English",
        "es",
    ),
    "GROUP_NAME": (
        "it is Mutual Aid, so messages are signed by no group in particular",
        '"Old Harbour Mutual Aid"',
    ),
    "HELP_CONTACT": (
        "it is empty, so no page and no message says how to reach you",
        '"555 0100, every day 9 to 6"',
    ),
    "EMAIL_URL": (
        "it is a mail server on this machine, and mail from a small machine seldom arrives",
        "submission://NAME:PASSWORD@smtp.example.org:587",
    ),
    "FROM_EMAIL": (
        "it is mutualaid@localhost, which mail servers refuse",
        '"Old Harbour Mutual Aid <help@help.example.org>"',
    ),
    "SECURITY_CONTACT": (
        "it is the page /about/, so whoever finds a hole has no address to tell it to",
        "safety@example.org",
    ),
}
"""Variables that no default fits: what goes wrong without them, and an example."""
BROKERS = {"redis", "rediss", "redis+socket", "unix"}

KEYS = "keys"
"""A tag: whether the keys are fit, and those of this database; asked each minute."""
BACKUPS = "backups"
"""A tag: whether this database is backed up."""
TLS_MODES = {"require", "verify-ca", "verify-full"}
"""Of PostgreSQL's `sslmode`; any other may go on in the clear."""


@register(KEYS)
def contact_keys_work(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Check that what is encrypted with the first key opens again."""
    try:
        opened = decrypt(encrypt("open", column="check", row=1), column="check", row=1)
    except (ValueError, ImproperlyConfigured) as error:
        hint = "One key is NAME:KEY, KEY being 32 random bytes in base64."
        return [Error(f"CONTACT_KEYS cannot be used: {error}", hint=hint, id="mutualaid.E001")]
    return [] if opened else [Error("CONTACT_KEYS open nothing.", id="mutualaid.E001")]


@register()
def broker_is_named_well(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if _scheme_of(settings.CELERY_BROKER_URL) in BROKERS:
        return []
    hint = "It looks like redis://HOST:6379/0; left empty, a broker comes with the site."
    return [Error("REDIS_URL is not the address of a Redis.", hint=hint, id="mutualaid.E002")]


@register()
def text_messages_are_named_well(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """A gateway that is misspelt would send nothing, and no one would notice."""
    if not settings.SMS_URL or _scheme_of(settings.SMS_URL) in GATEWAYS:
        return []
    hint = (
        "It looks like twilio://ACCOUNT:TOKEN@api.twilio.com/+15550100; left empty, none are sent."
    )
    return [Error("SMS_URL is not the address of a gateway.", hint=hint, id="mutualaid.E005")]


@register()
def team_chats_are_named_well(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if not settings.TEAM_CHAT_URLS:
        return []
    import apprise  # takes half a second, which groups without a chat need not spend

    wrong = [url for url in settings.TEAM_CHAT_URLS if not apprise.Apprise.instantiate(url)]
    hint = "It looks like matrixs://TOKEN@HOST/#ROOM, see https://appriseit.com/services/."
    message = f"TEAM_CHAT_URLS has {len(wrong)} addresses that are those of no chat."
    return [Error(message, hint=hint, id="mutualaid.E006")] if wrong else []


@register()
def security_contact_is_an_address(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if re.fullmatch(r"(mailto:[^@\s]+@[^@\s]+|(https?://|tel:)\S+)", settings.SECURITY_CONTACT):
        return []
    hint = "It looks like security@example.org, https://example.org/safety or tel:+15550100."
    message = "SECURITY_CONTACT is neither an e-mail nor an address."
    return [Error(message, hint=hint, id="mutualaid.E008")]


@register()
def exit_leads_to_another_site(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Check that whoever leaves a page quickly gets somewhere, and not to another page of ours."""
    exit_url, ours = urlsplit(settings.EXIT_URL), urlsplit(settings.SITE_URL)
    if exit_url.scheme in ("http", "https") and exit_url.hostname not in (None, ours.hostname):
        return []
    hint = "It looks like https://www.wikipedia.org/, a page that anyone may be reading."
    return [Error("EXIT_URL is not the address of another site.", hint=hint, id="mutualaid.E009")]


@register()
def sentry_is_named_well(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """One that is misspelt would end each process as it starts."""
    dsn = urlsplit(settings.SENTRY_DSN)
    is_address = dsn.scheme in ("http", "https") and dsn.username and dsn.path.strip("/")
    if not settings.SENTRY_DSN or is_address:
        return []
    hint = "It looks like https://KEY@sentry.example.org/1; left empty, nothing is sent."
    return [Error("SENTRY_DSN is not the address of a Sentry.", hint=hint, id="mutualaid.E020")]


@register(deploy=True)
def group_variables_are_set(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Warn where a default decides: no one may be woken at night because no time zone was set."""
    return [
        Warning(
            f"{name} is not set: {harm}.",
            hint=f"Set it, as {name}={example}; also where the default is right.",
            id="mutualaid.W003",
        )
        for name, (harm, example) in SET_BY_EACH_GROUP.items()
        if not os.environ.get(name)
    ]


@register(deploy=True)
def proxy_is_counted(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Warn where TLS ends at a proxy that the site does not know of."""
    if not settings.SITE_URL.startswith("https://") or settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return []
    return [
        Warning(
            "TRUSTED_PROXY_COUNT is 0, but SITE_URL begins with https.",
            hint="Behind one proxy, as Caddy or nginx, it is 1. At 0 each page leads to itself for ever,"
            " and all visitors share one limit.",
            id="mutualaid.W101",
        )
    ]


@register(deploy=True)
def static_files_are_collected(app_configs: Any, **_: Any) -> list[CheckMessage]:
    storage: object = staticfiles_storage
    if not isinstance(storage, ManifestStaticFilesStorage) or storage.hashed_files:
        return []
    hint = "Run manage.py collectstatic --noinput, after each update as well."
    return [Error("Pages have no style and no pictures.", hint=hint, id="mutualaid.E101")]


@register(deploy=True)
def partners_are_on_the_internet(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if not settings.PARTNERS_ON_LOOPBACK:
        return []
    return [
        Error(
            "PARTNERS_ON_LOOPBACK is set, so a neighbouring group may be any program of this machine.",
            hint="It is for tests alone. Leave it out.",
            id="mutualaid.E045",
        )
    ]


@register(deploy=True)
def others_are_called_with_tls(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Warn where codes, contact details or passwords would cross a network in the clear."""
    return [
        Warning(
            f"{name} is on another machine and without TLS.",
            hint=f"Use {right}. On the same machine, a loopback address or a socket is fine.",
            id="mutualaid.W010",
        )
        for name, right, is_open in _called()
        if is_open
    ]


def _called() -> Iterator[tuple[str, str, bool]]:
    """(variable, what is right, whether it is called over a network without TLS)."""
    database = settings.DATABASES["default"]
    mode = database.get("OPTIONS", {}).get("sslmode") or os.environ.get("PGSSLMODE")
    is_open = database["ENGINE"].endswith("postgresql") and mode not in TLS_MODES
    right = "?sslmode=verify-full in it"
    yield "DATABASE_URL", right, is_open and not _is_here(database.get("HOST", ""))
    broker = settings.CELERY_BROKER_URL
    yield "REDIS_URL", "rediss://", broker.startswith("redis:") and not _is_here(_host_of(broker))
    by_smtp = settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")
    is_open = by_smtp and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
    yield "EMAIL_URL", "submission:// or smtps://", is_open and not _is_here(settings.EMAIL_HOST)
    is_open = settings.SENTRY_DSN.startswith("http:")
    yield "SENTRY_DSN", "https://", is_open and not _is_here(_host_of(settings.SENTRY_DSN))
    by_text = settings.SMS_URL
    is_open = _scheme_of(by_text).endswith("+http")
    yield "SMS_URL", "it without +http", is_open and not _is_here(_host_of(by_text))


def _is_here(host: str) -> bool:
    """Whether it is this machine: its name, a loopback address, or a socket (a path, or none)."""
    if host in ("", "localhost") or host.startswith("/"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@register()
def phone_region_exists(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if settings.PHONE_REGION in phonenumbers.SUPPORTED_REGIONS:
        return []
    hint = "It is two letters, as US, GB or DE."
    return [Error("PHONE_REGION is no country.", hint=hint, id="mutualaid.E004")]


def _host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def _scheme_of(url: str) -> str:
    """The scheme; "" where the rest is no address, as with a port that is no number."""
    try:
        parts = urlsplit(url)
        return parts.scheme if parts.port != 0 else ""
    except ValueError:
        return ""
