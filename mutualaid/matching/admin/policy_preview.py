"""What a change of the policy would do to the first wave of invitations."""

from collections.abc import Sequence

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mutualaid.matching.models import AcceptanceRate
from mutualaid.matching.outreach.acceptance import (
    ENOUGH_INVITATIONS,
    Person,
    chance,
    whom_to_invite,
)
from mutualaid.policy.models import Policy
from mutualaid.policy.previews import Preview, register
from requests_app.states import Urgency


@register
def first_wave(now: Policy, then: Policy) -> Preview:
    """How many would be invited first for each urgency, at the rate at which people say yes at present.

    Computed as if everyone said yes as likely as usual; at most `shortlist_size` people.
    """
    rates = _rate(now), _rate(then)
    rows = [
        [str(urgency.label), _wave(now, urgency, rates[0]), _wave(then, urgency, rates[1])]
        for urgency in Urgency
    ]
    explanation = _(
        "How many people would be invited first, and how long they have. At present %(now)s of 100"
        " invited people say yes; with these values we'd count on %(then)s."
    )
    percent = {"now": round(100 * rates[0]), "then": round(100 * rates[1])}
    head = [_("Help is needed"), _("Now"), _("With these values")]
    return Preview(_("The first wave of invitations"), explanation % percent, head, rows)


def _rate(policy: Policy) -> float:
    """How often people say yes, 0 to 1: measured over all categories with enough answers, else assumed."""
    measured = AcceptanceRate.objects.filter(invitations__gte=ENOUGH_INVITATIONS).aggregate(
        invitations=Sum("invitations"), yes=Sum("yes")
    )
    return (
        measured["yes"] / measured["invitations"]
        if measured["invitations"]
        else policy.base_acceptance_rate
    )


def _wave(policy: Policy, urgency: Urgency, rate: float) -> str:
    """How many are invited first and how long they have, in words."""
    shortlist: Sequence[int] = range(policy.shortlist_size)
    usual = Person(chance(rate, 1.0, 0), invitations=0, price=0.0)
    target = policy.wave_chances[urgency - 1]
    many = len(whom_to_invite(dict.fromkeys(shortlist, usual), so_far=0.0, target=target))
    minutes = policy.wave_minutes[urgency - 1]
    people = ngettext("%d person", "%d people", many) % many
    return _("%(people)s, %(minutes)s minutes") % {"people": people, "minutes": minutes}
