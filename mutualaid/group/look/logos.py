"""A logo that someone uploads, made into pictures of our own: nothing of the file itself is kept.

So no script, no place where a photo was taken, and nothing that a browser could take for something else
reaches a page.
"""

from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image

from mutualaid.boundary.pictures import read_picture

MOST_BYTES = 12_000_000
"""Of an uploaded file: more than a phone's camera writes."""
LEAST_PIXELS = 48
"""Of the longer side: less would be blurred on a page."""
PAGE_BOX = (320, 96)
"""Pixels of the picture on a page, at most; shown at half of that, for sharp screens."""
WORKING_BOX = (1024, 1024)
PAPER = (251, 247, 238)
SAFE_SHARE = 0.7
"""Of an icon that a phone cuts to its own shape: the circle in the middle is never cut."""

TOO_HEAVY = _("This file is larger than 12 MB. Please choose a smaller one.")
TOO_SMALL = _(
    "This picture is too small. Please choose one that is at least 48 pixels wide or high."
)
NO_SVG = _(
    "We can't take SVG, since it can hold programs. Please save your logo as PNG and choose that."
)


class Icon(NamedTuple):
    """A square icon. `purpose` is the word of a web app manifest."""

    name: str
    size: int
    purpose: str


ICONS = (
    Icon("icon_192", 192, "any"),
    Icon("icon_512", 512, "any"),
    Icon("maskable_512", 512, "maskable"),
)
KINDS = ("page", *(icon.name for icon in ICONS))


class PreparedLogo(NamedTuple):
    """All pictures of a logo as PNG, and the size in pixels of the one for pages."""

    digest: str
    width: int
    height: int
    pictures: dict[str, bytes]


def prepare_logo(file: BinaryIO, size: int) -> PreparedLogo:
    """Make our pictures from an uploaded file of `size` bytes.

    Raises `ValidationError` where it is too large, too small, or no picture that can be read.
    """
    if size > MOST_BYTES:
        raise ValidationError(TOO_HEAVY)
    content = file.read()
    if b"<svg" in content[:2000].lower() or content[:2] == b"\x1f\x8b":
        raise ValidationError(NO_SVG)
    logo = read_picture(content, box=WORKING_BOX)
    if max(logo.size) < LEAST_PIXELS:
        raise ValidationError(TOO_SMALL)
    page = _fitted(logo, PAGE_BOX)
    pictures = {
        "page": _png(page),
        "icon_192": _png(_square(logo, 192, 1)),
        "icon_512": _png(_square(logo, 512, 1)),
        "maskable_512": _png(_square(logo, 512, SAFE_SHARE, paper=True)),
    }
    digest = sha256(b"".join(pictures[kind] for kind in KINDS)).hexdigest()[:32]
    return PreparedLogo(digest, *page.size, pictures)


def _fitted(logo: Image.Image, box: tuple[int, int]) -> Image.Image:
    """Return the logo as large as `box` lets it be, and never larger than it is."""
    fitted = logo.copy()
    fitted.thumbnail(box, Image.Resampling.LANCZOS)
    return fitted


def _square(logo: Image.Image, size: int, share: float, *, paper: bool = False) -> Image.Image:
    """Return a square with the logo in its middle, on paper or on nothing."""
    room = round(size * share)
    scale = min(room / logo.width, room / logo.height)
    shape = (max(1, round(logo.width * scale)), max(1, round(logo.height * scale)))
    fitted = logo.resize(shape, Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (size, size), (*PAPER, 255 if paper else 0))
    square.alpha_composite(fitted, ((size - shape[0]) // 2, (size - shape[1]) // 2))
    return square


def _png(picture: Image.Image) -> bytes:
    """Return it as PNG of 256 colours: a fifth of the bytes, and no difference in a logo."""
    reduced = picture.quantize(256, Image.Quantize.FASTOCTREE)
    reduced.info.clear()
    written = BytesIO()
    reduced.save(written, "PNG", optimize=True)
    return written.getvalue()
