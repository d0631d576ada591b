"""What is damaged or too large is a 400 or 413 in plain words; nothing of it is stored or read twice."""

import io

import pytest
from django.core.exceptions import BadRequest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mutualaid.boundary.incoming import read_json
from tests.support import factories, nonsense
from tests.support.few import examples
from tests.support.raw import Unread, send

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
CHARSETS = (
    "utf-7", "utf-16", "utf-32", "hex", "base64", "zip", "rot13", "idna", "punycode", "undefined", "mbcs",
    "latin-1", "cp037", "unknown", "utf-8\0", "ü", '"', "", "x" * 5000, "unicode_escape",
)  # fmt: skip
PATHS = (
    b"/",
    b"/need/find/",
    b"/account/login/",
    b"/ask/what/",
    b"/texts/",
    b"/board/",
    b"/language/",
)


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize(
    "kind", [FORM, "multipart/form-data; boundary=x", "text/plain", "nonsense"]
)
def test_every_charset_is_read_as_utf_8_or_refused(charset, kind):
    for named in (f"{kind}; charset={charset}", f"{kind}; charset*={charset}''%ff%00"):
        for path in (b"/need/find/", b"/need/find/?q=%ff%fe&q=+AAA-\xff"):
            assert send("POST", path, b"code=%ff%fe+ADw-\xff", named).status < 500
            assert send("GET", path, b"", named).status == 200


def test_a_form_of_another_charset_is_read_as_utf_8():
    answer = send("POST", b"/need/find/", "code=Ω".encode(), f"{FORM}; charset=utf-7")
    assert answer.status == 403, "it has no token; it was read"


@settings(max_examples=examples(300), suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS", "BREW"]),
    st.sampled_from(PATHS),
    st.binary(max_size=60),
    st.binary(max_size=300),
    st.one_of(
        st.sampled_from([FORM, MULTIPART, "multipart/form-data", "application/json", ""]),
        st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60),
        st.sampled_from(CHARSETS).map(lambda charset: f"{FORM}; charset={charset}"),
    ),
)
def test_bytes_of_every_kind_are_never_a_fault(method, path, query, body, content_type):
    assert send(method, path + b"?" + query, body, content_type).status < 500
    assert send(method, b"/" + query, body, content_type).status < 500


PARTS = st.lists(
    st.sampled_from(
        [
            b"--x\r\n", b"--x--\r\n", b"\r\n", b"\n", b'Content-Disposition: form-data; name="code"\r\n',
            b'Content-Disposition: form-data; name="f"; filename="a.txt"\r\n', b"Content-Disposition\r\n",
            b"Content-Transfer-Encoding: base64\r\n", b"Content-Type: text/plain; charset=utf-16\r\n",
            b"Content-Disposition: form-data; name*=zip''%ff\r\n", b"\xff\xfe", b"=!", b"\0", b"text",
        ]
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=examples(300), suppress_health_check=list(HealthCheck))
@given(PARTS)
def test_a_damaged_multipart_form_is_never_a_fault(parts):
    assert send("POST", b"/need/find/", b"".join(parts), MULTIPART).status < 500


@pytest.mark.parametrize("path", [b"/need/find/", b"/account/login/", b"/texts/", b"/admin/"])
def test_a_file_is_refused_before_it_is_stored(path, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n'
    answer = send("POST", path, head + b"x" * 900_000 + b"\r\n--x--\r\n", MULTIPART)
    assert answer.status in (400, 403)
    assert list(tmp_path.iterdir()) == []
    assert "We could not read that" in answer.text or answer.status == 403


@pytest.mark.parametrize(
    "path", [b"/need/find/", b"/account/login/", b"/nothing/here/", b"/texts/"]
)
@pytest.mark.parametrize("kind", [FORM, MULTIPART, "application/json"])
def test_a_huge_body_is_a_413_and_no_byte_of_it_is_read(path, kind):
    body = Unread(bytes(8_000_000))
    answer = send("POST", path, body, kind)
    assert (answer.status, body.taken) == (413, 0)
    assert "That is too long" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_body_that_breaks_off_is_a_400():
    class BreaksOff(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("gone")

    assert send("POST", b"/need/find/", BreaksOff(b"code=1"), FORM).status == 400


def test_a_thousand_fields_are_told_kindly():
    body = "&".join(f"a{number}=1" for number in range(1001)).encode()
    answer = send("POST", b"/need/find/", body, FORM)
    assert answer.status == 400
    assert "We could not read that" in answer.text


@pytest.mark.parametrize("length", ["-1", "9" * 5000, "٤٢", "x", "1e9"])
def test_a_length_that_is_no_number_counts_as_none(length):
    assert send("POST", b"/need/find/", b"code=1", FORM, CONTENT_LENGTH=length).status < 500


@pytest.mark.parametrize(
    "path", ["/board/?category=%00", "/%00/", "/need/a%00b/", "/admin/?q=a%00b"]
)
def test_a_nul_in_an_address_is_never_a_fault(path, carla, signed_in):
    assert signed_in(carla).get(path).status_code in (200, 302, 400, 404)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "",
        "nonsense",
        '"\\ud800"',
        '{"\\udfff": 1}',
        "9" * 5000,
        b"\xff",
    ],
)
def test_what_is_no_json_is_refused_whatever_its_depth(text):
    with pytest.raises(BadRequest):
        read_json(text)


def test_json_of_any_depth_to_a_page_is_a_400_in_words(sam, signed_in):
    for text in ("[" * 100_000, '{"keys": ' * 50_000, '{"endpoint": "\\ud800"}'):
        answer = signed_in(sam).post("/messages/devices/", {"device": text})
        assert answer.status_code == 400
        assert "We could not read that" in answer.content.decode()


@pytest.mark.parametrize("number", [nonsense.HUGE, "9" * 5000, "-1", "٤٢", "1e999", str(2**63)])
@pytest.mark.parametrize(
    "path",
    [
        "/admin/requests_app/need/?id__exact={}",
        "/admin/requests_app/need/?id__in={}",
        "/admin/requests_app/need/?category__id__exact={}",
        "/admin/requests_app/need/?p={}",
        "/admin/catalog/language/add/?_to_field={}",
        "/admin/requests_app/need/1/change/?_to_field=&x={}",
        "/admin/requests_app/need/?o={}",
        "/admin/requests_app/need/?created_at__year={}",
        "/admin/people/user/?q={}",
        "/admin/requests_app/need/{}/change/",
        "/admin/requests_app/ask/{}/contact/",
        "/board/?page={}",
        "/board/?category={}&locality={}",
        "/help/again/{}/",
    ],
)
def test_a_number_of_any_length_in_an_address_is_never_a_fault(path, number, carla, signed_in):
    factories.need()
    answer = signed_in(carla).get(path.replace("{}", number))
    assert answer.status_code in (200, 302, 400, 404, 405)


def test_a_number_that_no_database_holds_is_an_error_of_a_form_or_a_400(carla, signed_in):
    browser: Client = signed_in(carla)
    need = factories.need()
    for field in ("_selected_action", "confirmed", "index"):
        typed = {"action": "close", "_selected_action": str(need.pk), field: nonsense.HUGE}
        answer = browser.post("/admin/requests_app/need/", typed)
        assert answer.status_code in (200, 302, 400)
