"""How often something may be tried. Counted in the database, so that it holds with Redis down."""

import time
from datetime import datetime, timedelta

from allauth.core.internal.httpkit import get_client_ip
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from mutualaid.people.models import RateLimitWindow


def is_rate_limited(request: HttpRequest, action: str, *, most: int, seconds: int) -> bool:
    """Count one try of `action` from this address; True when it is more than `most` in `seconds`.

    One conditional update decides, so that it is exact however many try at once.
    """
    now = timezone.now()
    key = _key(request, action, int(time.time()) // seconds)
    _forget_what_is_over(now)
    RateLimitWindow.objects.get_or_create(
        key=key, defaults={"over_at": now + timedelta(seconds=seconds)}
    )
    return not RateLimitWindow.objects.filter(key=key, count__lt=most).update(count=F("count") + 1)


def _key(request: HttpRequest, action: str, window: int) -> str:
    who = salted_hmac("limits", get_client_ip(request) or "").hexdigest()[:16]
    return f"{action}:{who}:{window}"


def _forget_what_is_over(now: datetime) -> None:
    RateLimitWindow.objects.filter(over_at__lt=now).delete()
