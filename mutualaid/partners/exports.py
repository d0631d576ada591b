"""What is handed out to someone of what other groups were asked, and told, for them, and of their calls."""

from typing import Any

from django.utils.translation import gettext

from mutualaid.partners.models import Coming, IncomingReferral, OutgoingReferral
from mutualaid.people.models import User
from requests_app.models import Ask


def referrals_for(ask: Ask) -> dict[str, Any]:
    """Return it for who sent an ask, ready for JSON; empty where no group was asked."""
    rows = OutgoingReferral.objects.filter(need__ask=ask).select_related("partner")
    asked = [_referral(one) for one in rows.order_by("pk")]
    return {"neighbouring_groups_we_asked": asked} if asked else {}


def passed_on_by(ask: Ask) -> dict[str, Any]:
    """Return which group passed an ask on to us, ready for JSON; empty for one that was asked here."""
    rows = IncomingReferral.objects.filter(ask=ask).select_related("partner").defer("contact")
    referral = rows.first()
    if referral is None:
        return {}
    group = referral.partner
    told = {"group": group.name, "its_phone": group.phone, "its_site": group.site}
    return {"passed_on_to_us_by": {**told, "it_asked_us_at": referral.asked_at}}


def calls_of(user: User) -> dict[str, Any]:
    """Return the calls of groups to which an account said yes, ready for JSON; empty where there are none."""
    rows = Coming.objects.filter(user=user).select_related("call__partner").order_by("pk")
    calls = [
        {"group": row.call.partner.name, "what": row.call.title, "day": row.call.day}
        for row in rows
    ]
    return {"calls_of_neighbouring_groups_you_come_to": calls} if calls else {}


def _referral(referral: OutgoingReferral) -> dict[str, Any]:
    return {
        "group": referral.partner.name,
        "its_phone": referral.partner.phone,
        "its_site": referral.partner.site,
        "asked_at": referral.asked_at,
        "it_learned_then": gettext(
            "what kind of help, in which area and by when, and not who you are"
        ),
        "state": referral.get_state_display(),
        "you_agreed_at": referral.consented_at,
        "you_answered_on_the_phone": referral.heard_on_phone,
        "your_contact_details_went_there_at": referral.contact_sent_at,
        "we_asked_it_to_erase_them_at": referral.erase_asked_at,
        "it_erased_them_at": referral.erased_there_at,
    }
