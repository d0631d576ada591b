"""Limits on how often something is done, counted in the database, so that they hold with Redis down.

Who did it is kept as a keyed hash alone, and no longer than the window it is counted in (ADR 47).
"""

import logging
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from ipaddress import IPv6Address, ip_address, ip_network

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from mutualaid import clock
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.forms.sent import typed_in
from mutualaid.people.models import RateLimitWindow
from mutualaid.people.security_log import Event, note
from mutualaid.policy.current import current_policy

log = logging.getLogger(__name__)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SITE = "site"
"""Stands for everybody together, as the `who` of a limit."""
IPV6_NETWORK = 64
"""Bits of an IPv6 address that name a network: one line at home has all addresses behind them."""
FORGET_AT_ONCE = 100
"""Most windows that are over and deleted with one try."""


@dataclass(frozen=True)
class Limit:
    """At most `most` times `action` for each `who`, counted from the first until `span` is over."""

    action: str
    most: int
    span: timedelta

    def exceeded_until(self, who: str) -> datetime | None:
        """Count one try. None where it is within the limit, else when the window is over.

        One conditional update decides, so tries at the same time are counted exactly. What is refused
        is not counted, and leaves a line in the security log. Call it outside of a transaction, or others
        wait for its end.
        """
        until = self._exceeded_until(who)
        if until:
            note(Event.LIMIT, limit=self.action)
        return until

    def _exceeded_until(self, who: str) -> datetime | None:
        window = self._window(who)
        if self._count(window):
            return None
        row = window.values_list("count", "over_at").first()
        if row is None:
            _forget_what_is_over()
            first = RateLimitWindow(key=self._key(who), over_at=Now() + self.span)
            RateLimitWindow.objects.bulk_create([first], ignore_conflicts=True)
        elif row[0] >= self.most:
            return row[1]
        if self._count(window):  # someone else may have begun the window just now
            return None
        return window.values_list("over_at", flat=True).first() or clock.now() + self.span

    def give_back(self, who: str) -> None:
        """Take back a try that was counted."""
        self._window(who).filter(count__gt=0).update(count=F("count") - 1)

    def used(self, who: str) -> int:
        """How many tries were counted in the window that runs now."""
        running = self._window(who).filter(over_at__gt=Now())
        return running.values_list("count", flat=True).first() or 0

    def _count(self, window: QuerySet[RateLimitWindow]) -> int:
        # Later than any window can end: the clock was wrong when it began.
        is_over = Q(over_at__lte=Now()) | Q(over_at__gt=Now() + 2 * self.span)
        return window.filter(is_over | Q(count__lt=self.most)).update(
            count=Case(When(is_over, then=1), default=F("count") + 1),
            over_at=Case(When(is_over, then=Now() + self.span), default=F("over_at")),
        )

    def _window(self, who: str) -> QuerySet[RateLimitWindow]:
        return RateLimitWindow.objects.filter(key=self._key(who))

    def _key(self, who: str) -> str:
        hashed = salted_hmac("limits", f"{self.action} {who}", algorithm="sha256").hexdigest()
        return f"{self.action}:{hashed[:32]}"


WRONG_LINKS = Limit("wrong-link", 20, HOUR)
"""From one network, of all links that are a secret. A right one is never refused: it cannot be guessed."""
WRONG_CODES = Limit("wrong-code", 20, HOUR)
"""From one network. Above it no code is looked at, for one that is read out is short (ADR 5, 25)."""


def network_of(request: HttpRequest) -> str:
    """The network a request comes from: its IPv4 address, or the /64 of its IPv6 address; "" if unknown.

    Of X-Forwarded-For only what trusted proxies wrote counts (`TRUSTED_PROXY_COUNT`). A site on the internet
    whose visitors come from no address of the internet says so in its log, once.
    """
    network = _network_of(request)
    if not settings.IS_LOOPBACK and not (network and ip_network(network).is_global):
        _warn_of_one_address_for_all()
    return network


def _network_of(request: HttpRequest) -> str:
    try:
        address = ip_address(get_client_ip(request) or "")
    except (ValueError, ImproperlyConfigured):  # no address, or fewer proxies than there should be
        return ""
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), IPV6_NETWORK), strict=False))


@cache  # one line for each process
def _warn_of_one_address_for_all() -> None:
    log.warning(
        "A visitor came from no address of the internet. If a proxy stands in front, all visitors share"
        " one limit: let it write X-Forwarded-For, and TRUSTED_PROXY_COUNT say how many proxies there are."
    )


def codes_exceeded_until(request: HttpRequest, *texts: str) -> datetime | None:
    """Count one code or link that is to be sent; None within the limits, else when to come again.

    `texts` hold the phone or e-mail that was typed. What one network or one contact point has too much of
    does not count for the site.
    """
    policy = current_policy()
    limits = [("network", policy.codes_per_hour_network, [network_of(request)])]
    limits.append(("contact", policy.codes_per_hour_contact, sorted(fingerprints(*texts))))
    limits.append((SITE, policy.codes_per_hour_site, [SITE]))
    return _first_exceeded(
        (Limit(f"code-{name}", most, HOUR), who)
        for name, most, several in limits
        for who in several
    )


def too_often(request: HttpRequest, again_at: datetime, *, has_code: bool = False) -> HttpResponse:
    """The page that says when to come again; with `has_code` also where a code that was sent is typed.

    What was typed is shown, to be copied. A program reads the same in `Retry-After`:
    in whole minutes, for the second would tell when someone else with this phone or e-mail began.
    """
    minutes = max(1, math.ceil((again_at - clock.now()) / timedelta(minutes=1)))
    context = {
        "minutes": minutes,
        "has_code": has_code,
        "kept": typed_in(request, page=request.path),
    }
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(60 * minutes)
    return response


def too_often_for_allauth(request: HttpRequest) -> HttpResponse:
    """Say the same where a limit of allauth is reached: those that have a page count by the minute."""
    return too_often(request, clock.now() + timedelta(minutes=1))


def _first_exceeded(limits: Iterable[tuple[Limit, str]]) -> datetime | None:
    return next(filter(None, (limit.exceeded_until(who) for limit, who in limits)), None)


def _forget_what_is_over() -> None:
    """Delete windows that are over. Rows that others delete just now are left to them."""
    with transaction.atomic():
        over = RateLimitWindow.objects.filter(over_at__lte=Now())
        free = over.select_for_update(skip_locked=True).values_list("pk", flat=True)
        RateLimitWindow.objects.filter(pk__in=list(free[:FORGET_AT_ONCE])).delete()
