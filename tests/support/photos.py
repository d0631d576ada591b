"""Photos of receipts, as a phone takes them: with the place and the day in them, upright or not."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

GPS, ORIENTATION, NOTE = 0x8825, 0x0112, 0x010E
TURNED_RIGHT = 6
"""Of EXIF: the top of the picture is at its right."""
HOME = "Rosa at 12 Hideaway"
"""Stands in everything that a file says beside its pixels."""


def receipt_photo(
    width: int = 900,
    height: int = 1200,
    form: str = "JPEG",
    *,
    turned: bool = False,
    **options: object,
) -> bytes:
    """Return a picture of a receipt with black lines, and with a place, a day and a note in the file."""
    picture = Image.new("RGB", (width, height), "#f4f1ea")
    pen = ImageDraw.Draw(picture)
    for line in range(40, height - 40, 40):
        pen.line((40, line, width - 40 - line % 300, line), fill="#222222", width=6)
    exif = Image.Exif()
    exif[NOTE] = HOME
    exif[GPS] = {1: "N", 2: (43.0, 4.0, 23.0), 3: "W", 4: (89.0, 24.0, 4.0)}
    if turned:
        exif[ORIENTATION] = TURNED_RIGHT
    written = BytesIO()
    picture.save(written, form, exif=exif, **options)
    return written.getvalue()


def as_upload(
    content: bytes, name: str = "receipt.jpg", kind: str = "image/jpeg"
) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)
