"""Whatever is sent as a photo of a receipt, we keep a JPEG of ours, or the sender reads a kind sentence."""

import random
import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mutualaid.fund.receipt_photo import BOX, MOST_BYTES, MOST_KEPT_BYTES, prepare_receipt
from tests.support.photos import GPS, HOME, receipt_photo

FORMS = ["JPEG", "PNG", "WEBP"]


def prepared(content: bytes) -> bytes:
    return prepare_receipt(BytesIO(content), len(content))


def refusal(content: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        prepared(content)
    return " ".join(refused.value.messages)


@pytest.mark.parametrize("form", FORMS)
def test_where_and_when_it_was_taken_is_not_kept(form):
    sent = receipt_photo(form=form)
    assert Image.open(BytesIO(sent)).getexif().get_ifd(GPS), "else there is nothing to strip"
    assert HOME.encode() in sent
    kept = prepared(sent)
    assert not Image.open(BytesIO(kept)).getexif()
    assert HOME.encode() not in kept
    assert not any(mark in kept for mark in (b"Exif", b"http://ns.adobe.com/", b"ICC_PROFILE"))


def test_what_a_file_says_in_other_places_is_not_kept_either():
    words = HOME.encode()
    in_jpeg = receipt_photo(
        comment=words, xmp=b"<x:xmpmeta>" + words + b"</x:xmpmeta>", icc_profile=words
    )
    notes = PngInfo()
    notes.add_itxt("Comment", HOME)
    in_png = receipt_photo(form="PNG", pnginfo=notes)
    for sent in (in_jpeg, in_png):
        assert sent.count(words) > 1
        assert words not in prepared(sent)


@pytest.mark.parametrize("form", FORMS)
def test_a_receipt_becomes_a_jpeg(form):
    kept = Image.open(BytesIO(prepared(receipt_photo(form=form))))
    assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (900, 1200))


def test_a_photo_taken_sideways_is_turned():
    kept = Image.open(BytesIO(prepared(receipt_photo(1200, 600, turned=True))))
    assert kept.size == (600, 1200)


def test_a_photo_of_a_phone_is_made_small():
    kept = prepared(receipt_photo(3000, 4000))
    assert Image.open(BytesIO(kept)).size == (1200, 1600)
    assert len(kept) <= MOST_KEPT_BYTES


def test_even_one_that_is_all_noise_is_small():
    noise = BytesIO()
    Image.effect_noise((2400, 2400), 120).convert("RGB").save(noise, "JPEG", quality=60)
    kept = prepared(noise.getvalue())
    assert len(kept) <= MOST_KEPT_BYTES
    assert max(Image.open(BytesIO(kept)).size) <= BOX[0]


def test_what_is_seen_through_is_white():
    clear = BytesIO()
    Image.new("RGBA", (400, 400), (0, 0, 0, 0)).save(clear, "PNG")
    assert Image.open(BytesIO(prepared(clear.getvalue()))).getpixel((9, 9)) == (255, 255, 255)


def test_the_same_photo_becomes_the_same_picture():
    assert prepared(receipt_photo()) == prepared(receipt_photo())


def test_forty_megabytes_are_refused_unread():
    class Unread(BytesIO):
        def read(self, *_args):
            raise AssertionError("it was read")

    with pytest.raises(ValidationError, match="larger than 8 MB"):
        prepare_receipt(Unread(), 40_000_000)
    assert MOST_BYTES < 40_000_000


@pytest.mark.parametrize("start", [b"", b"\n \n"])
def test_a_pdf_is_told_to_be_one_whatever_it_is_called(start):
    assert "take a photo of the receipt" in refusal(start + b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj")


def test_of_a_file_that_is_several_things_only_the_picture_is_kept():
    """A photo that is an archive, a page and a PDF as well."""
    others = b"<script>alert(1)</script>%PDF-1.7 PK\x03\x04 <?php evil();?>"
    kept = prepared(receipt_photo(comment=others) + others)
    assert not any(word in kept for word in (b"script", b"PDF", b"PK\x03\x04", b"php"))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">II", width, height) + b"\x08\x02\x00\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def test_a_bomb_of_pixels_is_refused_before_it_goes_off():
    bomb = png(30_000, 30_000, chunk(b"IDAT", zlib.compress(bytes(100_000))))
    assert len(bomb) < 1000
    assert "too many pixels" in refusal(bomb) or "can't read" in refusal(bomb)


def test_a_bomb_of_words_is_refused_before_it_goes_off():
    """Words of a hundred kilobytes that unpack to a hundred megabytes."""
    words = zlib.compress(b"x" * 100_000_000, 9)
    bomb = png(300, 300, chunk(b"zTXt", b"Comment\0\0" + words), chunk(b"IDAT", b""))
    assert len(bomb) < 250_000
    assert "can't read" in refusal(bomb)


def test_one_of_too_many_pixels_is_told_so():
    assert "too many pixels" in refusal(receipt_photo(6000, 5000, "PNG"))


def test_one_that_no_one_could_read_is_told_so():
    assert "too small" in refusal(receipt_photo(150, 150))


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_a_photo_in_the_format_of_iphones_is_told_what_to_do(brand):
    """The first box of a file of an iPhone: its brand, and those that it is compatible with."""
    box = b"ftyp" + brand + b"\0\0\0\0" + b"mif1MiHBheic"
    file = struct.pack(">I", len(box) + 4) + box + b"\0\0\x0e\x9bmeta" + bytes(4000)
    assert "Most Compatible" in refusal(file)


def test_one_that_breaks_off_is_told_so():
    assert "can't read this file" in refusal(receipt_photo()[:4000])


@pytest.mark.parametrize("content", [b"", b"hello", b"<svg></svg>", b"GIF89a" + bytes(60)])
def test_what_is_no_photo_is_refused(content):
    assert "can't read this file" in refusal(content)


@pytest.mark.parametrize("form", FORMS)
def test_a_damaged_file_is_a_receipt_or_a_sentence_and_never_a_fault(form):
    chance, whole = random.Random(7), receipt_photo(300, 200, form)
    for _ in range(100):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            prepared(bytes(content[: chance.randint(1, len(content))]))
        except ValidationError:
            continue
