"""Ways from pages of other rooms to what neighbouring groups call for."""

from typing import Any

from django import template
from django.urls import reverse

from mutualaid.partners.pages.calls import calls_for
from mutualaid.people.models import User

register = template.Library()


@register.inclusion_tag("partners/_calls_link.html")
def link_to_calls(user: User) -> dict[str, Any]:
    """Render a list item that leads to the calls of neighbouring groups; nothing while there are none."""
    return {"url": reverse("calls") if calls_for(user).exists() else ""}
