"""What a thing is called says how to reach no one, in whatever spelling."""

import pytest
from django.core.exceptions import ValidationError

from mutualaid.lending.titles import check_title

HIDDEN = (
    "Ladder 608-555-0142",
    "Ladder (608) 555 0142",
    "Ladder +1 608 555 0142",
    "Ladder 6085550142",
    "Ladder 6 0 8 5 5 5 0 1 4 2",
    "Ladder 608.555.0142",
    "Ladder 608_555_0142",
    "Ladder 608/555/0142",
    "Ladder 555 0142",
    "Ladder 6O8 555 Ol42",
    "Ladder ٦٠٨ ٥٥٥ ٠١٤٢",
    "Ladder ۶۰۸۵۵۵۰۱۴۲",
    "Ladder ６０８５５５０１４２",
    "Ladder ⑥⓪⑧⑤⑤⑤⓪①④②",
    "Ladder 6️⃣0️⃣8️⃣5️⃣5️⃣5️⃣0️⃣1️⃣4️⃣2️⃣",
    "Ladder six oh eight five five five oh one four two",
    "Ladder 608 five five five 0142",
    "Escalera seis cero ocho cinco cinco cinco cero uno cuatro dos",
    "梯子 六零八五五五零一四二",
    "Ladder 6*0*8*5*5*5*0*1*4*2",
    "Ladder 608\u200b555\u200b0142",
    "Ladder sam@example.org",
    "Ladder sam＠example.org",
    "Ladder sam at example dot org",
    "Ladder sam (at) example (dot) org",
    "Ladder sam[at]example.org",
    "Escalera sam arroba example punto org",
    "Лестница sam собака example точка ru",
    "Ladder https://example.org/me",
    "Ladder www.example.org",
    "Ladder example.org",
    "Ladder example dot com",
    "Ladder t.me/sam",
    "Ladder @sam",
    "Ladder sixoheightfivefivefivezeroonefourtwo",
    "Лестница шесть ноль восемь пять пять пять ноль один четыре два",
    "Thang sáu không tám năm năm năm không một bốn hai",
    "Nechèl sis zewo uit senk senk senk zewo youn kat de",
    "سلم ستة صفر ثمانية خمسة خمسة خمسة صفر واحد أربعة اثنان",
    "Ladder, insta sam.b",
    "Ladder WhatsApp Sam",
    "梯子 微信 sam",
)
FINE = (
    "Ladder, 3 metres",
    "Cot for a baby (0 to 2 years)",
    "Box of 12 glasses",
    "Polka dot dress, size 38",
    "Sofa, 120 x 200 x 90 cm",
    "Bread from 17:30 to 19:30",
    "Books 1 to 7",
    "سلّم طوله ٣ أمتار",
    "婴儿床",
    "Lit bébé, 60 × 120",
    "Tent for 4 people at the weekend",
    "Dr. Martens, size 40",
    "One pot, two pans, three lids",
    "Bàn ăn cho sáu người, ba ghế",
    "De chèz, yon tab pou kat moun",
    "Шесть стульев и два стола",
    "Insta360 camera",
)


@pytest.mark.parametrize("title", HIDDEN)
def test_a_way_to_reach_someone_is_refused(title):
    with pytest.raises(ValidationError) as refused:
        check_title(title)
    assert refused.value.code == "contact"


@pytest.mark.parametrize("title", FINE)
def test_what_a_thing_is_called_is_taken(title):
    assert check_title(title) == title


@pytest.mark.parametrize("title", ["", "   ", "!!!", "12", "\u200b"])
def test_a_title_has_words(title):
    with pytest.raises(ValidationError):
        check_title(title)


def test_it_becomes_one_line_without_what_no_one_can_see():
    assert check_title("  Tall\n\tlad\u200bder ") == "Tall ladder"
