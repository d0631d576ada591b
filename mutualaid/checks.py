"""System checks of the environment, so that a mistake shows before the first request."""

import os
from typing import Any
from urllib.parse import urlsplit

import phonenumbers
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured

from mutualaid.encryption.fields import decrypt, encrypt

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
}
"""Variables that no default fits: what goes wrong without them, and an example."""
BROKERS = {"redis", "rediss", "redis+socket", "unix"}


@register()
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
    if urlsplit(settings.CELERY_BROKER_URL).scheme in BROKERS:
        return []
    hint = "It looks like redis://HOST:6379/0; left empty, a broker comes with the site."
    return [Error("REDIS_URL is not the address of a Redis.", hint=hint, id="mutualaid.E002")]


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


@register()
def phone_region_exists(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if settings.PHONE_REGION in phonenumbers.SUPPORTED_REGIONS:
        return []
    hint = "It is two letters, as US, GB or DE."
    return [Error("PHONE_REGION is no country.", hint=hint, id="mutualaid.E004")]
