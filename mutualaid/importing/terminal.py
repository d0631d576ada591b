"""What the import commands share: options, progress bars, and the report at the end."""

from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from mutualaid.importing.problems import FileProblem
from mutualaid.importing.unread import UnreadRow
from mutualaid.importing.words import in_ranges

LISTED = 20
"""Reasons, and rows for each, that are named on the terminal; the file has them all."""


def add_sheet_options(parser: ArgumentParser) -> None:
    """The file and how to read it."""
    parser.add_argument("file", type=Path, metavar="FILE.csv")
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="FIELD=HEADING",
        help="which column holds a field, where its heading does not tell; can be repeated",
    )
    parser.add_argument("--encoding", default="utf-8-sig", help="of the file; default: UTF-8")


@contextmanager
def told_kindly() -> Iterator[None]:
    """Turn a `FileProblem` into the one line with which a command ends."""
    try:
        yield
    except FileProblem as problem:
        raise CommandError(str(problem)) from None


def pairs(options: Iterable[str], option: str) -> dict[str, str]:
    """Read "a=b" options, cut at the last "="; raises `FileProblem`."""
    found = {}
    for text in options:
        left, sign, right = text.rpartition("=")
        if not (sign and left.strip() and right.strip()):
            words = _("%(option)s needs a name, =, and what it is, not “%(text)s”.")
            raise FileProblem(words % {"option": option, "text": text})
        found[left.strip()] = right.strip()
    return found


def progress(ids: list[int], title: str) -> Iterable[int]:
    """Work through `ids` with a progress bar, where a person watches."""
    return tqdm(ids, desc=title, disable=None)


@contextmanager
def bar(total: int, title: str) -> Iterator[Callable[[int], object]]:
    """A progress bar that is moved by hand: yields what takes the number of rows done."""
    with tqdm(total=total, desc=title, unit="row", disable=None) as shown:
        yield shown.update


def there_lines(numbers: list[int]) -> list[str]:
    """How many rows were there already, and which."""
    lines = [_("Were there already: %d") % len(numbers)]
    return [*lines, "  " + _("rows %s") % in_ranges(numbers)] if numbers else lines


def unread_lines(unread: Sequence[UnreadRow], written: Path | None) -> list[str]:
    """The unread rows by reason, the most frequent first, and where all of them are."""
    rows: dict[str, list[int]] = defaultdict(list)
    for item in unread:
        rows[item.why].append(item.row.number)
    reasons = sorted(rows, key=lambda why: (-len(rows[why]), rows[why]))
    lines = [_("Unread: %d") % len(unread), *(_reason(why, rows[why]) for why in reasons[:LISTED])]
    if len(reasons) > LISTED:
        lines.append("  " + _("and for %d more reasons") % (len(reasons) - LISTED))
    if written:
        words = _("They are in %s. Correct them there, and read that file with the same options.")
        lines.append(words % written)
    return lines


def _reason(why: str, numbers: list[int]) -> str:
    more = "…" if len(numbers) > LISTED else ""
    said = {"rows": in_ranges(numbers[:LISTED]) + more, "count": len(numbers), "why": why}
    words = ngettext("row %(rows)s: %(why)s", "%(count)d rows, %(rows)s: %(why)s", len(numbers))
    return "  " + words % said
