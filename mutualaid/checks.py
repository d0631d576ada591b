"""What must be right in the environment, said before the first request and not at the first need."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from mutualaid.encryption.fields import decrypt, encrypt

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
