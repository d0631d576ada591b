"""Template tags for icons, contact details, and what we promise."""

import qrcode
from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from qrcode.image.svg import SvgPathImage

from mutualaid import promises
from mutualaid.contact_points import parse

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Render an icon of our sprite; a word always stands beside it."""
    sprite = static("icons.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#icon-{}"></use></svg>', sprite, name
    )


@register.simple_tag
def qr_code(text: str, label: str) -> SafeString:
    """Render a QR code as an element of the page: a picture from elsewhere is not needed, nor allowed."""
    drawing = qrcode.make(text, image_factory=SvgPathImage).to_string(encoding="unicode")
    inside = mark_safe(drawing.removeprefix("<svg"))  # noqa: S308  it holds no text
    return format_html('<svg role="img" aria-label="{}"{}', label, inside)


@register.simple_tag
def contact_links(text: str) -> SafeString:
    """Render a phone or e-mail as a link that dials or writes; other text with the links behind it."""
    parsed = parse(text)
    if len(parsed.points) == 1 and not parsed.unread:
        return format_html('<a href="{}"><bdi dir="ltr">{}</bdi></a>', parsed.points[0].uri, text)
    plain = format_html("<bdi>{}</bdi>", text)
    links = format_html_join(
        ", ",
        '<a href="{}"><bdi dir="ltr">{}</bdi></a>',
        ((point.uri, point.display) for point in parsed.points),
    )
    return format_html("{} ({})", plain, links) if links else plain


@register.simple_tag
def promise(name: str) -> str:
    """Render a sentence of `PROMISES`. Raises `KeyError` for one that is not there."""
    return str(promises.PROMISES[name])


@register.inclusion_tag("components/_who_sees.html")
def who_sees_what() -> dict[str, object]:
    """Render the table of who sees what of a neighbour."""
    return {"rows": promises.rows()}
