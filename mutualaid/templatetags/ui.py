"""Template tags for components, icons, drawings, contact details, and what we promise."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mutualaid import promises
from mutualaid.contact_points import parse

register = template.Library()

CODE = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]{4}")
ICON = r'<symbol id="icon-([\w-]+)" viewBox="([^"]+)">(.*?)</symbol>'


@register.simple_tag
def icon(name: str) -> SafeString:
    """Put an icon of `icons.svg` into the page; a word always stands beside it. No icon for another name."""
    view_box, shapes = _icons().get(name, ("", ""))
    drawn = mark_safe(shapes)  # noqa: S308  a file of ours
    return format_html(
        '<svg class="icon" aria-hidden="true" viewBox="{}">{}</svg>', view_box, drawn
    )


@cache
def _icons() -> dict[str, tuple[str, str]]:
    """By name: what it looks at, and its shapes."""
    file = Path(settings.STATICFILES_DIRS[0]) / "icons.svg"
    found = re.findall(ICON, file.read_text(encoding="utf-8"), re.DOTALL)
    return {name: (view_box, shapes) for name, view_box, shapes in found}


@register.simple_tag
def drawing(name: str) -> SafeString:
    """Put a drawing of `templates/drawings/` into the page, where the page's own colours reach it."""
    return render_to_string(f"drawings/{name}.svg")


@register.simple_block_tag
def component(content: str, name: str, **parameters: object) -> SafeString:
    """Render `components/_<name>.html` around the block, which is its `content`.

    The head of each template names its other parameters; nothing else of the page reaches it. What has
    no inside is included instead.
    """
    return render_to_string(f"components/_{name}.html", {"content": content, **parameters})


@register.inclusion_tag("components/_table.html")
def table(
    head: Sequence[str], rows: Iterable[Sequence[object]], caption: str = ""
) -> dict[str, object]:
    """Render a table that becomes a list of blocks on a phone."""
    return {
        "head": head,
        "rows": [list(zip(head, row, strict=True)) for row in rows],
        "caption": caption,
    }


@register.simple_tag
def qr_code(text: str, label: str) -> SafeString:
    """Render a QR code as an element of the page: a picture from elsewhere is not needed, nor allowed."""
    import qrcode  # with XML a megabyte, which hardly a page needs
    from qrcode.image.svg import SvgPathImage

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


@register.filter
def is_code(text: str) -> bool:
    """Whether a paragraph of a mail is a code alone, which is shown large."""
    return bool(CODE.fullmatch(text))


@register.inclusion_tag("components/_reach_us.html", takes_context=True)
def reach_us(context: template.Context) -> dict[str, object]:
    """Render how to reach the group, once a page: the foot of each says it where nothing above did.

    Nothing where the group gives no phone, no e-mail and no other way.
    """
    request = context.get("request")
    is_said = getattr(request, "is_reach_us_said", False)
    if request:
        request.is_reach_us_said = True
    return {"help_contact": "" if is_said else context.get("help_contact", "")}


@register.simple_tag
def promise(name: str) -> str:
    """Render a sentence of `PROMISES`. Raises `KeyError` for one that is not there."""
    return str(promises.PROMISES[name])


@register.inclusion_tag("components/_who_sees.html", takes_context=True)
def who_sees_what(context: template.Context) -> dict[str, object]:
    """Render the table of who sees what of a neighbour."""
    rows = [
        (capfirst(_(", ").join(map(str, what))), capfirst(who)) for what, who in promises.rows()
    ]
    has_partners = getattr(context.get("policy"), "has_partners", False)
    return {"head": promises.HEAD, "rows": rows, "has_partners": has_partners}
