"""Files that someone may send as the logo of their group."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

SVG_WITH_SCRIPT = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="99" height="99">'
    b"<script>alert(1)</script></svg>"
)


def picture(
    width: int = 300,
    height: int = 100,
    form: str = "PNG",
    colour: str = "#a03040",
    **options: object,
) -> bytes:
    """Return a picture of one colour as a file of this format."""
    written = BytesIO()
    Image.new("RGB", (width, height), colour).save(written, form, **options)
    return written.getvalue()


def upload(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/png")
