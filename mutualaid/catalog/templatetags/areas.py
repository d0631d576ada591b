"""The name of an area on a page or in a message."""

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language

from mutualaid.catalog.area_names import in_text
from mutualaid.catalog.models import Locality

register = template.Library()


@register.filter(needs_autoescape=True)
def area(locality: Locality | None, autoescape: bool = True) -> str:
    """Render the name of an area, isolated; "" for none. On a page of another language it says its own."""
    if locality is None:
        return ""
    if not autoescape:
        return in_text(locality)
    language = locality.language_of_label
    if language == get_language():
        return format_html("<bdi>{}</bdi>", locality.label)
    return format_html('<bdi lang="{}">{}</bdi>', language, locality.label)
