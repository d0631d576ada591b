"""What is near, beside a need or an ask."""

from typing import Any

from django import template

from mutualaid.resources.near import near

register = template.Library()


@register.inclusion_tag("admin/_resources_near.html")
def resources_near(need: Any) -> dict[str, object]:
    """Render what coordinators can point to: `need` has a category and a locality."""
    return {"near": near([need.category], need.locality)}
