"""Pictures that someone sends: read within bounds, upright, and as pixels alone."""

import struct
import zlib
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

MOST_PIXELS = 25_000_000
"""As many as need 100 MB while they are read."""
FORMATS = ("PNG", "JPEG", "WEBP")
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError,
          OverflowError, MemoryError, struct.error, zlib.error, Image.DecompressionBombError)  # fmt: skip
"""What Pillow raises for files that are damaged, or meant to do damage."""

TOO_MANY_PIXELS = _(
    "This picture has too many pixels. Please choose one of 5,000 by 5,000 at most."
)
NO_PICTURE = _("We can't read this file as a picture. Please choose a PNG, JPEG or WebP file.")


def read_picture(content: bytes, *, box: tuple[int, int]) -> Image.Image:
    """Return a picture (RGBA) as it is seen, made as small as `box` and never larger than it is.

    Nothing else of the file comes along: what it says of the place, the day and the camera stays behind.

    Raises `ValidationError` where it has too many pixels, before one of them is read, and where it is no
    picture of `FORMATS`, or a damaged one.
    """
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValidationError(TOO_MANY_PIXELS)
            picture = opened.convert("RGBA") if opened.mode in ("1", "P") else opened
            picture.thumbnail(
                box, Image.Resampling.LANCZOS
            )  # a large photo is read as a smaller one
            upright: Image.Image = ImageOps.exif_transpose(picture).convert("RGBA")
    except BROKEN as error:
        raise ValidationError(NO_PICTURE) from error
    upright.info.clear()
    return upright
