"""Files: one page takes them, up to a size, from whoever may; everywhere else they are refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mutualaid.importing.models import ImportRun
from mutualaid.importing.sheets.files import MOST_BYTES
from mutualaid.people.models import Role
from tests.support import factories

pytestmark = pytest.mark.django_db
MEGABYTE = 1_000_000


def send(client, url, raw):
    file = SimpleUploadedFile("may.csv", raw, content_type="text/csv")
    return client.post(url, {"kind": "needs", "file": file})


def test_a_coordinator_uploads_more_than_a_form_may_carry(carla, signed_in):
    raw = b"Kind,Area\n" + b"food,Riverside\n" * 300_000
    assert send(signed_in(carla), reverse("admin:imports"), raw).status_code == 302
    assert ImportRun.objects.get().parts.count() == len(raw) // MEGABYTE + 1


def test_a_file_that_is_too_large_is_told_beside_it_and_not_kept(carla, signed_in):
    answer = send(signed_in(carla), reverse("admin:imports"), b"x" * (MOST_BYTES + 2 * MEGABYTE))
    assert "is larger than 40 MB" in answer.context["form"].errors["file"][0]
    assert not ImportRun.objects.exists()


def test_one_that_is_beyond_all_measure_is_not_read_at_all(carla, signed_in):
    browser = signed_in(carla)
    answer = browser.post(
        reverse("admin:imports"), b"", content_type="text/csv", CONTENT_LENGTH=str(100 * MEGABYTE)
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "role", [None, Role.VOLUNTEER, Role.INTAKE, Role.AUDITOR, Role.SITE_KEEPER]
)
def test_from_anyone_else_not_a_byte_is_stored(role, client, signed_in, monkeypatch):
    stored = []
    from mutualaid.boundary.incoming import TakeOneFile

    monkeypatch.setattr(TakeOneFile, "receive_data_chunk", lambda *a: stored.append(a))
    browser = signed_in(factories.person("Noor", role)) if role else client
    assert send(browser, reverse("admin:imports"), b"Kind\nfood\n").status_code in (302, 400, 403)
    assert not stored
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("name", ["home", "ask", "admin:find", "admin:index", "account_login"])
def test_no_other_page_takes_a_file_not_even_from_a_coordinator(name, carla, signed_in):
    assert send(signed_in(carla), reverse(name), b"Kind\nfood\n").status_code == 400
