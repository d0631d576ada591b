"""System checks: whether anyone would be told, and whether the phone to tell is one."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from mutualaid.health.alarm import alarm_phone, ways


@register()
def alarm_phone_is_a_phone(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if not settings.ALARM_PHONE or alarm_phone():
        return []
    hint = "It looks like +15550100123."
    return [Error("ALARM_PHONE is not the number of a phone.", hint=hint, id="mutualaid.E040")]


@register(deploy=True)
def someone_is_told(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Warn where the site could stand still and no one would hear of it."""
    if ways():
        return []
    hint = "Set TEAM_CHAT_URLS, or ALARM_PHONE together with SMS_URL; or both."
    message = "No one is told when the site stands still."
    return [Warning(message, hint=hint, id="mutualaid.W040")]
