"""Whether an ask is one of very many: then it is kept, and read before anyone is invited (ADR 47)."""

from collections.abc import Iterable, Iterator

from django.http import HttpRequest

from mutualaid.people.ratelimit import DAY, HOUR, SITE, Limit, network_of
from mutualaid.policy.current import current_policy
from requests_app.models import Need


def reason_to_hold(
    request: HttpRequest, fingerprints: Iterable[str], *, trap_is_filled: bool
) -> str:
    """Count one ask; return a `Need.HeldBack`, or "" where it is within all limits.

    `fingerprints` are those of its contact points. What one network or one contact point sends too much
    of does not count for the site, so that it holds up no one else. Call it outside of a transaction.
    """
    if trap_is_filled:
        return Need.HeldBack.TRAP
    reasons = (
        reason
        for reason, limit, who in _limits(network_of(request), fingerprints)
        if limit.exceeded_until(who)
    )
    return next(reasons, "")


def _limits(
    network: str, fingerprints: Iterable[str]
) -> Iterator[tuple[Need.HeldBack, Limit, str]]:
    policy, reason = current_policy(), Need.HeldBack
    yield reason.NETWORK, Limit("ask-network", policy.asks_per_hour_network, HOUR), network
    for fingerprint in sorted(fingerprints):
        yield reason.CONTACT, Limit("ask-contact", policy.asks_per_day_contact, DAY), fingerprint
    yield reason.SITE, Limit("ask-site", policy.asks_per_hour_site, HOUR), SITE
