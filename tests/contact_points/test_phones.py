"""One phone is one phone, in thirteen countries and however it is written there."""

import pytest

from mutualaid.contact_points import parse, parse_phone

SPELLINGS = {
    ("US", "+16085550142"): [
        "608-555-0142", "(608) 555-0142", "608.555.0142", "6085550142", "1 608 555 0142",
        "1-608-555-0142", "+1 608 555 0142", "+1 (608) 555-0142", "+1-608-555-0142", "001 608 555 0142",
        "(608)555-0142", "608/555-0142", "608 – 555 – 0142", "６０８-５５５-０１４２", "٦٠٨-٥٥٥-٠١٤٢",
        "+1 (0) 608 555 0142", "tel:+1-608-555-0142", "tel:6085550142", "608 555 0142.",
    ],
    ("NO", "+4741234567"): [
        "412 34 567", "41 23 45 67", "41234567", "+47 412 34 567", "0047 41 23 45 67", "47 412 34 567",
        "(+47) 41234567", "+47 (0) 412 34 567", "tlf: 412 34 567", "Mobil 412 34 567",
    ],
    ("GB", "+447700900123"): [
        "07700 900123", "07700 900 123", "(07700) 900123", "07700-900-123", "+44 7700 900123",
        "+44 (0)7700 900123", "+44(0)7700900123", "+44 07700 900123", "0044 7700 900123",
        "00 44 (0)7700 900123", "44 7700 900123", "۰۷۷۰۰ ۹۰۰۱۲۳",
    ],
    ("DE", "+49301234567"): [
        "030 1234567", "030/1234567", "030 / 12 34 567", "(030) 123 45 67", "030-1234567", "030 - 1234567",
        "+49 30 1234567", "+49 (0)30 1234567", "+49 (0) 30 / 1234567", "0049 30 1234567", "Tel.: 030 1234567",
    ],
    ("FR", "+33612345678"): [
        "06 12 34 56 78", "06.12.34.56.78", "06-12-34-56-78", "0612345678", "06/12/34/56/78",
        "+33 6 12 34 56 78", "+33 (0)6 12 34 56 78", "0033 6 12 34 56 78", "portable : 06 12 34 56 78",
    ],
    ("ES", "+34612345678"): [
        "612 34 56 78", "612 345 678", "612345678", "+34 612 34 56 78", "0034 612345678", "34 612345678",
        "(+34) 612-345-678", "+34 (0) 612345678", "móvil: 612345678",
    ],
    ("IT", "+390669821234"): [
        "06 6982 1234", "06-69821234", "06/69821234", "+39 06 6982 1234", "+39 (0)6 6982 1234",
        "0039 06 69821234", "0669821234",
    ],
    ("MX", "+525512345678"): [
        "55 1234 5678", "(55) 1234-5678", "5512345678", "+52 55 1234 5678", "+52 1 55 1234 5678",
        "+5215512345678", "044 55 1234 5678", "045 55 1234 5678", "01 55 1234 5678", "0052 55 1234 5678",
        "52 55 1234 5678", "cel. 55 1234 5678",
    ],
    ("HT", "+50934123456"): [
        "3412 3456", "34 12 3456", "34-12-34-56", "34123456", "+509 34 12 3456", "(509) 3412-3456",
        "00509 34123456", "telefòn: 3412 3456",
    ],
    ("EG", "+201012345678"): [
        "010 1234 5678", "01012345678", "٠١٠ ١٢٣٤ ٥٦٧٨", "٠١٠١٢٣٤٥٦٧٨", "+20 10 1234 5678",
        "+20 (0)10 1234 5678", "00201012345678", "٠٠٢٠١٠١٢٣٤٥٦٧٨", "201012345678+", "موبايل: ٠١٠ ١٢٣٤ ٥٦٧٨",
    ],
    ("IR", "+989123456789"): [
        "0912 345 6789", "۰۹۱۲ ۳۴۵ ۶۷۸۹", "۰۹۱۲۳۴۵۶۷۸۹", "+98 912 345 6789", "00989123456789",
        "+98 (0)912 345 6789", "98 912 345 6789", "9123456789", "تلفن: ۰۹۱۲۳۴۵۶۷۸۹",
    ],
    ("UA", "+380441234567"): [
        "044 123 45 67", "(044) 123-45-67", "0441234567", "+38 (044) 123-45-67", "+380 44 123 4567",
        "+380 (0)44 123 45 67", "00380441234567", "380441234567", "тел. 044 123-45-67",
    ],
    ("IN", "+919876543210"): [
        "98765 43210", "098765 43210", "9876543210", "+91 98765 43210", "+91-9876543210", "0091 98765 43210",
        "+91 (0)98765 43210", "91 98765 43210", "फ़ोन: ९८७६५ ४३२१०",
    ],
}  # fmt: skip
CASES = [(region, e164, typed) for (region, e164), all in SPELLINGS.items() for typed in all]
EXTENSIONS = [
    "{} ext 11", "{} ext. 11", "{}ext.11", "{}x11", "{} x 11", "{}, ext. 11", "{};ext=11", "{} #11",
    "{} extension 11", "{} Ext: 11", "{} extensión 11", "{} تحويلة ١١", "{} доб. 11", "{} Durchwahl 11",
]  # fmt: skip


@pytest.mark.parametrize(("region", "e164", "typed"), CASES)
def test_however_it_is_written_it_is_one_number(settings, region, e164, typed):
    settings.PHONE_REGION = region
    parsed = parse(typed)
    assert [point.normal for point in parsed.points] == [e164]
    assert parsed.unread == ()
    assert parsed.points[0].e164 == parsed.points[0].identity == e164


@pytest.mark.parametrize(("region", "e164"), SPELLINGS)
def test_from_abroad_it_is_the_same_number(settings, region, e164):
    settings.PHONE_REGION = "NO" if region == "US" else "US"
    digits = e164[1:]
    for typed in (e164, f"00{digits}", f"tel:{e164}", f"+{digits[:4]} {digits[4:]}"):
        assert parse_phone(typed).identity == e164


@pytest.mark.parametrize("region", ["US", "GB", "NO", "IR", "us "])
def test_the_same_last_digits_in_another_country_are_another_number(settings, region):
    settings.PHONE_REGION = region
    identities = [
        parse_phone(typed).identity
        for typed in ("+442079460958", "+1 207 946 0958", "+49 2079460958", "207 946 0958")
    ]
    assert len(set(identities[:3])) == 3
    if region not in ("GB", "US", "us "):
        assert identities[3] not in identities[:3]


@pytest.mark.parametrize("way", EXTENSIONS)
@pytest.mark.parametrize("number", ["608-555-0142", "+1 (608) 555-0142"])
def test_an_extension_is_dialled_and_is_no_other_person(way, number):
    parsed = parse(way.format(number))
    assert [point.normal for point in parsed.points] == ["+16085550142;ext=11"]
    assert parsed.unread == ()
    (point,) = parsed.points
    assert (point.e164, point.identity, point.extension) == (*["+16085550142"] * 2, "11")
    assert point.uri == "tel:+16085550142;ext=11"
    assert point.display == "(608) 555-0142 ext. 11"


@pytest.mark.parametrize(
    "typed", ["608-555-0142 x608-555-0199", "608-555-0142 ext 608 555 0199", "608-555-0142 ext a"]
)
def test_where_an_extension_is_in_doubt_it_is_told(typed):
    assert parse(typed).unread


def test_what_no_plan_knows_is_its_digits_and_never_a_number_of_a_country(settings):
    near = parse_phone("555-0100")
    assert (near.normal, near.identity, near.e164) == ("5550100", "digits:5550100", "")
    assert near.uri == "tel:5550100"
    assert parse_phone("555 01 00").identity == near.identity
    assert parse_phone("+1 608 555 0100").identity != near.identity
    settings.PHONE_REGION = "NO"
    assert parse_phone("22 33 44").identity == parse_phone("223344").identity == "digits:223344"


def test_a_number_of_the_same_town_is_not_taken_for_one_of_the_country(settings):
    settings.PHONE_REGION = "DE"
    assert parse_phone("1234567").uri == "tel:1234567"
    assert parse_phone("030 1234567").uri == "tel:+49301234567"
    assert parse_phone("30 1234567").e164 == "+49301234567", "nothing else is valid"


@pytest.mark.parametrize(
    "typed", ["", "12", "911", "12 34", "+", "(0)", "+1", "ring twice", "1" * 18]
)
def test_what_is_too_short_or_too_long_is_no_number(typed):
    assert parse_phone(typed) is None


def test_a_zero_that_only_dials_at_home_is_part_of_no_number_abroad(settings):
    settings.PHONE_REGION = "GB"
    assert parse_phone("0207946").normal == "0207946", "too short, and no +440207946"
    assert [one.normal for one in parse("020 7946 0958 12").points] == ["+442079460958"]


def test_a_plus_without_a_country_is_no_number_of_ours():
    assert parse_phone("+210 555 0142").identity == "digits:2105550142"
    assert parse_phone("210 555 0142").identity == "+12105550142"


@pytest.mark.parametrize(
    "typed",
    [
        "\u202a+1 608\u200b-555\u2060-0142\u202c", "\ufeff608-555-0142\u200f", "608\u00a0555\u20110142",
        "608\u2013555\u20140142", "☎️ 608-555-0142", "📞608-555-0142", "＋１ ６０８ ５５５ ０１４２",
    ],
)  # fmt: skip
def test_what_cannot_be_seen_changes_nothing(typed):
    parsed = parse(typed)
    assert [point.normal for point in parsed.points] == ["+16085550142"]
    assert parsed.unread == ()


def test_it_is_shown_as_people_here_write_it(settings):
    number = parse_phone("+44 7700 900123")
    assert number.display == "+44 7700 900123"
    settings.PHONE_REGION = "GB"
    assert number.display == "07700 900123"
