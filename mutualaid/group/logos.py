"""A logo that someone uploads, made into pictures of our own: nothing of the file itself is kept.

So no script, no place where a photo was taken, and nothing that a browser could take for something else
reaches a page.
"""

import struct
import zlib
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

MOST_BYTES = 12_000_000
"""Of an uploaded file: more than a phone's camera writes."""
MOST_PIXELS = 25_000_000
"""As many as need 100 MB while they are read."""
LEAST_PIXELS = 48
"""Of the longer side: less would be blurred on a page."""
FORMATS = ("PNG", "JPEG", "WEBP")
PAGE_BOX = (320, 96)
"""Pixels of the picture on a page, at most; shown at half of that, for sharp screens."""
WORKING_BOX = (1024, 1024)
PAPER = (251, 247, 238)
SAFE_SHARE = 0.7
"""Of an icon that a phone cuts to its own shape: the circle in the middle is never cut."""
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError,
          OverflowError, MemoryError, struct.error, zlib.error, Image.DecompressionBombError)  # fmt: skip
"""What Pillow raises for files that are damaged, or meant to do damage."""

TOO_HEAVY = _("This file is larger than 12 MB. Please choose a smaller one.")
TOO_LARGE = _("This picture has too many pixels. Please choose one of 5,000 by 5,000 at most.")
TOO_SMALL = _(
    "This picture is too small. Please choose one that is at least 48 pixels wide or high."
)
NO_SVG = _(
    "We can't take SVG, since it can hold programs. Please save your logo as PNG and choose that."
)
NO_PICTURE = _("We can't read this file as a picture. Please choose a PNG, JPEG or WebP file.")


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

    Raises `ValidationError` where it is too large, too small, or no picture of `FORMATS`.
    """
    if size > MOST_BYTES:
        raise ValidationError(TOO_HEAVY)
    content = file.read()
    if b"<svg" in content[:2000].lower() or content[:2] == b"\x1f\x8b":
        raise ValidationError(NO_SVG)
    try:
        logo = _read(content)
        page = _fitted(logo, PAGE_BOX)
        pictures = {
            "page": _png(page),
            "icon_192": _png(_square(logo, 192, 1)),
            "icon_512": _png(_square(logo, 512, 1)),
            "maskable_512": _png(_square(logo, 512, SAFE_SHARE, paper=True)),
        }
    except BROKEN as error:
        raise ValidationError(NO_PICTURE) from error
    digest = sha256(b"".join(pictures[kind] for kind in KINDS)).hexdigest()[:32]
    return PreparedLogo(digest, *page.size, pictures)


def _read(content: bytes) -> Image.Image:
    """Raises `ValidationError` for its size before any pixel is read; see `BROKEN` for what is damaged."""
    with Image.open(BytesIO(content), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise ValidationError(TOO_LARGE)
        if max(opened.size) < LEAST_PIXELS:
            raise ValidationError(TOO_SMALL)
        logo = opened.convert("RGBA") if opened.mode in ("1", "P") else opened
        logo.thumbnail(
            WORKING_BOX, Image.Resampling.LANCZOS
        )  # reads a large photo as a smaller one
        turned: Image.Image = ImageOps.exif_transpose(logo)
        return turned.convert("RGBA")


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
