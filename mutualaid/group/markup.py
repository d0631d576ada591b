"""A few marks in a group's own words: paragraphs, **bold**, *italics*, lists and links. All else is text."""

from urllib.parse import urlsplit

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

SCHEMES = ("https", "mailto", "tel")
"""Where a link may lead. Any other is shown as it was typed."""


class _Marks(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802  its name in the library
        return urlsplit(url).scheme in SCHEMES


_marks = _Marks("zero", {"html": False, "breaks": True}).enable(
    ["emphasis", "list", "link", "newline", "escape"]
)


def render_markup(text: str) -> SafeString:
    """Return `text` as HTML of these few elements; whatever else was typed is escaped."""
    html: str = _marks.render(text)
    return mark_safe(html.strip())  # noqa: S308  HTML is off, all text is escaped
