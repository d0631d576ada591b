"""The way to things from pages of other rooms; nothing while the group passes on none."""

from typing import Any

from django import template

from mutualaid.lending.models import ThingRequest
from mutualaid.lending.pages.lists import of_ask
from mutualaid.lending.rules import is_on, may_list
from mutualaid.people.models import User
from requests_app.models import Ask

register = template.Library()


@register.inclusion_tag("lending/_link.html")
def link_to_my_things(user: User) -> dict[str, Any]:
    """Render a list item that leads to one's own things."""
    return {"is_on": is_on() and may_list(user)}


@register.inclusion_tag("lending/_ways.html")
def ways_to_things(*, to_list: bool = False) -> dict[str, Any]:
    """Render a sentence that leads to the list; with `to_list` one that leads to listing a thing."""
    return {"is_on": is_on(), "to_list": to_list}


@register.simple_tag
def waits_for_a_thing(ask: Ask) -> bool:
    """Whether whose thing it is comes first: no one else is asked until they said no."""
    return is_on() and ThingRequest.objects.of_ask(ask).waiting().exists()


@register.inclusion_tag("lending/_by_link.html", takes_context=True)
def things_of_ask(context: dict[str, Any], ask: Ask, token: str) -> dict[str, Any]:
    """Render, on the private page of an ask, the things it waits for and what was borrowed with it."""
    if not is_on():
        return {}
    requests, loans = of_ask(ask)
    return {
        "requests": requests,
        "loans": loans,
        "token": token,
        "csrf_token": context.get("csrf_token"),
    }
