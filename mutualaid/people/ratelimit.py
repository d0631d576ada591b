"""Rate limits by IP address, counted in the database, so that they hold with Redis down."""

import time
from datetime import timedelta

from allauth.core.internal.httpkit import get_client_ip
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from mutualaid.people.models import RateLimitWindow


def is_rate_limited(request: HttpRequest, action: str, *, most: int, seconds: int) -> bool:
    """Count one try of `action` from the IP address of `request`; True once there are more than `most`.

    Windows of `seconds` begin at multiples of it since the epoch, so a burst across two windows may reach
    twice `most`. One conditional update decides, so concurrent tries are counted exactly.
    """
    now = timezone.now()
    key = _key(request, action, int(time.time()) // seconds)
    RateLimitWindow.objects.filter(over_at__lt=now).delete()
    RateLimitWindow.objects.get_or_create(
        key=key, defaults={"over_at": now + timedelta(seconds=seconds)}
    )
    return not RateLimitWindow.objects.filter(key=key, count__lt=most).update(count=F("count") + 1)


def _key(request: HttpRequest, action: str, window: int) -> str:
    address = salted_hmac("limits", get_client_ip(request) or "").hexdigest()[:16]
    return f"{action}:{address}:{window}"
