"""Amounts of money as they are read, and the way to the pot from pages of other rooms."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mutualaid.fund import rules
from mutualaid.fund.amounts import amount_in, breakable
from mutualaid.fund.models import Pot
from mutualaid.fund.pages.by_link import lines_for
from requests_app.models import Ask

register = template.Library()


@register.filter
def money(minor: int, pot: Pot) -> SafeString:
    """Write an amount of minor units with the currency of its pot, as the reader's language does."""
    return format_html("<bdi>{}</bdi>", breakable(amount_in(pot, minor)))


@register.inclusion_tag("fund/_link.html")
def link_to_pot() -> dict[str, Any]:
    """Render a list item that leads to the pots; nothing while the group keeps none."""
    return {"url": reverse("pot") if rules.has_pot() else ""}


@register.inclusion_tag("fund/_by_link.html")
def money_for_ask(ask: Ask, token: str) -> dict[str, Any]:
    """Render, on the private page of an ask, direct help for who sent it; nothing while there is no pot."""
    if not rules.has_pot():
        return {}
    return {
        "lines": lines_for(ask),
        "can_ask": not ask.owner and Pot.objects.exists(),
        "token": token,
    }


@register.inclusion_tag("fund/_from_claim.html")
def money_back_for(claim: Any) -> dict[str, Any]:
    """Render, on the page of a claim, how to get back what was paid; nothing while there is no pot."""
    url = f"{reverse('pot_ask', args=['back'])}?claim={claim.public_id}"
    return {"url": url if rules.has_pot() else ""}
