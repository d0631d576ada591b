"""The words of our pages that a group may say in its own way, in each language."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from markdown_it import MarkdownIt

SCHEMES = ("https", "mailto", "tel")
"""Where a link in them may lead. Any other is shown as it was typed."""


@dataclass(frozen=True)
class Text:
    """One such text. `default` stands where a group has written none, and may name `%(group)s`.

    `is_line` is one of a single line, without marks. `most` is how many letters it may have.
    """

    label: StrOrPromise
    help_text: StrOrPromise
    most: int
    default: StrOrPromise = ""
    is_line: bool = False


TEXTS: dict[str, Text] = {
    "line": Text(
        _("who and where, in one line"),
        _("Stands with your name. For example: We live and help in Riverside, since 2020."),
        120,
        is_line=True,
    ),
    "hours": Text(
        _("when you answer the phone"),
        _("Stands behind the phone number. For example: every day from 9 to 6."),
        120,
        is_line=True,
    ),
    "welcome": Text(
        _("welcome"),
        _("The first words on the front page."),
        600,
        _("We all need something sometimes, and we all have something to give."),
    ),
    "how_we_work": Text(
        _("how you work"),
        _("One paragraph, on the page “How it works”."),
        1200,
        _(
            "%(group)s is a group of neighbours. Anyone can ask, anyone can give, and most of us do both."
        ),
    ),
    "emergency": Text(
        _("what to do in an emergency"),
        _("Who to call when there is no time to wait."),
        600,
        _("Is someone in danger right now? Call your local emergency number first."),
    ),
    "pause": Text(
        _("what you say during a pause"),
        _("Shown while no one can ask for help here."),
        600,
        _("We can't take in new needs right now. Please look here again soon."),
    ),
    "winding_down": Text(
        _("what you say when you wind down"),
        _(
            "Why you end, and who helps from now on. Shown only once two of you agreed to wind down."
        ),
        1200,
        _("Thank you to everyone who asked, and to everyone who gave."),
    ),
}

VALUES = {f"{key}_{code}": (key, code) for key in TEXTS for code, _name in settings.LANGUAGES}
"""Name of a value of the row → which text it is, and in which language."""


def label_of(value: str) -> str:
    """Return what people call one of `VALUES`: "welcome (Español)"."""
    key, code = VALUES[value]
    return f"{TEXTS[key].label} ({dict(settings.LANGUAGES)[code]})"


class WrittenText(str):
    """A text and the language it is in, for the page that shows it to readers of another one."""

    language: str

    def __new__(cls, text: str, language: str) -> "WrittenText":
        written = super().__new__(cls, text)
        written.language = language
        return written


class _Marks(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802  its name in the library
        return urlsplit(url).scheme in SCHEMES


_marks = _Marks("zero", {"html": False, "breaks": True}).enable(
    ["emphasis", "list", "link", "newline", "escape"]
)


def render_markup(text: str) -> SafeString:
    """Return `text` as HTML; whatever else was typed is escaped.

    A few marks are known: paragraphs, **bold**, *italics*, lists and links.
    """
    html: str = _marks.render(text)
    return mark_safe(html.strip())  # noqa: S308  HTML is off, all text is escaped
