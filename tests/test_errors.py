"""What is shown when something is not there, not allowed, or nonsense."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest
from django.conf import settings as site
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client
from django.utils.html import escape

from mutualaid import views
from mutualaid.catalog.templatetags import answers
from mutualaid.encryption.fields import WrongKey
from mutualaid.notify.tasks import sweep
from mutualaid.sessions import SessionStore
from tests.support.elsewhere import ELSEWHERE, host_of

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


FROM_HERE = {"origin": "http://testserver"}
ERRORS = {
    400: lambda client, **more: client.post("/messages/devices/", {"device": "no JSON"}, **more),
    403: lambda client, **more: client.get("/admin/login/", **more),
    404: lambda client, **more: client.get("/nothing/here/", **more),
    405: lambda client, **more: client.post("/board/", **more),
    413: lambda client, **more: client.post("/need/find/", {"code": "x" * 3_000_000}, **more),
    429: lambda client, **more: too_often(client, **more),
    500: lambda client, **more: broken(client, OSError("a fault of ours"), **more),
    503: lambda client, **more: broken(client, OperationalError(), **more),
}
"""How each of them comes about, for someone who is signed in."""
LOSES_NOTHING = re.compile(r"Nothing (was changed|is lost|you sent)|nothing (was saved|you sent)")


def too_often(client: Client, **more: Any) -> Any:
    answers = [client.post("/need/find/", {"code": "ABCD-2345"}, **more) for _ in range(21)]
    return answers[-1]


def broken(client: Client, fault: Exception, **more: Any) -> Any:
    with failing(client, fault):
        return client.get("/me/", **more)


@contextmanager
def failing(client: Client, fault: Exception) -> Iterator[None]:
    """Let each request of this browser end with a fault, before any page is looked for."""

    client.raise_request_exception = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SessionStore, "load", _raise(fault))
        yield


TYPED = {"notes": "Size 3 diapers <b>", "category": "groceries", "once": "0123"}


@pytest.mark.parametrize("fault", [OSError("ours"), OperationalError()], ids=["fault", "away"])
def test_what_was_typed_when_a_fault_came_is_there_to_be_sent_once_more(sam, signed_in, fault):
    client = signed_in(sam)
    with failing(client, fault):
        answer = client.post("/ask/details/?step=2", TYPED, headers=FROM_HERE)
    page = text(answer)
    assert 'action="/ask/details/?step=2"' in page
    for name, value in TYPED.items():
        assert f'name="{name}" value="{escape(value)}"' in page
    assert '<dd dir="auto">Size 3 diapers &lt;b&gt;</dd>' in page
    assert "no-store" in answer.headers["Cache-Control"]


def test_it_is_there_too_while_no_question_can_be_looked_up(sam, signed_in, monkeypatch):
    client = signed_in(sam)
    with failing(client, OperationalError()):
        monkeypatch.setattr(answers, "_read_back", _raise(OperationalError()))
        page = text(client.post("/ask/details/", TYPED, headers=FROM_HERE))
    assert "Size 3 diapers &lt;b&gt;" in page
    assert "We are away for a moment" in page


@pytest.mark.parametrize(
    ("path", "origin"),
    [("/ask/details/", "https://evil.example"), ("/account/login/", "http://testserver")],
)
def test_nothing_is_shown_again_that_another_site_or_a_sign_in_sent(sam, signed_in, path, origin):
    client = signed_in(sam)
    with failing(client, OSError("ours")):
        page = text(client.post(path, TYPED, headers={"origin": origin}))
    assert "diapers" not in page
    assert "Something broke" in page


def _raise(fault: Exception) -> Callable[..., NoReturn]:
    def fails(*_args: object, **_more: object) -> NoReturn:
        raise fault

    return fails


@pytest.mark.parametrize("status", ERRORS)
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("es", "ltr"), ("ar", "rtl")])
def test_each_error_is_a_page_in_the_readers_language(sam, signed_in, status, language, direction):
    answer = ERRORS[status](signed_in(sam), headers={"accept-language": language})
    page = text(answer)
    assert answer.status_code == status
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert page.count("<h1>") == 1
    assert 'id="exit"' in page, "someone may come into the room just now"
    assert bool(LOSES_NOTHING.search(page)) == (language == "en")


@pytest.mark.parametrize("status", ERRORS)
def test_an_error_names_whom_to_ask_where_the_group_has_said_so(sam, signed_in, status, settings):
    settings.HELP_CONTACT = "555 0100"
    assert 'href="tel:' in text(ERRORS[status](signed_in(sam)))
    settings.HELP_CONTACT = ""
    assert "reach us" not in text(ERRORS[status](signed_in(sam)))


def test_contact_details_that_cannot_be_read_promise_no_call(sam, signed_in, settings):
    settings.HELP_CONTACT = ""
    page = text(broken(signed_in(sam), WrongKey()))
    assert "Nothing is lost" in page
    assert not re.search("(ring|call|reach) us", page)


def test_a_fault_before_the_language_was_read_has_not_that_of_another_request(client, rf):
    client.get("/", headers={"accept-language": "ar"})
    request: HttpRequest = rf.get("/me/", headers={"accept-language": "es"})
    assert '<html lang="es" dir="ltr">' in text(views.server_error(request))


def test_error_pages_are_light(sam, signed_in):
    assert {len(ERRORS[status](signed_in(sam)).content) < 14_000 for status in ERRORS} == {True}


def test_where_cookies_are_gone_the_way_out_still_leads_out():
    answer = Client(enforce_csrf_checks=True).post("/leave/", headers=FROM_HERE)
    assert answer.headers["Location"] == "https://www.wikipedia.org/"


def test_each_language_is_at_the_top_in_its_own_name(client):
    page = text(client.get("/", headers={"accept-language": "es"}))
    head = page[: page.index("<main")]
    assert re.findall(r'name="language" value="([\w-]+)" lang="\1"[^>]*>([^<]+)<', head) == [
        (code, name) for code, name in site.LANGUAGES if code != "es"
    ]


def test_changing_the_language_leads_back_to_the_same_page_and_question(client):
    page = "http://testserver/board/?area=&page=1"
    answer = client.post("/language/", {"language": "es"}, headers={"referer": page})
    assert answer.headers["Location"] == page


@pytest.mark.parametrize("language", ["es", "ar"])
def test_errors_speak_the_readers_language(client, language):
    answer = client.get("/nothing/here/", headers={"accept-language": language})
    assert f'lang="{language}"' in text(answer)
    assert "This page isn't here" not in text(answer)


def test_the_language_can_be_chosen_and_stays(client):
    client.post("/language/", {"language": "ar", "next": "/board/"})
    page = text(client.get("/board/"))
    assert 'lang="ar" dir="rtl"' in page


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_choosing_a_language_never_leads_to_another_host(client, elsewhere):
    answer = client.post("/language/", {"language": "es", "next": elsewhere})
    assert host_of(answer.headers["Location"]) == "localhost"


@pytest.mark.parametrize("name", ["Cross-Origin-Opener-Policy", "X-Content-Type-Options"])
def test_every_page_carries_the_headers_that_keep_it_safe(client, name):
    assert client.get("/").headers[name] in ("same-origin", "nosniff")
    assert client.get("/").headers["X-Frame-Options"] == "DENY"
