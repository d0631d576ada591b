"""Find the contact points in a text: separators, labels, and where one number ends."""

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
Piece = ContactPoint | str
"""A point, or text that is none."""


def parse(text: str) -> Parsed:
    """Read every phone and e-mail in `text`, and what else stands there. Never raises.

    Points may stand one after the other with a comma, semicolon, slash, new line, blank or a word
    such as "and" between them. These words, and those that name a point ("mobile:"), are passed
    over; all else that is no point is `unread`, so that nothing is lost silently. Costs about 0.1 ms
    (measured), and some 70 ms for the first number of another country in a process.
    """
    clean = _clean(text) if len(text) <= MOST_LETTERS else text
    if len(clean) > MOST_LETTERS:
        return Parsed(unread=(text,))
    parts = _SEPARATORS.split(_EXTENSION.sub(_mark_extension, clean))
    pieces = [piece for part in parts for piece in _joined(_read(_split_slashes(part).split()))]
    points = tuple(piece for piece in pieces if not isinstance(piece, str))
    return Parsed(points, tuple(piece for piece in pieces if isinstance(piece, str)))


def parse_phone(text: str) -> ContactPoint | None:
    """Return the first phone in `text`, or None."""
    return next(iter(parse(text).phones), None)


def parse_email(text: str) -> ContactPoint | None:
    """Return the e-mail that `text` is, or else the first in it, or None.

    Whatever Django's `EmailField` takes is an e-mail here, "a|b@x.example" as well.
    """
    return read_email(_clean(text).strip()) or next(iter(parse(text).emails), None)


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The same, with unread texts that follow each other as one, to be quoted to a person."""
    for is_unread, group in groupby(pieces, key=lambda piece: isinstance(piece, str)):
        if is_unread:
            yield " ".join(map(str, group)).replace(_MARK, " ext ")
        else:
            yield from group


def _clean(text: str) -> str:
    """One way to write each letter, digit, dash, blank and new line; nothing that cannot be seen."""
    return "".join(map(_clean_letter, unicodedata.normalize("NFKC", text)))


_STYLES_OF_EMOJI = "\ufe0e\ufe0f"


def _clean_letter(letter: str) -> str:
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
    (?P<digits>\d{1,9}) (?! \d | [ ]*[-./(]?[ ]*\d | [^\s,;|،؛、。·•‣▪/&@]*@ )""",
    re.IGNORECASE | re.VERBOSE,
)
"""Not in an e-mail, nor where one begins (555 0100 x0@x.example), and not where more digits follow: 555 0100
x 555 0101 has no extension."""


def _mark_extension(match: re.Match[str]) -> str:
    return _MARK + match["digits"] if match["digits"] else match[0]


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
"""A dot ends a label before a number only: c.li@x.example is no one's li@x.example."""
_ARABIC_AND = re.compile(r"و(?=[+(\d]|[a-z0-9][^ء-ي]*@)", re.IGNORECASE)
"""In Arabic "and" is written together with the word behind it."""


_BEHIND_EMAIL = re.compile(r"(@[^\s@/&]*)[/&]")
_BEFORE_EMAIL = re.compile(rf"(?<!\S)([-\d+.()\[\]'{_MARK}]*\d)[/&](?=[^\s/&]+@)")


def _split_slashes(part: str) -> str:
    """Blanks for the slashes behind an e-mail, and for those between digits and an e-mail."""
    return _BEFORE_EMAIL.sub(r"\1 ", _BEHIND_EMAIL.sub(r"\1 ", part))


def _read(words: list[str]) -> Iterator[Piece]:
    """Points and unread texts, in their order; `words` have no separator between them."""
    phone_words: list[str] = []
    for word in words:
        if _ARABIC_AND.match(word):
            word = word[1:]
        if _belongs_to_a_number(word):
            phone_words.append(word)
            continue
        yield from _read_numbers(phone_words)
        phone_words = []
        yield from _read_word(word)
    yield from _read_numbers(phone_words)


_PHONE_LIKE = re.compile(rf"(?=\D*\d)[-\d+.()\[\]/'{_MARK}]+")


def _belongs_to_a_number(word: str) -> bool:
    """Whether a word may be part of a number that is written with blanks in it."""
    return bool(_PHONE_LIKE.fullmatch(word)) or set(word) <= set("-/().[]+")


def _read_word(word: str) -> Iterator[Piece]:
    bare = _without_labels(word.strip(_WRAPPING))
    if "@" in bare:
        yield from _read_emails(bare)
    elif _PHONE_LIKE.fullmatch(bare):
        yield from _read_numbers([bare])
    elif _is_worth_reporting(bare):
        yield word


def _is_worth_reporting(word: str) -> bool:
    """Not a bullet or a smile, and no word that belongs between points or beside one."""
    is_filler = all(part in _CONNECTING | _LABELS for part in word.casefold().split("/"))
    return not is_filler and any(letter.isalnum() for letter in word)


def _without_labels(word: str) -> str:
    """Without "mobile:" and such in front; of a mailto link the address alone."""
    while (match := _LABELLED.fullmatch(word)) and match["label"].casefold() in _LABELS:
        is_link = match["label"].casefold() == "mailto"
        word = _without_query(match["rest"]) if is_link else match["rest"]
    return word.strip(_WRAPPING)


def _without_query(link: str) -> str:
    """A query that names further addresses stays, to be reported as unread."""
    address, _, query = link.partition("?")
    return unquote(address) + (f"?{query}" if "@" in unquote(query) else "")


def _read_emails(word: str) -> Iterator[Piece]:
    """One e-mail, or several points with a slash, ampersand or bracket between them.

    The first two are letters of an e-mail too; they only divide where each part is a point.
    """
    texts = [text for text in re.split(r"[/&<>()]", word) if text]
    parts = [tuple(_read([text])) for text in texts] if len(texts) > 1 else []
    pieces = [piece for part in parts for piece in part]
    if pieces and all(parts) and not any(isinstance(piece, str) for piece in pieces):
        yield from pieces
    else:
        yield read_email(word) or word


# Where one number ends and the next begins: both are written with blanks.

_ONE_MORE, _DASH_INSIDE, _SLASH_INSIDE = 1, 2, 4
_SHORT_REST, _LONG_REST = 8, 12
"""Penalties of a reading, besides the `Doubt` of its numbers; the reading with the least is taken.

Assumed, not measured, with one aim: two numbers are never read as one; something is rather reported
as unread. Leaving digits that are a number by themselves or begin one (`_LONG_REST`) costs the most.
"""
_MOST_CHUNKS = 8 * MOST_POINTS


class _Chunk(NamedTuple):
    """Digits without a blank or slash in them."""

    text: str
    gap: int
    """Penalty for joining them to those before."""
    after_plus: bool
    """Whether a plus stands by itself before them."""


class _Reading(NamedTuple):
    penalty: int
    pieces: tuple[Piece, ...]


def _read_numbers(words: list[str]) -> tuple[Piece, ...]:
    """Divide into numbers in the way that has the least penalty."""
    chunks = list(_chunks(" ".join(words)))
    if len(chunks) > _MOST_CHUNKS:
        return (" ".join(words),)
    best = [_Reading(0, ())]
    """The best reading of the chunks up to each."""
    if chunks and not (as_one := _with_number(best[0], chunks)).penalty:
        return as_one.pieces
    for end in range(1, len(chunks) + 1):
        starts = range(end - 1, max(-1, end - 1 - MOST_DIGITS), -1)
        readings = (_with_number(best[start], chunks[start:end]) for start in starts)
        best.append(min(readings, key=lambda reading: reading.penalty))
    return best[-1].pieces


def _chunks(text: str) -> Iterator[_Chunk]:
    gap, after_plus = 0, False
    for piece in re.split(r"\s+|(/)|(?<=\d)(?=\+\d)", text):
        if piece and digits_of(piece):
            yield _Chunk(piece, gap, after_plus)
            gap, after_plus = 0, False
        elif piece:
            gap = max(gap, _SLASH_INSIDE if piece == "/" else _DASH_INSIDE if "-" in piece else 0)
            after_plus = after_plus or "+" in piece


def _with_number(before: _Reading, chunks: list[_Chunk]) -> _Reading:
    """The reading in which these chunks, as one number, follow what was read before."""
    penalty = before.penalty + (_ONE_MORE if before.pieces else 0)
    first, others = chunks[0], chunks[1:]
    typed = "".join(chunk.text for chunk in chunks)
    text, _, extension = typed.partition(_MARK)
    begins_again = any(chunk.after_plus or chunk.text.lstrip("([")[0] == "+" for chunk in others)
    if not begins_again and _MARK not in extension:
        has_own_plus = first.after_plus and not text.lstrip("([").startswith("+")
        plus_may_be_and = has_own_plus and bool(before.pieces)
        text = f"+{text}" if has_own_plus else text
        if phone := read_phone(text, extension, plus_may_be_and=plus_may_be_and):
            penalty += phone.doubt + sum(chunk.gap for chunk in others)
            return _Reading(penalty, (*before.pieces, phone.point))
    return _Reading(
        penalty + sum(map(_penalty_if_unread, chunks)),
        (*before.pieces, " ".join(chunk.text for chunk in chunks)),
    )


def _penalty_if_unread(chunk: _Chunk) -> int:
    digits = digits_of(chunk.text.partition(_MARK)[0])
    is_long = len(digits) >= FEWEST_DIGITS or chunk.after_plus or "+" in chunk.text
    return _LONG_REST if is_long else _SHORT_REST
