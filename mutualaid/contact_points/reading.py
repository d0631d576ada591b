"""Finding the points in a text: what stands between them, beside them, and where one number ends."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple
from urllib.parse import unquote

from mutualaid.contact_points.emails import read_email
from mutualaid.contact_points.phones import FEWEST_DIGITS, MOST_DIGITS, digits_of, read_phone
from mutualaid.contact_points.points import MOST_POINTS, ContactPoint, Parsed

MOST_LETTERS = 4_000
"""A longer text is not read: forty addresses, each with a line of words, are shorter."""
Found = ContactPoint | str
"""A point, or a piece that is none."""


def parse(text: str) -> Parsed:
    """Read every phone and e-mail in `text`, and say what else stands there. Never raises.

    Points may stand one after the other with a comma, semicolon, slash, new line, blank or a word
    such as "and" between them. These words, and those that name a point ("mobile:"), are passed
    over; all else that is no point is `unread`, so that nothing is lost without a word.
    """
    clean = _clean(text) if len(text) <= MOST_LETTERS else text
    if len(clean) > MOST_LETTERS:
        return Parsed(unread=(text,))
    parts = _SEPARATORS.split(_EXTENSION.sub(_mark, clean))
    found = [one for part in parts for one in _whole(_read(_apart(part).split()))]
    points = tuple(one for one in found if not isinstance(one, str))
    return Parsed(points, tuple(one for one in found if isinstance(one, str)))


def parse_phone(text: str) -> ContactPoint | None:
    """The first phone in `text`, or None. What else stands there is for `parse` to tell."""
    return next(iter(parse(text).phones), None)


def parse_email(text: str) -> ContactPoint | None:
    """The e-mail that `text` is, or else the first in it, or None.

    Whatever Django's `EmailField` takes is an e-mail here, "a|b@x.example" as well.
    """
    return read_email(_clean(text).strip()) or next(iter(parse(text).emails), None)


def _whole(found: Iterable[Found]) -> Iterator[Found]:
    """With pieces that stand beside each other as one, for whoever reads about them."""
    for is_piece, group in groupby(found, key=lambda one: isinstance(one, str)):
        if is_piece:
            yield " ".join(map(str, group)).replace(_MARK, " ext ")
        else:
            yield from group


# One way to write each letter.


def _clean(text: str) -> str:
    """One way to write each letter, digit, dash, blank and new line; nothing that cannot be seen."""
    return "".join(map(_plain, unicodedata.normalize("NFKC", text)))


_STYLES_OF_EMOJI = "\ufe0e\ufe0f"


def _plain(letter: str) -> str:
    if letter.isascii() and letter.isprintable():
        return letter
    category = unicodedata.category(letter)
    if letter.isspace():
        return " " if category == "Zs" else "\n"
    if category == "So":
        return " "
    if category in ("Cf", "Cc") or letter in _STYLES_OF_EMOJI:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    return "-" if category == "Pd" or letter == "−" else letter


_MARK = "\0"
"""Stands before an extension while a text is read; `_clean` leaves none of what was typed."""
_EXTENSION = re.compile(
    r"""[^\s,;@]*@[^\s,;]*
    | (?<=[\d).]) [ ]*
    (?: ;[ ]*ext=
      | [,;]?[ ]*(?:extensi[oó]n|extn?|poste|anexo|interno|int|durchwahl|dw|доб|تحويلة|داخل[يی])
        [ ]*[.:=]?[ ]*
      | [x#][ ]*[.:]?[ ]*
    )
    (?P<digits>\d{1,9}) (?! \d | [ ]*[-./(]?[ ]*\d )""",
    re.IGNORECASE | re.VERBOSE,
)
"""Not in an e-mail, and not where more digits follow: 555 0100 x 555 0101 has no extension."""


def _mark(found: re.Match[str]) -> str:
    return _MARK + found["digits"] if found["digits"] else found[0]


# What stands between points, and beside them.

_SEPARATORS = re.compile(r"[\n,;|،؛、。·•‣▪]+")
_WRAPPING = "<>()[]{}\"'“”„‚‘’«»‹›.:!?¡¿*"


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).casefold().split())


_CONNECTING = _words(
    "and or & + y e o u ou et und oder og eller och en of i lub oraz і й та або и или",
    "و أو او ثم یا ya और या ve veya ak oswa va hoặc và",
)
_LABELS = _words(
    "c f h m p t w phone telephone tel mobile cell cellphone mob number numbers no nr num fax",
    "sms text texts call callto whatsapp signal home work office private",
    "e-mail email mail mailto address my her his their",
    "teléfono telefono tfno móvil movil celular cel correo electrónico número numero casa trabajo",
    "téléphone portable fixe courriel telefon handy mobil festnetz privat arbeit cellulare telefòn",
    "mobiltelefon tlf nummer epost e-post телефон тел моб номер пошта почта फ़ोन मोबाइल ईमेल",
    "هاتف الهاتف تلفون جوال موبايل محمول رقم الرقم بريد البريد إيميل ايميل واتساب",
    "تلفن موبایل همراه شماره ایمیل",
)
"""They say what a point is and never whose, so nothing is lost with them."""
_LABELLED = re.compile(r"(?P<label>[^\W\d][\w-]*)(?:\.*:(?://)?|\.(?=[^@]+$))(?P<rest>.+)")
"""A dot ends a label before a number only: c.li@x.example is nobody's li@x.example."""
_ARABIC_AND = re.compile(r"و(?=[+(\d]|[a-z0-9][^ء-ي]*@)", re.IGNORECASE)
"""In Arabic "and" is written together with the word behind it."""


_BEHIND_EMAIL = re.compile(r"(@[^\s@/&]*)[/&]")
_BEFORE_EMAIL = re.compile(r"(?<!\S)([-\d+.()\[\]']*\d)[/&](?=[^\s/&]*[^\W\d][^\s/&]*@)")


def _apart(part: str) -> str:
    """Blanks for the slashes behind an e-mail, and for those between digits and an e-mail."""
    return _BEFORE_EMAIL.sub(r"\1 ", _BEHIND_EMAIL.sub(r"\1 ", part))


def _read(words: list[str]) -> Iterator[Found]:
    """Points and pieces that are none, in their order; `words` have no separator between them."""
    run: list[str] = []
    for word in words:
        if _ARABIC_AND.match(word):
            word = word[1:]
        if _belongs_to_a_number(word):
            run.append(word)
            continue
        yield from _read_numbers(run)
        run = []
        yield from _read_word(word)
    yield from _read_numbers(run)


_PHONE_LIKE = re.compile(rf"(?=\D*\d)[-\d+.()\[\]/'{_MARK}]+")


def _belongs_to_a_number(word: str) -> bool:
    """Whether a word may be part of a number that is written with blanks in it."""
    return bool(_PHONE_LIKE.fullmatch(word)) or set(word) <= set("-/().[]+")


def _read_word(word: str) -> Iterator[Found]:
    bare = _without_labels(word.strip(_WRAPPING))
    if "@" in bare:
        yield from _read_emails(bare)
    elif _PHONE_LIKE.fullmatch(bare):
        yield from _read_numbers([bare])
    elif _is_worth_telling(bare):
        yield word


def _is_worth_telling(word: str) -> bool:
    """Not a bullet or a smile, and no word that belongs between points or beside one."""
    is_known = all(part in _CONNECTING | _LABELS for part in word.casefold().split("/"))
    return not is_known and any(letter.isalnum() for letter in word)


def _without_labels(word: str) -> str:
    """Without "mobile:" and such in front; of a mailto link the address alone."""
    while (found := _LABELLED.fullmatch(word)) and found["label"].casefold() in _LABELS:
        is_link = found["label"].casefold() == "mailto"
        word = _without_query(found["rest"]) if is_link else found["rest"]
    return word.strip(_WRAPPING)


def _without_query(link: str) -> str:
    """A query that names further addresses stays, and is told."""
    address, _, query = link.partition("?")
    return unquote(address) + (f"?{query}" if "@" in unquote(query) else "")


def _read_emails(word: str) -> Iterator[Found]:
    """One e-mail, or several points with a slash, ampersand or bracket between them.

    The first two are letters of an e-mail too; they only divide where each part is a point.
    """
    pieces = [piece for piece in re.split(r"[/&<>()]", word) if piece]
    parts = [tuple(_read([piece])) for piece in pieces] if len(pieces) > 1 else []
    found = [one for part in parts for one in part]
    if found and all(parts) and not any(isinstance(one, str) for one in found):
        yield from found
    else:
        yield read_email(word) or word


# Where one number ends and the next begins: both are written with blanks.

_ONE_MORE, _DASH_INSIDE, _SLASH_INSIDE = 1, 2, 4
_SHORT_REST, _LONG_REST = 8, 12
"""What speaks against a reading, besides the `Doubt` of its numbers; the least is taken.

Assumed, not measured, with one aim: two numbers are never read as one. Rather is something told to be
unread. Digits that are a number by themselves or begin one (`_LONG_REST`) are left the least gladly.
"""
_MOST_CHUNKS = 8 * MOST_POINTS


class _Chunk(NamedTuple):
    """Digits without a blank or slash in them.

    `gap` is what speaks against joining them to those before; a plus of its own may stand there.
    """

    text: str
    gap: int
    after_plus: bool


class _Reading(NamedTuple):
    against: int
    found: tuple[Found, ...]


def _read_numbers(words: list[str]) -> tuple[Found, ...]:
    """Divide into numbers in the way that the least speaks against."""
    chunks = list(_chunks(" ".join(words)))
    if len(chunks) > _MOST_CHUNKS:
        return (" ".join(words),)
    best = [_Reading(0, ())]
    """For the chunks up to each."""
    if chunks and not (as_one := _then(best[0], chunks)).against:
        return as_one.found
    for end in range(1, len(chunks) + 1):
        starts = range(end - 1, max(-1, end - 1 - MOST_DIGITS), -1)
        ways = (_then(best[start], chunks[start:end]) for start in starts)
        best.append(min(ways, key=lambda way: way.against))
    return best[-1].found


def _chunks(run: str) -> Iterator[_Chunk]:
    gap, after_plus = 0, False
    for piece in re.split(r"\s+|(/)|(?<=\d)(?=\+\d)", run):
        if piece and digits_of(piece):
            yield _Chunk(piece, gap, after_plus)
            gap, after_plus = 0, False
        elif piece:
            gap = max(gap, _SLASH_INSIDE if piece == "/" else _DASH_INSIDE if "-" in piece else 0)
            after_plus = after_plus or "+" in piece


def _then(before: _Reading, chunks: list[_Chunk]) -> _Reading:
    """The reading in which these chunks, as one number, follow what was read before."""
    against = before.against + (_ONE_MORE if before.found else 0)
    first, others = chunks[0], chunks[1:]
    typed = "".join(chunk.text for chunk in chunks)
    text, _, extension = typed.partition(_MARK)
    begins_again = any(chunk.after_plus or chunk.text.lstrip("([")[0] == "+" for chunk in others)
    if not begins_again and _MARK not in extension:
        has_own_plus = first.after_plus and not text.lstrip("([").startswith("+")
        plus_may_be_and = has_own_plus and bool(before.found)
        text = f"+{text}" if has_own_plus else text
        if phone := read_phone(text, extension, plus_may_be_and=plus_may_be_and):
            against += phone.doubt + sum(chunk.gap for chunk in others)
            return _Reading(against, (*before.found, phone.point))
    return _Reading(
        against + sum(map(_left_unread, chunks)),
        (*before.found, " ".join(chunk.text for chunk in chunks)),
    )


def _left_unread(chunk: _Chunk) -> int:
    digits = digits_of(chunk.text.partition(_MARK)[0])
    is_long = len(digits) >= FEWEST_DIGITS or chunk.after_plus or "+" in chunk.text
    return _LONG_REST if is_long else _SHORT_REST
