"""Whether an ask is one of very many: then it is kept, and read before anyone is invited (ADR 47)."""

from collections.abc import Iterable, Iterator

from django.http import HttpRequest

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.people.ratelimit import DAY, HOUR, SITE, Limit, network_of
from mutualaid.policy.current import current_policy
from requests_app.models import Ask, Need


def reason_to_hold(request: HttpRequest, points: Iterable[str], *, trap_is_filled: bool) -> str:
    """Count one ask; return a `Need.HeldBack`, or "" where it is within all limits.

    `points` are the fingerprints of its contact points. What one network or one contact point sends too
    much of does not count for the site, so that it holds up no one else. Call it outside of a transaction.
    """
    if trap_is_filled:
        return Need.HeldBack.TRAP
    limits = _limits(network_of(request), points)
    return next((reason for reason, limit, who in limits if limit.exceeded_until(who)), "")


def reason_to_hold_call(points: Iterable[str]) -> str:
    """Count one ask that the team takes on the phone, by its contact points alone.

    Returns as `reason_to_hold`. The network is that of the team, and whoever talks to people one by one
    floods no site.
    """
    limit = _contact_limit()
    is_exceeded = any(limit.exceeded_until(point) for point in sorted(points))
    return Need.HeldBack.CONTACT if is_exceeded else ""


def reason_to_hold_contact(ask: Ask, *texts: str) -> str:
    """Count each phone and e-mail in `texts` that is new to `ask` as one more ask with it.

    Else a stranger's could be written into asks that were sent without it. Returns as `reason_to_hold`.
    """
    known = set(ask.contact_points.values_list("fingerprint", flat=True))
    limit = _contact_limit()
    new = sorted(fingerprints(*texts) - known)
    is_exceeded = any(limit.exceeded_until(point) for point in new)
    return Need.HeldBack.CONTACT if is_exceeded else ""


def _limits(network: str, points: Iterable[str]) -> Iterator[tuple[Need.HeldBack, Limit, str]]:
    policy, reason = current_policy(), Need.HeldBack
    yield reason.NETWORK, Limit("ask-network", policy.asks_per_hour_network, HOUR), network
    for point in sorted(points):
        yield reason.CONTACT, _contact_limit(), point
    yield reason.SITE, Limit("ask-site", policy.asks_per_hour_site, HOUR), SITE


def _contact_limit() -> Limit:
    return Limit("ask-contact", current_policy().asks_per_day_contact, DAY)
