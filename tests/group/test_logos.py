"""Whatever is sent as a logo, a page gets a small PNG that we made, or the sender a kind sentence."""

import random
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from mutualaid.group.look.logos import ICONS, MOST_BYTES, PreparedLogo, prepare_logo
from tests.support.logos import SVG_WITH_SCRIPT, picture


def prepared(content: bytes) -> PreparedLogo:
    return prepare_logo(BytesIO(content), len(content))


def refusal(content: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        prepared(content)
    return " ".join(refused.value.messages)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_small_png_and_square_icons(form):
    logo = prepared(picture(1200, 400, form))
    page = Image.open(BytesIO(logo.pictures["page"]))
    assert (page.format, page.size) == ("PNG", (288, 96))
    assert (logo.width, logo.height) == page.size
    for icon in ICONS:
        assert Image.open(BytesIO(logo.pictures[icon.name])).size == (icon.size, icon.size)


def test_a_photo_of_many_colours_is_light_enough_for_a_page():
    noise = Image.effect_noise((2000, 1500), 80).convert("RGB")
    written = BytesIO()
    noise.save(written, "JPEG")
    logo = prepared(written.getvalue())
    assert len(logo.pictures["page"]) < 16_000
    assert len(logo.pictures["icon_512"]) < 250_000


def test_where_a_photo_was_taken_is_not_kept():
    exif = Image.Exif()
    exif[0x010E] = "taken at Rosa's home"
    content = picture(form="JPEG", exif=exif)
    assert b"Rosa" in content
    assert all(b"Rosa" not in made for made in prepared(content).pictures.values())


def test_a_photo_taken_sideways_is_turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    logo = prepared(picture(400, 100, "JPEG", exif=exif))
    assert logo.height > logo.width


def test_the_same_logo_has_the_same_address():
    assert prepared(picture()).digest == prepared(picture()).digest
    assert prepared(picture()).digest != prepared(picture(colour="#123456")).digest


def test_a_logo_may_let_the_page_shine_through():
    written = BytesIO()
    Image.new("RGBA", (200, 200), (160, 48, 64, 0)).save(written, "PNG")
    page = Image.open(BytesIO(prepared(written.getvalue()).pictures["page"])).convert("RGBA")
    assert page.getchannel("A").getextrema() == (0, 0)


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\n\n<!-- a logo -->\n"])
def test_an_svg_with_a_script_is_refused(start):
    assert "save your logo as PNG" in refusal(start + SVG_WITH_SCRIPT)


def test_twenty_megabytes_are_refused_unread():
    class Unread(BytesIO):
        def read(self, *_args):
            raise AssertionError("it was read")

    with pytest.raises(ValidationError, match="larger than 12 MB"):
        prepare_logo(Unread(), 20_000_000)
    assert MOST_BYTES < 20_000_000


def test_a_bomb_is_refused_before_it_goes_off():
    """A few hundred bytes that say they are 30,000 by 30,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        size, crc = len(data).to_bytes(4, "big"), zlib.crc32(kind + data).to_bytes(4, "big")
        return size + kind + data + crc

    side = (30_000).to_bytes(4, "big")
    head = chunk(b"IHDR", side + side + b"\x08\x02\x00\x00\x00")
    body = chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")
    bomb = b"\x89PNG\r\n\x1a\n" + head + body
    assert len(bomb) < 1000
    assert "PNG" in refusal(bomb) or "too many pixels" in refusal(bomb)


def test_one_of_too_many_pixels_is_told_so():
    assert "too many pixels" in refusal(picture(6000, 5000))


def test_one_that_would_be_blurred_is_told_so():
    assert "too small" in refusal(picture(20, 20))


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"%PDF-1.7", picture(form="GIF"), picture(form="BMP"), picture()[:200]],
)
def test_what_is_no_picture_for_a_page_is_refused(content):
    assert "We can't read this file as a picture" in refusal(content)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_damaged_file_is_a_logo_or_a_sentence_and_never_a_fault(form):
    chance, whole = random.Random(7), picture(90, 60, form)
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            prepared(bytes(content[: chance.randint(1, len(content))]))
        except ValidationError:
            continue
