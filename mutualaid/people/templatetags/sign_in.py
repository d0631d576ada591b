"""What the pages of the sign-in say of why someone is there."""

from django import template

from mutualaid.people.sign_in.errands import errand_of

register = template.Library()


@register.simple_tag(takes_context=True)
def errand(context: template.Context) -> str:
    """Return what someone came for, as "Groceries · Saltmarsh"; "" where that is not known."""
    return errand_of(context["request"])
