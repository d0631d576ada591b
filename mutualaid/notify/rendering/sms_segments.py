"""How many parts a text message takes: in the alphabet of GSM (3GPP TS 23.038), or UCS-2 for the rest."""

from typing import NamedTuple

BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = set("^{}\\[~]|€\f")
"""Each takes two units."""


class Size(NamedTuple):
    """`units` are characters of the alphabet; a text of several parts is charged as so many messages."""

    alphabet: str
    units: int
    parts: int

    @property
    def is_short(self) -> bool:
        """One part in GSM's alphabet, two in UCS-2."""
        return self.parts <= (1 if self.alphabet == "GSM-7" else 2)


def size_of(text: str) -> Size:
    """160 units in one part of GSM-7 or 153 in each of several; 70 or 67 in UCS-2."""
    if set(text) <= BASIC | EXTENDED:
        units = len(text) + sum(character in EXTENDED for character in text)
        return Size("GSM-7", units, _parts(units, whole=160, each=153))
    units = len(text.encode("utf-16-be")) // 2
    return Size("UCS-2", units, _parts(units, whole=70, each=67))


def _parts(units: int, *, whole: int, each: int) -> int:
    return 1 if units <= whole else -(-units // each)
