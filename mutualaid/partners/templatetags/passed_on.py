"""Where a need came from, on its page in the admin."""

from typing import Any

from django import template

from mutualaid.partners.models import IncomingReferral
from mutualaid.partners.rules import has_partners
from requests_app.models import Need

register = template.Library()


@register.inclusion_tag("admin/partners/_passed_on.html", takes_context=True)
def passed_on(context: template.Context, need: Need) -> dict[str, Any]:
    """Render which group passed a need on to us, and whose phone to call; nothing for our own."""
    if not has_partners():
        return {}
    rows = IncomingReferral.objects.defer("contact").select_related("partner")
    return {"referral": rows.filter(need=need).first(), "perms": context["perms"]}
