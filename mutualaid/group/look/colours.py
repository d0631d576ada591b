"""Colours that can be read: contrast by WCAG 2.2, and the nearest colour that has enough of it.

Pure. Colours are compared and moved in OKLab (Björn Ottosson, 2020), where equal steps look equal.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from math import hypot
from typing import NamedTuple

PATTERN = re.compile(r"#[0-9a-fA-F]{6}")
TEXT = 4.5
"""Contrast of text with what is behind it (WCAG 2.2, 1.4.3)."""
SHAPE = 3.0
"""Contrast of a shape that tells something (WCAG 2.2, 1.4.11)."""
READ_AT_NIGHT = 6.0
"""Contrast of the main colour on dark paper, as in the site's own palette."""
LEAF, MARIGOLD = "#17624a", "#f4b942"
"""The site's own colours: of the one thing to do on a page, and of what is urgent."""
STEPS = 500
"""How finely lightness is tried, from black to white."""


class Colour(NamedTuple):
    """Red, green and blue, each from 0 to 255."""

    red: int
    green: int
    blue: int

    @classmethod
    def parse(cls, text: str) -> "Colour":
        """Read "#rrggbb". Raises `ValueError` for anything else."""
        if not PATTERN.fullmatch(text):
            raise ValueError("no colour")
        return cls(*bytes.fromhex(text[1:]))

    def __str__(self) -> str:
        return f"#{bytes(self).hex()}"

    def luminance(self) -> float:
        red, green, blue = (_linear(part) for part in self)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class Surfaces(NamedTuple):
    """What text and shapes stand on, and the two colours of text, as in site.css."""

    paper: Colour
    card: Colour
    wash: Colour
    ink: Colour
    white: Colour


LIGHT = Surfaces(*map(Colour.parse, ("#fbf7ee", "#ffffff", "#e9f2ec", "#1c2b26", "#ffffff")))
DARK = Surfaces(*map(Colour.parse, ("#141b18", "#1d2623", "#22332c", "#0f1f19", "#ffffff")))


class Tokens(NamedTuple):
    """The colours of one scheme as "#rrggbb", by their names in site.css."""

    leaf: str
    on_leaf: str
    marigold: str
    on_marigold: str


class Palette(NamedTuple):
    light: Tokens
    dark: Tokens


OWN = Palette(
    Tokens(LEAF, "#ffffff", MARIGOLD, "#1c2b26"), Tokens("#7fd1b0", "#0f1f19", MARIGOLD, "#1c2b26")
)
"""The site's own, as in site.css."""


def contrast(one: Colour, other: Colour) -> float:
    """Return the ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((one.luminance(), other.luminance()))
    return (lighter + 0.05) / (darker + 0.05)


def leaf_contrast(leaf: Colour) -> float:
    """Return the least contrast that the main colour has with what it stands on, and text with it."""
    return min(
        contrast(leaf, LIGHT.paper),
        contrast(leaf, LIGHT.card),
        contrast(leaf, LIGHT.wash),
        contrast(leaf, _on(leaf, LIGHT)),
    )


def marigold_contrast(marigold: Colour) -> float:
    """Return the contrast of text on the second colour."""
    return contrast(marigold, _on(marigold, LIGHT))


def nearest_leaf(leaf: Colour) -> Colour:
    """Return the nearest main colour that can be read, of the same hue."""
    return _nearest(leaf, lambda colour: leaf_contrast(colour) >= TEXT)


def nearest_marigold(marigold: Colour) -> Colour:
    """Return the nearest second colour on which text can be read, of the same hue."""
    return _nearest(marigold, lambda colour: marigold_contrast(colour) >= TEXT)


@lru_cache(maxsize=16)
def palette(leaf: str, marigold: str) -> Palette:
    """Return both schemes for two colours that can be read; the dark ones are made from them.

    Raises `ValueError` where one is no colour.
    """
    day, night = OWN
    if leaf != LEAF:
        colour = Colour.parse(leaf)
        at_night = _nearest(colour, _is_leaf_at_night)
        day = day._replace(leaf=str(colour), on_leaf=str(_on(colour, LIGHT)))
        night = night._replace(leaf=str(at_night), on_leaf=str(_on(at_night, DARK)))
    if marigold != MARIGOLD:
        colour = Colour.parse(marigold)
        at_night = _nearest(colour, _is_marigold_at_night)
        day = day._replace(marigold=str(colour), on_marigold=str(_on(colour, LIGHT)))
        night = night._replace(marigold=str(at_night), on_marigold=str(_on(at_night, LIGHT)))
    return Palette(day, night)


def _is_leaf_at_night(colour: Colour) -> bool:
    behind = (DARK.paper, DARK.card, DARK.wash)
    return all(contrast(colour, surface) >= READ_AT_NIGHT for surface in behind) and (
        contrast(colour, _on(colour, DARK)) >= TEXT
    )


def _is_marigold_at_night(colour: Colour) -> bool:
    behind = (DARK.paper, DARK.card, DARK.wash)
    return all(contrast(colour, surface) >= SHAPE for surface in behind) and (
        contrast(colour, _on(colour, LIGHT)) >= TEXT
    )


def _on(colour: Colour, scheme: Surfaces) -> Colour:
    """Return the colour of text on this one: ink or white, whichever is easier to read."""
    return max((scheme.white, scheme.ink), key=lambda text: contrast(text, colour))


def _nearest(colour: Colour, can_be_read: Callable[[Colour], bool]) -> Colour:
    """Return `colour`, or the nearest lighter or darker one for which `can_be_read` holds."""
    if can_be_read(colour):
        return colour
    lightness, a, b = _oklab(colour)
    tries = sorted((n / STEPS for n in range(STEPS + 1)), key=lambda n: abs(n - lightness))
    return next(found for n in tries if can_be_read(found := _within_reach(n, a, b)))


def _within_reach(lightness: float, a: float, b: float) -> Colour:
    """Return the colour of this lightness and hue, as strong as a screen can show it."""
    low, high = 0.0, 1.0
    if _fits(lightness, a, b):
        low = 1.0
    else:
        for _ in range(12):
            middle = (low + high) / 2
            low, high = (
                (middle, high) if _fits(lightness, a * middle, b * middle) else (low, middle)
            )
    parts = (_gamma(min(1.0, max(0.0, part))) for part in _rgb(lightness, a * low, b * low))
    return Colour(*(round(part * 255) for part in parts))


def _fits(lightness: float, a: float, b: float) -> bool:
    if hypot(a, b) < 1e-4:
        return True
    return all(-1e-4 <= part <= 1 + 1e-4 for part in _rgb(lightness, a, b))


def _linear(part: int) -> float:
    share = part / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _gamma(part: float) -> float:
    return part * 12.92 if part <= 0.0031308 else float(1.055 * part ** (1 / 2.4) - 0.055)


def _oklab(colour: Colour) -> tuple[float, float, float]:
    red, green, blue = (_linear(part) for part in colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _rgb(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    """Return red, green and blue of OKLab, linear; out of 0 to 1 where no screen shows it."""
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
