"""Small pieces of pages."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mutualaid.contact_points import parse

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A sign from our sprite; the word always stands beside it."""
    sprite = static("icons.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#icon-{}"></use></svg>', sprite, name
    )


@register.simple_tag
def contact_links(text: str) -> SafeString:
    """A phone or e-mail as a link that dials or writes; among other words, the words and then the links."""
    found = parse(text)
    if len(found.points) == 1 and not found.unread:
        return format_html('<a href="{}"><bdi dir="ltr">{}</bdi></a>', found.points[0].uri, text)
    words = format_html("<bdi>{}</bdi>", text)
    links = format_html_join(
        ", ",
        '<a href="{}"><bdi dir="ltr">{}</bdi></a>',
        ((point.uri, point.display) for point in found.points),
    )
    return format_html("{} ({})", words, links) if links else words
