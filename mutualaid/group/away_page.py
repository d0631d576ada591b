"""The page that a proxy shows while no server of the site answers: one file, complete in itself.

All languages of the group stand in it below each other, for a file cannot ask which one is read.
"""

import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi, override

from mutualaid.boundary.whole_files import written_whole
from mutualaid.group.current import group_if_known

OURS_ALONE = 0o600


@dataclass(frozen=True)
class Section:
    """The words of the page in one language."""

    code: str
    name: str
    direction: str
    words: SafeString


def write_away_page(path: Path, *, mode: int | None = None) -> None:
    """Write the page to a file, with these rights; by default with those of the file that is there.

    A new file is for this account alone. Raises `OSError`.
    """
    page = away_page().encode()
    with written_whole(path, mode=_mode_of(path) if mode is None else mode) as file:
        file.write(page)


def renew_away_page() -> None:
    """Write the page anew where `AWAY_PAGE` says so; one that cannot be written stays as it is."""
    if settings.AWAY_PAGE:
        with suppress(OSError):
            write_away_page(Path(settings.AWAY_PAGE))


def away_page() -> str:
    """Return the page, with the group's face as it is now or was last known."""
    group = group_if_known()
    sections = list[Section]()
    for code, name in group.offered_languages:
        with override(code):
            direction = "rtl" if get_language_bidi() else "ltr"
            context = {"help_contact": group.help_links, "exit_url": settings.EXIT_URL}
            words = render_to_string("away_words.html", context)
            sections.append(Section(code, name, direction, words))
    with override(sections[0].code):
        return render_to_string("away.html", {"group": group, "sections": sections})


def _mode_of(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return OURS_ALONE
