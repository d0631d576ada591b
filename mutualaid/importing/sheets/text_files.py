"""CSV, TSV and their kin: the encoding and the separator are found, and rows are read one by one."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import TextIO

from django.utils.translation import gettext as _

from mutualaid.importing.problems import FileProblem
from mutualaid.importing.sheets.table import MOST_COLUMNS, Row

SEPARATORS = ",;\t|"
SAMPLE = 200_000
"""Bytes from which the encoding is guessed, and characters from which the separator is."""
SAMPLE_LINES, SAMPLE_LETTERS = 5, 60
"""With letters beyond ASCII, to look at: a person sees at once whether their names are written right."""
USUAL = "cp1252"
"""What Excel writes in the west of Europe and in America."""
WESTERN = frozenset(
    "àáâãäåæçèéêëìíîïñòóôõöøùúûüÿßœÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒ¿¡«»°º§€–—‘’‚“”„…•½\xa0"
)
GUESSED = [
    "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874",
    "cp932", "gb18030", "big5", "euc_kr", "koi8_r", "mac_roman",
]  # fmt: skip
"""What programs of today write beside it. Guessed among all there are, French comes out as Urdu."""
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""What a file begins with that says how it is encoded; that of UTF-32 begins as that of UTF-16."""


class TextFile:
    """A text file, which has one sheet."""

    def __init__(self, raw: bytes, name: str, encoding: str = "") -> None:
        """Raises `FileProblem` where it is not text in `encoding`; without one it is found."""
        self._raw = raw
        self.encoding = encoding or find_encoding(raw)
        self._check_encoding(name)

    def sheet_names(self) -> list[str]:
        return [""]

    def rows(self, sheet: str = "") -> Iterator[Row]:
        """Yield the rows that are not blank; the first of the file has the number 1.

        Raises `FileProblem` for a quotation mark that never closes, with its line.
        """
        csv.field_size_limit(max(csv.field_size_limit(), len(self._raw) + 1))
        sample = self._text().read(SAMPLE)
        declared = _DECLARED.match(sample)
        separator = declared.group(1) if declared else _find_separator(sample)
        lines = _Lines(self._text())
        reader = csv.reader(lines, delimiter=separator)
        for number, cells in enumerate(reader, start=0 if declared else 1):
            lines.end_record()
            if number and any(cell.strip() for cell in cells):
                yield Row(number, cells[:MOST_COLUMNS])
        _refuse_open_quote(lines.last_record, separator, last_line=reader.line_num)

    def _text(self) -> TextIO:
        text = io.TextIOWrapper(io.BytesIO(self._raw), self.encoding, newline="")
        if text.read(1) != "\ufeff":
            text.seek(0)
        return text

    def _check_encoding(self, name: str) -> None:
        try:
            decoder = codecs.getincrementaldecoder(self.encoding)()
            if not isinstance(decoder.decode(b""), str):
                raise LookupError
        except LookupError:
            message = _("There is no text encoding “%s”.")
            raise FileProblem(message % self.encoding) from None
        at = 0
        try:
            for at in range(0, len(self._raw), SAMPLE):
                decoder.decode(self._raw[at : at + SAMPLE])
            decoder.decode(b"", final=True)
        except UnicodeError as error:
            start = at + (error.start if isinstance(error, UnicodeDecodeError) else 0)
            message = _(
                "%(file)s is not %(encoding)s text: line %(line)d holds a byte that does not fit."
                " Leave --encoding out, and we will find it."
            )
            line = self._raw[:start].count(b"\n") + 1
            values = {"file": name, "encoding": self.encoding, "line": line}
            raise FileProblem(message % values) from None


def find_encoding(raw: bytes) -> str:
    """Return the name of the encoding that a text is most likely in."""
    for mark, encoding in MARKS.items():
        if raw.startswith(mark):
            return encoding
    if wide := _wide_encoding(raw[:SAMPLE]):
        return wide
    if _fits(raw, "utf-8"):
        return "utf-8"
    telling = _lines_beyond_ascii(raw)
    if _is_western(telling) and _fits(raw, USUAL):
        return USUAL
    from charset_normalizer import from_bytes  # a megabyte, which hardly a file needs

    best = from_bytes(telling, cp_isolation=GUESSED).best()
    return next((e for e in (best and best.encoding, USUAL) if e and _fits(raw, e)), "latin-1")


def readings(raw: bytes, found: str) -> dict[str, str]:
    """Return how the first words beyond ASCII read, by encoding: as `found`, then as others that differ.

    Nothing for a text without such words, and for one that is surely in Unicode.
    """
    if found.startswith("utf"):
        return {}
    sample = b"\n".join(_lines_beyond_ascii(raw).split(b"\n")[:SAMPLE_LINES])
    by_words: dict[str, str] = {}
    for encoding in dict.fromkeys([found, USUAL, *GUESSED]):
        if _fits(sample, encoding) and (words := _words_beyond_ascii(sample.decode(encoding))):
            by_words.setdefault(words, encoding)
    return {encoding: words for words, encoding in by_words.items()}


def _words_beyond_ascii(text: str) -> str:
    words = (word for word in re.split(r"[\s,;|\"]+", text) if not word.isascii())
    return " ".join(dict.fromkeys(words))[:SAMPLE_LETTERS]


def _wide_encoding(raw: bytes) -> str:
    """UTF-16 without its mark: every other byte of plain text is zero."""
    pairs = max(1, len(raw) // 2)
    if raw[1::2].count(0) > 0.4 * pairs:
        return "utf-16-le"
    return "utf-16-be" if raw[::2].count(0) > 0.4 * pairs else ""


def _lines_beyond_ascii(raw: bytes) -> bytes:
    """The first lines with other letters: only these tell anything, and they may stand far down."""
    lines, size, end = list[bytes](), 0, 0
    while size <= SAMPLE and (letter := _BEYOND_ASCII.search(raw, end)):
        begin = raw.rfind(b"\n", end, letter.start()) + 1 or end
        end = raw.find(b"\n", letter.end())
        end = len(raw) if end < 0 else end
        lines.append(raw[begin:end])
        size += end - begin
    return b"\n".join(lines)


def _fits(raw: bytes, encoding: str) -> bool:
    try:
        for _piece in _decoded(raw, encoding):
            """It is decoded piece by piece: the whole text would take four times its bytes."""
    except (UnicodeError, LookupError):
        return False
    return True


def _decoded(raw: bytes, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for at in range(0, len(raw), SAMPLE):
        yield decoder.decode(raw[at : at + SAMPLE])
    yield decoder.decode(b"", final=True)


def _is_western(telling: bytes) -> bool:
    """Whether the letters beyond ASCII are such as French or Spanish have, mostly alone between others.

    A guess by frequencies needs more than a few words. In another script they stand side by side.
    """
    runs = re.findall(rb"[\x80-\xff]+", telling)
    alone = sum(len(run) == 1 for run in runs)
    letters = b"".join(runs).decode(USUAL, errors="replace")
    return alone > 0.8 * len(runs) and set(letters) <= WESTERN


_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_DECLARED = re.compile(r"\ufeff?sep=(.)\r?\n", re.IGNORECASE)
"""The line by which Excel is told the separator. It is no row."""


def _find_separator(sample: str) -> str:
    """The one that cuts the most rows into the same number of columns, the more the better."""
    whole = sample[: sample.rfind("\n") + 1] or sample

    def score(separator: str) -> float:
        rows = csv.reader(io.StringIO(whole, newline=""), delimiter=separator)
        widths = Counter(len(row) for row in rows if any(row))
        width, count = max(widths.items(), key=lambda item: item[::-1], default=(0, 0))
        return width * (count / widths.total()) ** 3 if width > 1 else 0.0

    return max(SEPARATORS, key=score)


class _Lines:
    """Lines of a text, with those of the record that was read last."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._taken: list[str] = []
        self.last_record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._text:
            self._taken.append(line)
            yield line

    def end_record(self) -> None:
        self.last_record, self._taken = self._taken, []


def _refuse_open_quote(last_record: list[str], separator: str, *, last_line: int) -> None:
    """A quotation mark that never closes would swallow every row behind it without a word."""
    probe = csv.reader([*last_record, "\r\n", "end"], delimiter=separator)
    if last_record and len(list(probe)) == 1:
        message = _("A quotation mark opens in line %d and never closes. Close it, and try again.")
        raise FileProblem(message % (last_line - len(last_record) + 1))
