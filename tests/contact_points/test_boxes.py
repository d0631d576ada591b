"""Several in one box: each is found, and what is neither phone nor e-mail is told."""

from time import perf_counter

import pytest

from mutualaid.contact_points import MOST_POINTS, Parsed, parse

BO, SAM = "bo@x.example", "sam@people.example"
PHONE, OTHER = "+16085550142", "+16085550199"
BOXES = {
    f"{SAM}; {BO}": [SAM, BO],
    f"{SAM} {BO}": [SAM, BO],
    f"{SAM}\n{BO}": [SAM, BO],
    f"{SAM}\r\n\r\n{BO}\r\n": [SAM, BO],
    f"{SAM} and {BO}": [SAM, BO],
    f"{SAM} or {BO}": [SAM, BO],
    f"{SAM} y {BO}": [SAM, BO],
    f"{SAM} و {BO}": [SAM, BO],
    f"{SAM}، {BO}؛ 608-555-0142": [SAM, BO, PHONE],
    f"{SAM},{BO}": [SAM, BO],
    f"{SAM}/{BO}": [SAM, BO],
    f"{SAM} / {BO}": [SAM, BO],
    f"{SAM}|{BO}": [SAM, BO],
    f"{SAM}&{BO}": [SAM, BO],
    f"<{SAM}><{BO}>": [SAM, BO],
    f"{SAM} + {BO}": [SAM, BO],
    f"• {SAM}\n• {BO}": [SAM, BO],
    f"- {SAM}\n- {BO}": [SAM, BO],
    f"{BO}/608-555-0142": [BO, PHONE],
    f"608-555-0142/{BO}": [PHONE, BO],
    f"{SAM}/608 555 0142/{BO}": [SAM, PHONE, BO],
    f"{SAM} / 608 555 0142 / {BO}": [SAM, PHONE, BO],
    f"608-555-0142 {BO} 608-555-0199": [PHONE, BO, OTHER],
    "608-555-0142 608-555-0199": [PHONE, OTHER],
    "608 555 0142 608 555 0199": [PHONE, OTHER],
    "6085550142 6085550199": [PHONE, OTHER],
    "608-555-0142/608-555-0199": [PHONE, OTHER],
    "608-555-0142 / 608-555-0199": [PHONE, OTHER],
    "608-555-0142 - 608-555-0199": [PHONE, OTHER],
    "608-555-0142 or 608-555-0199": [PHONE, OTHER],
    "608-555-0142 و608-555-0199": [PHONE, OTHER],
    "608-555-0142 + 608-555-0199": [PHONE, OTHER],
    "+16085550142+16085550199": [PHONE, OTHER],
    "+1 608 555 0142 +44 7700 900123": [PHONE, "+447700900123"],
    "555 0100 555 0101": ["5550100", "5550101"],
    "608-555-0142 x3; 608-555-0199 ext. 4": [f"{PHONE};ext=3", f"{OTHER};ext=4"],
    "tel:+16085550142;ext=3 mailto:bo@x.example?subject=x": [f"{PHONE};ext=3", BO],
    "Phone: 608-555-0142 (home), 608-555-0199 (work). E-mail: bo@x.example": [PHONE, OTHER, BO],
    "cell/work 608-555-0142": [PHONE],
}
UNREAD = {
    "Bob": ((), ("Bob",)),
    "12": ((), ("12",)),
    "a, b": ((), ("a", "b")),
    f"Bob, {BO}": ((BO,), ("Bob",)),
    "Bo Li <bo@x.example>": ((BO,), ("Bo Li",)),
    "sam at people dot example": ((), ("sam at people dot example",)),
    f"{SAM} {BO}@": ((SAM,), (f"{BO}@",)),
    "608-555-0142 12": ((PHONE,), ("12",)),
    "608-555-0142, 12": ((PHONE,), ("12",)),
    "555 0100 12": (("5550100",), ("12",)),
    "60855501426085550199": ((), ("60855501426085550199",)),
    "608-555-0142-608-555-0199": ((), ("608-555-0142-608-555-0199",)),
    "1-800-FLOWERS": ((), ("1-800-FLOWERS",)),
    "608-555-0142 my sister's": ((PHONE,), ("sister's",)),
    "*67 608-555-0142": ((PHONE,), ("67",)),
    "@bob on Signal": ((), ("@bob on",)),
}


@pytest.mark.parametrize("typed", BOXES)
def test_each_is_found(typed):
    parsed = parse(typed)
    assert [point.normal for point in parsed.points] == BOXES[typed]
    assert parsed.unread == ()


@pytest.mark.parametrize("typed", UNREAD)
def test_what_is_neither_is_told(typed):
    parsed = parse(typed)
    assert (tuple(point.normal for point in parsed.points), parsed.unread) == UNREAD[typed]


@pytest.mark.parametrize(
    ("region", "typed", "numbers"),
    [
        ("NO", "412 34 567 412 34 568", ["+4741234567", "+4741234568"]),
        ("NO", "412 34 567/412 34 568", ["+4741234567", "+4741234568"]),
        ("GB", "020 7946 0958/07700 900123", ["+442079460958", "+447700900123"]),
        ("GB", "07700 900123 07700 900124", ["+447700900123", "+447700900124"]),
        ("DE", "030 123456 030 123457", ["+4930123456", "+4930123457"]),
        ("DE", "030/123456 / 0171/1234567", ["+4930123456", "+491711234567"]),
        ("DE", "036453/12345", ["+493645312345"]),
        ("DE", "1234567/1234568", ["1234567", "1234568"]),
        ("FR", "06 12 34 56 78 06 12 34 56 79", ["+33612345678", "+33612345679"]),
        ("ES", "612 34 56 78 612 34 56 79", ["+34612345678", "+34612345679"]),
        ("IT", "06 6982 1234 347 123 4567", ["+390669821234", "+393471234567"]),
        ("MX", "55 1234 5678 55 1234 5679", ["+525512345678", "+525512345679"]),
        ("HT", "34 12 3456 34 12 3457", ["+50934123456", "+50934123457"]),
        ("EG", "٠١٠ ١٢٣٤ ٥٦٧٨ ٠١٠ ١٢٣٤ ٥٦٧٩", ["+201012345678", "+201012345679"]),
        ("IR", "۰۹۱۲ ۳۴۵ ۶۷۸۹ و ۰۹۱۲ ۳۴۵ ۶۷۸۸", ["+989123456789", "+989123456788"]),
        ("UA", "(044) 123-45-67 (044) 123-45-68", ["+380441234567", "+380441234568"]),
        ("IN", "98765 43210 98765 43211", ["+919876543210", "+919876543211"]),
    ],
)
def test_blanks_stand_in_numbers_and_between_them(settings, region, typed, numbers):
    settings.PHONE_REGION = region
    parsed = parse(typed)
    assert [point.normal for point in parsed.points] == numbers
    assert parsed.unread == ()


@pytest.mark.parametrize("between", [", ", "\n", " ", "; ", " and "])
def test_forty_fit_in_a_box_and_more_are_too_many_and_none_is_lost(between):
    typed = [f"person{n}@people.example" if n % 2 else f"608 555 01{n:02}" for n in range(41)]
    forty = parse(between.join(typed[:MOST_POINTS]))
    assert (len(forty.points), forty.unread, forty.is_too_many) == (40, (), False)
    more = parse(between.join(typed))
    assert (len(more.points), more.unread, more.is_too_many) == (41, (), True)


def test_one_that_stands_there_twice_is_one():
    assert [one.normal for one in parse("bo+a@x.example bo@x.example").distinct] == [
        "bo+a@x.example"
    ]


@pytest.mark.parametrize(
    "typed",
    ["1 " * 2000, "11 " * 1300, "/1" * 2000, "+1" * 2000, "m:" * 2000, "a@" * 2000, "@" * 4000,
     "1x" * 2000, "a/" * 1999 + "@b", "(" * 4000, "x1 " * 1300, "ﷺ" * 4000, "bo@x.example/" * 300],
)  # fmt: skip
def test_no_one_can_make_it_slow(typed):
    began = perf_counter()
    assert isinstance(parse(typed), Parsed)
    assert perf_counter() - began < 5, "about a tenth of a second on an idle machine"


def test_a_text_that_is_too_long_is_told_as_a_whole():
    assert parse(f"{BO} " * 1000) == Parsed(unread=(f"{BO} " * 1000,))
