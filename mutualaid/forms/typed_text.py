"""Texts that people type: what no one can see is taken out, and names that mislead are refused (ADR 48).

A name reaches mails, text messages, subject lines and lists, so it is one line of letters that are what
they look like. What is invisible is dropped without a word, for no one could find it to mend it.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn"}
BLANK_LETTERS = frozenset(
    "\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\u180b\u180c\u180d\u180f"
)
"""Characters of other categories that show nothing: fillers, an empty Braille cell, joiners."""
ZWNJ, ZWJ = "\u200c", "\u200d"
EMOJI_STYLE = "\ufe0f"
JOINED_SCRIPTS = {
    "ARABIC", "SYRIAC", "THAANA", "NKO", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI",
    "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "KHMER", "MYANMAR", "TIBETAN",
}  # fmt: skip
"""Between two letters of these a joiner or non-joiner changes what is read."""
EAST_ASIAN = {
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "KATAKANA-HIRAGANA",
    "HANGUL",
    "BOPOMOFO",
    "IDEOGRAPHIC",
}
"""Scripts that one word may mix."""
SAME_LOOK = str.maketrans("авекмнорстухіјѕԁӏαενορτυχικ", "abekmhopctyxijsdlaevoptuxik")
"""Cyrillic and Greek small letters as the Latin ones that they look like."""
OFFICES = {
    "admin", "administrator", "administrador", "administradora", "coordinator", "coordinators",
    "coordinador", "coordinadora", "moderator", "moderador", "moderadora", "webmaster", "منسق", "مشرف",
    "协调员", "管理员", "администратор", "координатор", "координаторы", "модератор",
}  # fmt: skip
"""Words that make people believe they talk with whoever runs the site, in its languages."""
_UNUSUAL = re.compile(r"[^\n\r\t -~]")
LINK = re.compile(r"://|@|\bwww\b|\w[.。．｡](?=[^\W\d_]{2})", re.IGNORECASE)
NO_LINKS = _("Write a name without a link or an e-mail address. After a dot, leave a space.")
NO_LETTERS = _("Write a name with at least one letter or number.")
MIXED_LETTERS = _("Write each word of the name in one alphabet, so people can read it.")
AN_OFFICE = _(
    "This name could be taken for the people who run this site. Please choose another one."
)


_reserved: list[Callable[[], str]] = []


def reserve_name(name_of: Callable[[], str]) -> None:
    """Let no one be called what `name_of` returns: the group's name, from a room above."""
    _reserved.append(name_of)


def visible(text: str) -> str:
    """Return `text` composed (NFC) and without what no one can see; lines and tabs stay.

    A joiner stays where a script needs it, and within an emoji.
    """
    if not _UNUSUAL.search(text):
        return text
    text = unicodedata.normalize("NFC", text)
    around = zip(" " + text, text, text[1:] + " ", strict=False)
    kept = "".join(now for before, now, after in around if _is_kept(before, now, after))
    # What stood between two joiners may be gone by now; each pass drops at least one character.
    return kept if kept == text else visible(kept)


def one_line(text: str) -> str:
    """Return `visible` text with single spaces instead of all other white space."""
    return " ".join(visible(" ".join(text.split())).split())


def ascii_digits(text: str) -> str:
    """Return `text` with the digits of every script as 0 to 9."""
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def check_name(text: str) -> str:
    """Return the name as `one_line`, "" for none.

    Raises `ValidationError` where it has a link, mixes alphabets within a word, has no letter, or may be
    taken for the group itself.
    """
    name = one_line(text)
    plain = unicodedata.normalize("NFKC", name)
    if not name:
        return ""
    if LINK.search(plain):
        raise ValidationError(NO_LINKS, "link")
    if not any(_is_letter(character) or _is_emoji(character) for character in plain):
        raise ValidationError(NO_LETTERS, "no_letters")
    words = re.findall(r"[^\W\d_]+", _without_marks(plain))
    if any(len(_scripts(word)) > 1 for word in words):
        raise ValidationError(MIXED_LETTERS, "mixed_letters")
    alike = [_alike(word) for word in words]
    if not _offices().isdisjoint(alike) or _is_the_group(alike):
        raise ValidationError(AN_OFFICE, "office")
    return name


class TextField(forms.CharField):
    """Takes a text of several lines, without what no one can see."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text if self._is_far_too_long(text) else self._cleaned(text)

    def _cleaned(self, text: str) -> str:
        return visible(text).strip()

    def _is_far_too_long(self, text: str) -> bool:
        """Whether it is refused for its length in any case, so that a million letters cost no time."""
        return self.max_length is not None and len(text) > 10 * self.max_length


class LineField(TextField):
    """Takes a text of one line, without what no one can see."""

    def _cleaned(self, text: str) -> str:
        return one_line(text)


class NameField(TextField):
    """Takes what someone is called; see `check_name`."""

    def _cleaned(self, text: str) -> str:
        """Raises `ValidationError` for a name that misleads."""
        return check_name(text)


def _is_kept(before: str, character: str, after: str) -> bool:
    if character.isascii():
        return character.isprintable() or character in "\n\r\t"
    if character in (ZWNJ, ZWJ):
        in_word = _script(before) in JOINED_SCRIPTS and _script(after) in JOINED_SCRIPTS
        in_emoji = _is_emoji(before) or before == EMOJI_STYLE
        return in_word or (character == ZWJ and in_emoji and _is_emoji(after))
    if character == EMOJI_STYLE:
        return _is_emoji(before) or before in "0123456789#*"
    if unicodedata.name(character, "").startswith("VARIATION SELECTOR"):
        return False
    is_blank = character in BLANK_LETTERS
    return not is_blank and unicodedata.category(character) not in INVISIBLE_CATEGORIES


def _script(character: str) -> str:
    """The first word of its Unicode name, which for a letter or mark is its script."""
    return unicodedata.name(character, "").partition(" ")[0]


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN"


def _is_emoji(character: str) -> bool:
    """Whether it is a picture, or what colours one."""
    return unicodedata.category(character) == "So" or "\U0001f3fb" <= character <= "\U0001f3ff"


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if unicodedata.category(c)[0] not in "MC")


def _scripts(word: str) -> set[str]:
    scripts = {_script(letter) for letter in word if unicodedata.category(letter) != "Lm"}
    return {"EAST ASIAN" if script in EAST_ASIAN else script for script in scripts}


def _alike(word: str) -> str:
    """The word as it looks: in small letters, with Latin ones for those that look the same."""
    return word.casefold().translate(SAME_LOOK)


@cache
def _offices() -> frozenset[str]:
    return frozenset(map(_alike, OFFICES))


def _is_the_group(words: list[str]) -> bool:
    return any(_holds(words, name_of()) for name_of in _reserved)


def _holds(words: list[str], name: str) -> bool:
    plain = unicodedata.normalize("NFKC", name)
    group = [_alike(word) for word in re.findall(r"[^\W\d_]+", _without_marks(plain))]
    starts = range(len(words) - len(group) + 1)
    return bool(group) and any(words[n : n + len(group)] == group for n in starts)
