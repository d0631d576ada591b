"""The photo of a receipt, made into a picture of our own: nothing of the file itself is kept."""

from io import BytesIO
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image

from mutualaid.boundary.pictures import read_picture

MOST_BYTES = 8_000_000
"""Of a photo that is sent."""
MOST_TOLD_BYTES = 60_000_000
"""Up to so many a file that is too large is told beside its field."""
BOX = (1600, 1600)
LEAST_PIXELS = 200
"""Of the longer side: no one could read a smaller one."""
MOST_KEPT_BYTES = 190_000
"""In base64 so many fill a quarter of a megabyte, and an encrypted text takes up the next power of two."""
QUALITIES = (80, 70, 60, 50, 40, 30)
"""Of JPEG, tried one after the other. At 40 the small print of a receipt can still be read."""
SMALLER_BOX = (900, 900)
"""For a photo that is too heavy even so: one that is all noise."""

TOO_HEAVY = _("This file is larger than 8 MB. Please choose a smaller one, or take a photo again.")
TOO_SMALL = _("This picture is too small to read. Please take a photo from nearer.")
A_PDF = _("This is a PDF. Please take a photo of the receipt, or of the screen that shows it.")
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif")
"""Bytes 8 to 11 of a file of that family, after its size and "ftyp" (ISO/IEC 23008-12)."""
A_HEIC = _(
    "This photo is in a format that we can't read (HEIC). Please take the photo again from this page. Or set"
    " your phone to JPEG: on an iPhone under Settings, Camera, Formats, “Most Compatible”."
)


def prepare_receipt(file: BinaryIO, size: int) -> bytes:
    """Return a JPEG made from the pixels of an uploaded photo of `size` bytes: upright, and of `BOX` at most.

    Raises `ValidationError` where it is too large, too small, a PDF or HEIC whatever it is called, or no
    picture.
    """
    if size > MOST_BYTES:
        raise ValidationError(TOO_HEAVY)
    content = file.read()
    if content[:1024].lstrip().startswith(b"%PDF"):
        raise ValidationError(A_PDF)
    if content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS:
        raise ValidationError(A_HEIC)
    picture = _on_white(read_picture(content, box=BOX))
    if max(picture.size) < LEAST_PIXELS:
        raise ValidationError(TOO_SMALL)
    return _light(picture)


def _on_white(picture: Image.Image) -> Image.Image:
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    return paper.convert("RGB")


def _light(picture: Image.Image) -> bytes:
    """The best JPEG of at most `MOST_KEPT_BYTES`."""
    for quality in QUALITIES:
        if len(written := _jpeg(picture, quality)) <= MOST_KEPT_BYTES:
            return written
    picture.thumbnail(SMALLER_BOX, Image.Resampling.LANCZOS)
    return _jpeg(picture, QUALITIES[-1])


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    written = BytesIO()
    picture.save(written, "JPEG", quality=quality, optimize=True)
    return written.getvalue()
