"""Propose what to say of a sheet: its columns, the order of its dates, what its words mean."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from django.conf import settings

from mutualaid.catalog.models import Language, Locality
from mutualaid.importing.cells.choices import status_words, urgency_words
from mutualaid.importing.cells.dates import OrderVotes, find_date_order
from mutualaid.importing.cells.lookups import CategoryLookup, LocalityLookup
from mutualaid.importing.cells.people import is_nothing
from mutualaid.importing.mapping.choices import SheetChoices
from mutualaid.importing.mapping.headings import Known, propose_columns
from mutualaid.importing.names import normalize, parts_of
from mutualaid.importing.problems import FileProblem
from mutualaid.importing.sheets.table import Sheet, Table, map_columns

SAMPLE_ROWS = 5_000
"""Rows of which the dates and words are looked through."""
MOST_WORDS = 40
"""Of one column, the most frequent first. A column with more unknown ones is no list of kinds."""
LONGEST_WORD = 80
LEAST_SHARE = 0.5
"""Of the filled cells of a column that a field would know, if it is to be its column by that alone."""
WORDY = ("needed", "details")
"""Fields that take any words, and give their column to one that knows them."""
DATES = ("created", "needed_by", "checked_on")


@dataclass(frozen=True)
class Proposal:
    """What is proposed of a sheet, and what only a person can tell."""

    choices: SheetChoices
    is_order_sure: bool = True
    """Whether the dates can be read in one order only."""
    words: dict[str, list[str]] = field(default_factory=dict)
    """By field the words that a person has to look at, the most frequent first; see `words_of`."""


def propose(table: Table, known: Known, *, choices: SheetChoices) -> Proposal:
    """Add to `choices` what the sheet itself tells: its columns, and the order of its dates."""
    columns = {**propose_columns(table.headings, known), **choices.columns}
    columns = {name: heading for name, heading in columns.items() if _is_there(heading, table)}
    columns = _by_content(table, columns, known)
    sheet = map_columns(table, dict.fromkeys(known, ()), chosen=columns, needed=())
    votes = _date_order(sheet, otherwise=choices.date_order)
    choices = replace(
        choices,
        columns=columns,
        date_order=votes.order,
        languages=choices.languages or language_of_the_site(),
    )
    return Proposal(choices, votes.is_sure, words_of(sheet))


def _by_content(table: Table, columns: dict[str, str], known: Known) -> dict[str, str]:
    """Add the columns of fields whose words tell them, whatever their heading.

    What is done is not asked for again only because its column is called "Where are we?".
    """
    categories = CategoryLookup({})
    tests: dict[str, Callable[[str], bool]] = {
        "category": lambda cell: all(map(categories.knows, categories.names_in(cell))),
        "status": lambda cell: normalize(cell) in status_words(),
        "urgency": lambda cell: normalize(cell) in urgency_words() and not cell.isdecimal(),
    }
    for name, tells in tests.items():
        if name in known and name not in columns:
            taken = {h for field, h in columns.items() if field not in WORDY}
            heading = _most_telling(table, tells, taken)
            if heading:
                columns = {f: h for f, h in columns.items() if h != heading} | {name: heading}
    return columns


def _most_telling(table: Table, tells: Callable[[str], bool], taken: set[str]) -> str:
    """The heading of the column that is not taken and in which most cells are telling; "" for none."""
    filled, told = Counter[str](), Counter[str]()
    for row in islice(table.rows, SAMPLE_ROWS):
        for heading, cell in zip(table.headings, row.cells, strict=False):
            if cell.strip() and heading not in taken:
                filled[heading] += 1
                told[heading] += tells(cell)
    best = max(filled, key=lambda heading: told[heading] / filled[heading], default="")
    return best if best and told[best] >= LEAST_SHARE * filled[best] else ""


def language_of_the_site() -> tuple[str, ...]:
    """The language of people who do not say: no one is matched without one. Empty where it is not there."""
    code = settings.LANGUAGE_CODE
    return (code,) if Language.objects.filter(code=code).exists() else ()


def words_of(sheet: Sheet) -> dict[str, list[str]]:
    """Return by field the words of a sheet that a person has to look at.

    Those of categories and places that nothing is known of; all that stand for a status or an urgency.
    """
    counts = {name: Counter[str]() for name in ("category", "place", "status", "urgency")}
    categories, areas = CategoryLookup({}), _localities()
    has_position = "lat" in sheet.columns
    for row in islice(sheet.table.rows, SAMPLE_ROWS):
        counts["category"].update(_unknown_categories(sheet.text(row, "category"), categories))
        places = [] if has_position else [sheet.text(row, "place")]
        for place in (*places, *parts_of(sheet.text(row, "areas"))):
            if place and not (areas and areas.knows(place)):
                counts["place"][place] += 1
        for name in ("status", "urgency"):
            word = sheet.text(row, name)
            if not is_nothing(word):
                counts[name][word] += 1
    return {name: _frequent(words) for name, words in counts.items() if words}


def _unknown_categories(cell: str, categories: CategoryLookup) -> Iterable[str]:
    """The unknown names in a cell; one that holds commas is a list where one part of it is known."""
    if is_nothing(cell):
        return
    for name in categories.names_in(cell):
        if categories.knows(name):
            continue
        parts = [part.strip() for part in name.split(",") if part.strip()]
        if len(parts) > 1 and any(map(categories.knows, parts)):
            yield from (part for part in parts if not categories.knows(part))
        else:
            yield name


def _frequent(words: Counter[str]) -> list[str]:
    first: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for word, count in words.items():
        if len(word) <= LONGEST_WORD:
            counts[first.setdefault(normalize(word), word)] += count
    return [word for word, _count in counts.most_common(MOST_WORDS)]


def _date_order(sheet: Sheet, *, otherwise: str) -> OrderVotes:
    cells = [
        sheet.text(row, name)
        for row in islice(sheet.table.rows, SAMPLE_ROWS)
        for name in DATES
        if name in sheet.columns
    ]
    return find_date_order(cells, otherwise=otherwise)


def _localities() -> LocalityLookup | None:
    try:
        return LocalityLookup(Locality.objects.all(), max_km=10)
    except FileProblem:
        return None


def _is_there(heading: str, table: Table) -> bool:
    return not heading or normalize(heading) in map(normalize, table.headings)


def samples(table: Table, *, most: int = 3) -> Sequence[list[str]]:
    """Return for each heading a few different cells below it."""
    found: list[list[str]] = [[] for _heading in table.headings]
    for row in islice(table.rows, 200):
        for cells, cell in zip(found, row.cells, strict=False):
            text = cell.strip()
            if text and len(cells) < most and text not in cells:
                cells.append(text)
    return found
