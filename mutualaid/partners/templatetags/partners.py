"""What pages of other rooms show of neighbouring groups."""

from typing import Any

from django import template
from django.urls import reverse

from mutualaid.partners.pages.by_link import lines_for
from mutualaid.partners.pages.calls import calls_for
from mutualaid.partners.rules import has_partners
from mutualaid.people.models import User
from requests_app.models import Ask

register = template.Library()


@register.inclusion_tag("partners/_by_link.html")
def groups_for_ask(ask: Ask, token: str) -> dict[str, Any]:
    """Render, on the private page of an ask, what other groups were asked; nothing while there are none."""
    if not has_partners():
        return {}
    return {"lines": list(lines_for(ask)), "token": token}


@register.inclusion_tag("partners/_calls_link.html")
def link_to_calls(user: User) -> dict[str, Any]:
    """Render a list item that leads to the calls of neighbouring groups; nothing while there are none."""
    return {"url": reverse("calls") if calls_for(user).exists() else ""}
