"""Options, progress bars and the report at the end that the import commands share."""

from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from mutualaid.importing.names import in_ranges
from mutualaid.importing.problems import FileProblem
from mutualaid.importing.unread_rows import UnreadRow

LISTED = 20
"""Reasons, and rows for each, that are named on the terminal; the file has them all."""


def add_sheet_options(parser: ArgumentParser) -> None:
    """Add the file and the options that say how to read it."""
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV, TSV or XLSX")
    parser.add_argument("--sheet", default="", metavar="NAME", help="of a workbook with several")
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="FIELD=HEADING",
        help="which column holds a field, where its heading does not tell; can be repeated",
    )
    parser.add_argument("--encoding", default="", help="of a text file; default: found by itself")


@contextmanager
def as_command_error() -> Iterator[None]:
    """Turn a `FileProblem` into the one line with which a command ends.

    Raises `CommandError` for a `FileProblem` in the block.
    """
    try:
        yield
    except FileProblem as problem:
        raise CommandError(str(problem)) from None


def parse_pairs(options: Iterable[str], option: str) -> dict[str, str]:
    """Read the "a=b" texts of `option`, cut at the last "=".

    Raises `FileProblem` where one side or the sign is missing.
    """
    pairs = {}
    for text in options:
        left, sign, right = text.rpartition("=")
        if not (sign and left.strip() and right.strip()):
            message = _("%(option)s needs a name, =, and what it is, not “%(text)s”.")
            raise FileProblem(message % {"option": option, "text": text})
        pairs[left.strip()] = right.strip()
    return pairs


def progress(ids: list[int], title: str) -> Iterable[int]:
    """Work through `ids` with a progress bar, where a person watches."""
    return tqdm(ids, desc=title, disable=None)


@contextmanager
def row_progress(total: int, title: str) -> Iterator[Callable[[int], object]]:
    """Show a progress bar; yields a function that moves it on by a number of rows."""
    with tqdm(total=total, desc=title, unit="row", disable=None) as bar:
        yield bar.update


def existing_lines(numbers: list[int]) -> list[str]:
    """Report how many rows were there already, and which."""
    lines = [_("Were there already: %d") % len(numbers)]
    return [*lines, "  " + _("rows %s") % in_ranges(numbers)] if numbers else lines


def unread_lines(unread: Sequence[UnreadRow], written: Path | None) -> list[str]:
    """Report the unread rows by reason, the most frequent first, and the file that has them all."""
    rows: dict[str, list[int]] = defaultdict(list)
    for item in unread:
        for reason in item.reasons:
            rows[reason].append(item.row.number)
    reasons = sorted(rows, key=lambda why: (-len(rows[why]), rows[why]))
    lines = [_("Unread: %d") % len(unread), *(_reason(why, rows[why]) for why in reasons[:LISTED])]
    if len(reasons) > LISTED:
        lines.append("  " + _("and for %d more reasons") % (len(reasons) - LISTED))
    if written:
        message = _("They are in %s. Correct them there, and read that file with the same options.")
        lines.append(message % written)
    return lines


def _reason(why: str, numbers: list[int]) -> str:
    more = "…" if len(numbers) > LISTED else ""
    values = {"rows": in_ranges(numbers[:LISTED]) + more, "count": len(numbers), "why": why}
    line = ngettext("row %(rows)s: %(why)s", "%(count)d rows, %(rows)s: %(why)s", len(numbers))
    return "  " + line % values
