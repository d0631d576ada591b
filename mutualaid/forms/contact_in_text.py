"""Ways to reach someone that hide in a few words: a phone, an e-mail or a link, in whatever spelling."""

import re
import unicodedata

from mutualaid.contact_points import parse
from mutualaid.forms.typed_text import LINK, ascii_digits

FEWEST_DIGITS = 7
"""Of a phone number without its area. Sizes and years of that many digits are refused with it."""

_DIGITS = {
    "zero": 0, "oh": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "cero": 0, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5,
    "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "zéro": 0, "deux": 2, "trois": 3, "quatre": 4,
    "cinq": 5, "sept": 7, "huit": 8, "neuf": 9,
    "ноль": 0, "один": 1, "два": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7, "восемь": 8,
    "девять": 9, "không": 0, "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8,
    "chín": 9, "zewo": 0, "youn": 1, "de": 2, "twa": 3, "kat": 4, "senk": 5, "sis": 6, "sèt": 7, "uit": 8,
    "nèf": 9, "صفر": 0, "واحد": 1, "اثنان": 2, "اثنين": 2, "ثلاثة": 3, "أربعة": 4, "اربعة": 4, "خمسة": 5,
    "ستة": 6, "سبعة": 7, "ثمانية": 8, "تسعة": 9,
}  # fmt: skip
_DIGIT_WORD = re.compile("|".join(sorted(_DIGITS, key=len, reverse=True)))
_DIGIT_WORDS = re.compile(rf"(?<![^\W\d_])(?:{_DIGIT_WORD.pattern})+(?![^\W\d_])")
_CHINESE = str.maketrans("〇零一二三四五六七八九", "00123456789")
_LOOK_ALIKE = str.maketrans("oil", "011")
_BESIDE_DIGITS = re.compile(r"(?<=\d)[oil]+(?=[\W_]*\d)|(?<![^\W\d_])[oil]+(?=\d)")
_NUMBER = re.compile(rf"\d(?:[\W_]{{0,4}}\d){{{FEWEST_DIGITS - 1},}}")
_OPEN, _CLOSE = r"[\W_]*", r"[\W_]*"
_AT = r"(?:@|\bat\b|\barroba\b|\bchez\b|\barobase\b|\bсобака\b|\bآت\b)"
_DOT = r"(?:\.|。|\bdot\b|\bpunto\b|\bpoint\b|\bточка\b|\bنقطة\b|点)"
_SPELLED_EMAIL = re.compile(rf"\w{_OPEN}{_AT}{_CLOSE}[\w-]+{_OPEN}{_DOT}{_CLOSE}\w{{2,}}")
_MESSENGER = re.compile(
    r"\b(?:whats\s?app|telegram|insta(?:gram)?|wechat|weixin|facebook|viber|snapchat|tiktok"
    r"|телеграмм?|вотсап|واتساب|تلغرام|تيليجرام)\b|微信"
)
_ENDINGS = "com|org|net|info|io|me|app|uk|us|de|fr|es|ru|cn|vn|ht|example|gg|li|ly|link"
_SPELLED_SITE = re.compile(rf"\w{{2,}}{_OPEN}{_DOT}{_CLOSE}(?:{_ENDINGS})\b")


def has_contact(text: str) -> bool:
    """Whether a line says how to reach someone."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _has_link(plain) or _has_number(plain)


def _has_link(plain: str) -> bool:
    return any(
        pattern.search(plain) is not None
        for pattern in (LINK, _SPELLED_EMAIL, _SPELLED_SITE, _MESSENGER)
    )


def _has_number(plain: str) -> bool:
    if parse(plain).points:
        return True
    digits = ascii_digits(plain).translate(_CHINESE)
    digits = _DIGIT_WORDS.sub(_in_digits, digits)
    digits = _BESIDE_DIGITS.sub(lambda letters: letters[0].translate(_LOOK_ALIKE), digits)
    return _NUMBER.search(digits) is not None


def _in_digits(words: re.Match[str]) -> str:
    return "".join(str(_DIGITS[word]) for word in _DIGIT_WORD.findall(words[0]))
