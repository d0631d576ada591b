"""What is shown when something is not there, not allowed, or nonsense."""

import pytest
from django.test import Client

from mutualaid.notify.tasks import sweep

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def text(answer) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize(
    "path", ["/nothing/here/", "/help/need/not-a-uuid/", "/admin.php", "/.env"]
)
def test_a_page_that_is_not_there_shows_the_way_on(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "This page isn't here" in text(answer)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_form_without_its_token_is_explained():
    answer = Client(enforce_csrf_checks=True).post("/need/find/", {"code": "ABCD-2345"})
    assert answer.status_code == 403
    assert "Please send it again" in text(answer)


def test_another_host_is_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_links_in_mail_come_from_the_settings_and_not_from_the_request(client, rosa, mailoutbox):
    client.post(
        "/account/login/", {"login": rosa.email}, headers={"x-forwarded-host": "evil.example"}
    )
    sweep()
    assert "evil.example" not in mailoutbox[-1].body


@pytest.mark.parametrize("language", ["es", "ar"])
def test_errors_speak_the_readers_language(client, language):
    answer = client.get("/nothing/here/", headers={"accept-language": language})
    assert f'lang="{language}"' in text(answer)
    assert "This page isn't here" not in text(answer)


def test_the_language_can_be_chosen_and_stays(client):
    client.post("/language/", {"language": "ar", "next": "/board/"})
    page = text(client.get("/board/"))
    assert 'lang="ar" dir="rtl"' in page


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "javascript:x"])
def test_choosing_a_language_never_leads_to_another_host(client, elsewhere):
    answer = client.post("/language/", {"language": "es", "next": elsewhere})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("name", ["Cross-Origin-Opener-Policy", "X-Content-Type-Options"])
def test_every_page_carries_the_headers_that_keep_it_safe(client, name):
    assert client.get("/").headers[name] in ("same-origin", "nosniff")
    assert client.get("/").headers["X-Frame-Options"] == "DENY"
