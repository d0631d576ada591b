"""What must be right in the environment, said before the first request and not at the first need."""

import os
from typing import Any
from urllib.parse import urlsplit

import phonenumbers
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured

from mutualaid.encryption.fields import decrypt, encrypt

LEFT_OPEN = {
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
}
"""What must be said of each group: what goes wrong otherwise, and an example."""
BROKERS = {"redis", "rediss", "redis+socket", "unix"}


@register()
def contact_keys_work(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """What is encrypted with the first key must open again."""
    try:
        opened = decrypt(encrypt("open", column="check"), column="check")
    except (ValueError, ImproperlyConfigured) as error:
        hint = "One key is NAME:KEY, KEY being 32 random bytes in base64."
        return [Error(f"CONTACT_KEYS cannot be used: {error}", hint=hint, id="mutualaid.E001")]
    return [] if opened else [Error("CONTACT_KEYS open nothing.", id="mutualaid.E001")]


@register()
def broker_is_named_well(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if urlsplit(settings.CELERY_BROKER_URL).scheme in BROKERS:
        return []
    hint = "It looks like redis://HOST:6379/0; left empty, a broker comes with the site."
    return [Error("REDIS_URL is not the address of a Redis.", hint=hint, id="mutualaid.E002")]


@register(deploy=True)
def what_only_the_group_knows_is_said(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Nobody is woken at night because a site was never told where it is."""
    return [
        Warning(
            f"{name} is not set: {harm}.",
            hint=f"Set it, as {name}={example}; also where the default is right.",
            id="mutualaid.W003",
        )
        for name, (harm, example) in LEFT_OPEN.items()
        if not os.environ.get(name)
    ]


@register()
def phone_region_exists(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if settings.PHONE_REGION in phonenumbers.SUPPORTED_REGIONS:
        return []
    hint = "It is two letters, as US, GB or DE."
    return [Error("PHONE_REGION is no country.", hint=hint, id="mutualaid.E004")]
