"""Pages leave the server packed, and their length tells nothing of what they hold (BREACH)."""

import gzip

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PACKED = {"accept-encoding": "gzip"}


def test_pages_are_packed_for_browsers_that_can_unpack_them(client):
    plain, packed = client.get("/about/"), client.get("/about/", headers=PACKED)
    assert packed["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" in packed["Vary"]
    assert b"</html>" in gzip.decompress(packed.content)
    assert len(packed.content) * 2 < len(plain.content)


def test_the_length_of_a_packed_page_is_random(client):
    lengths = {len(client.get("/offline/", headers=PACKED).content) for _try in range(20)}
    assert len(lengths) > 3
    assert len({client.get("/offline/").content for _try in range(3)}) == 1, "the page is the same"
