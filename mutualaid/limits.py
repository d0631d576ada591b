"""How often something may be tried. Counted in the database cache, so it holds with Redis down."""

import time

from allauth.core.internal.httpkit import get_client_ip
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def too_many_tries(request: HttpRequest, action: str, *, most: int, seconds: int) -> bool:
    """Count one try of `action` from this address; True when it is more than `most` in `seconds`.

    The address is kept as a keyed hash, and no longer than the window.
    """
    window = int(time.time()) // seconds
    who = salted_hmac("limits", get_client_ip(request) or "").hexdigest()[:16]
    key = f"tries:{action}:{who}:{window}"
    cache.add(key, 0, timeout=seconds)
    return int(cache.incr(key)) > most
