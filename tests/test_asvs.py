"""Lines of OWASP's checklist (docs/asvs.md) that no other test holds."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from gunicorn.config import Config  # type: ignore[import-untyped]
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from gunicorn.http.parser import RequestParser  # type: ignore[import-untyped]

from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.links.unsubscribe import unsubscribe_url
from mutualaid.people.models import Role, User
from tests.support import scene, walking
from tests.test_site_map import ROWS, path_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
FOR_EVERYBODY = {
    "/", "/about/", "/data/", "/board/", "/board/text/", "/healthz", "/readyz", "/worker.js",
    "/manifest.webmanifest", "/offline/", "/home-screen/",
    "/.well-known/security.txt", "/.well-known/mutualaid", "/group.json",
    "/numbers/", "/numbers/numbers.csv", "/numbers/numbers.json", "/numbers/money.csv",
    "/near/", "/near/<uuid:public_id>/", "/winding-down/", "/principles/", "/record/",
    "/record/seals.py",
    "/group/<slug:digest>.css", "/group/<slug:digest>/<slug:kind>.png",
}  # fmt: skip
"""Pages on which nothing is of one person, so that a browser may keep them."""
BY_ALLAUTH = "allauth.account.auth_backends.AuthenticationBackend"
LIVE = "https://help.oldharbour.example"
OF_THE_ADDRESS = ("SESSION_", "CSRF_", "LANGUAGE_COOKIE", "MESSAGE_", "SECURE_", "ALLOWED_HOSTS")


@pytest.fixture(scope="module")
def made_live(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The settings of a site with an https address, as a process of its own reads them."""
    code = (
        "import json; from mutualaid import settings as s;"
        " print(json.dumps({n: v for n, v in vars(s).items() if n.isupper()}, default=str))"
    )
    data = str(tmp_path_factory.mktemp("live"))
    env = {"PATH": os.environ["PATH"], "SITE_URL": LIVE, "DATA_DIR": data}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        cwd=settings.BASE_DIR,
        check=True,
        capture_output=True,
    )
    return dict(json.loads(done.stdout))


@pytest.fixture
def live(made_live: dict[str, Any], settings: Any) -> Client:
    """A browser at the live site, whose settings now hold here."""
    for name, value in made_live.items():
        if name.startswith(OF_THE_ADDRESS):
            setattr(settings, name, value)
    return Client(SERVER_NAME="help.oldharbour.example")


def pages(here: scene.Scene, who: str) -> Iterator[tuple[str, Client, str]]:
    """Each route with a browser of its own, for signing out on one must not change the next."""
    for route in ROWS:
        client = Client()
        if who != "nobody":
            client.force_login(here.people[who], backend=BY_ALLAUTH)
        yield route, client, path_of(route, here)


# --- what each answer says ---


@pytest.mark.slow
def test_every_text_says_its_charset(here: scene.Scene):
    for route, client, path in pages(here, "sam"):
        kind = walking.try_out(client, "GET", path).headers["Content-Type"]
        is_json = re.fullmatch(r"application/(\w+\+)?json", kind)  # always UTF-8
        assert is_json or re.fullmatch(r"text/\w+; charset=utf-8", kind), route


@pytest.mark.slow
def test_no_page_of_a_person_is_kept_by_a_browser_or_a_cache(here: scene.Scene):
    for who in ("nobody", "rosa", "sam", "carla"):
        for route, client, path in pages(here, who):
            answer = walking.try_out(client, "GET", path)
            if answer.status_code == 200 and route not in FOR_EVERYBODY | account_pages():
                assert "no-store" in answer.headers["Cache-Control"], (who, route)


def account_pages() -> set[str]:
    """Held by tests/people/test_fresh_sign_in.py::test_no_cache_keeps_a_page_of_an_account."""
    return {route for route in ROWS if route.startswith("/account/")}


@pytest.mark.slow
def test_no_other_origin_may_read_an_answer(here: scene.Scene):
    for route, client, path in pages(here, "sam"):
        for method in ("get", "options"):
            answer = getattr(client, method)(path, headers={"origin": "https://evil.example"})
            assert not [name for name in answer.headers if name.startswith("Access-Control")], route


@pytest.mark.slow
def test_no_address_of_a_page_is_told_to_another_site(here: scene.Scene):
    for route, client, path in pages(here, "nobody"):
        assert walking.try_out(client, "GET", path).headers["Referrer-Policy"] == "same-origin", (
            route
        )


@pytest.mark.slow
def test_methods_that_no_page_needs_are_refused_everywhere(here: scene.Scene):
    for route, client, path in pages(here, "carla"):
        for method in ("TRACE", "PUT", "DELETE", "PATCH", "PROPFIND"):
            answer: Any = client.generic(method, path, headers={"x-secret": "echo"})
            assert (answer.status_code, answer.content) == (405, b""), (route, method)
            assert walking.policy(answer) == walking.STRICT
    assert Client().generic("TRACE", "/admin/").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/admin/",
        "/static/../manage.py",
        "/.git/config",
        "/.env",
        "/var/",
        "/media/",
    ],
)
def test_no_folder_is_listed_and_no_source_is_served(client: Client, path: str):
    assert client.get(path).status_code == 404


def test_static_files_carry_the_headers_too(client: Client):
    answer: Any = client.get("/static/site.css")
    assert answer.headers["Content-Type"] == 'text/css; charset="utf-8"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert walking.policy(answer) == walking.STRICT


def test_a_download_has_a_name_of_ours(here: scene.Scene):
    client = walking.client(here, "sam")
    answer = client.post("/account/data/download/", {"filename": 'x"; filename="y.html'})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'


@pytest.mark.slow
def test_no_address_that_is_typed_leads_to_another_site(here: scene.Scene):
    elsewhere = "https://evil.example/"
    names = ("next", "url", "to", "return", "HTTP_REFERER")
    for who in ("nobody", "sam"):
        for route, client, path in pages(here, who):
            for method in ("get", "post"):
                answer = getattr(client, method)(
                    path, dict.fromkeys(names, elsewhere), headers={"referer": elsewhere}
                )
                assert not answer.headers.get("Location", "").startswith(elsewhere), (who, route)


# --- what a live site says ---


def test_a_live_site_is_reached_by_https_alone(live: Client):
    answer = live.get("/about/")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{LIVE}/about/")
    for path in ("/", "/nothing/here/", "/static/site.css"):
        policy = live.get(path, secure=True).headers["Strict-Transport-Security"]
        assert policy == "max-age=31536000; includeSubDomains; preload"


def test_what_machines_call_is_refused_in_the_clear_and_not_led_on(live: Client):
    paths = ("/texts/", "/calendar/x.ics")
    answers = [live.post(path) for path in paths] + [live.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {403}
    assert live.get("/calendar/x.ics", secure=True).status_code == 404
    assert live.get("/texts/", secure=True).headers["Location"] == "/about/"


def test_each_cookie_of_a_live_site_is_for_it_alone(live: Client, here: scene.Scene):
    live.get("/account/login/", secure=True)
    live.post("/language/", {"language": "es"}, secure=True)
    live.post("/account/login/", {"login": here.people["rosa"].email}, secure=True)
    live.force_login(here.people["sam"], backend=BY_ALLAUTH)
    live.post("/offer/pause/", {"days": "7"}, secure=True)  # leaves a message for the next page
    assert len(live.cookies) >= 2
    for name, cookie in live.cookies.items():
        assert name.startswith("__Host-"), name
        assert (cookie["path"], cookie["domain"]) == ("/", ""), name
        assert cookie["secure"], name
        assert cookie["samesite"] in ("Lax", "Strict"), name
        assert cookie["httponly"], name
        assert len(name) + len(cookie.value) <= 4096, name


def test_no_debugging_on_a_live_site(made_live: dict[str, Any]):
    assert (made_live["DEBUG"], made_live["DEMO"]) == (False, False)


# --- what is sent in ---


def test_a_value_in_the_address_does_not_stand_for_one_in_the_form(client: Client, here: Any):
    answer = client.post("/account/login/?login=sam%40people.example", {})
    assert answer.context["form"].errors["login"]
    both = client.post("/account/login/", {"login": ["not one", here.people["sam"].email]})
    assert both.status_code == 302, "the last of several counts, for the check and for what is done"


def test_fields_that_a_form_does_not_have_are_not_written(client: Client, here: scene.Scene):
    more = {
        "is_staff": "on",
        "is_superuser": "on",
        "roles": "coordinator",
        "vetted": "on",
        "id": "1",
    }
    client.post("/account/signup/", {"email": "new@people.example", "name": "New", **more})
    new = User.objects.get(email="new@people.example")
    assert (new.is_superuser, new.is_staff, new.vetted, new.roles) == (
        False,
        False,
        False,
        {Role.NEIGHBOUR},
    )
    sam = walking.client(here, "sam")
    sam.post(
        "/offer/change/limits/", {"per_week": "3", "volunteer": here.people["mallory"].pk, **more}
    )
    here.offer.refresh_from_db()
    assert here.offer.volunteer == here.people["sam"]
    assert not User.objects.get(pk=here.people["sam"].pk).vetted


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Content-Length: +4\r\n",
    ],
)
def test_the_web_server_reads_no_request_that_has_two_ends(head: bytes):
    sent = b"POST / HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n0\r\n\r\n"
    with pytest.raises((ParseException, NotImplementedError)):
        next(RequestParser(Config(), iter([sent]), ("127.0.0.1", 1)))


# --- sessions and tokens ---


@pytest.mark.slow
def test_no_link_signs_anyone_in(here: scene.Scene):
    for route, client, path in pages(here, "nobody"):
        client.get(path)
        if not route.startswith("/account/"):
            client.post(path)
        assert SESSION_KEY not in client.session, route


@pytest.mark.slow
def test_every_page_of_who_is_signed_in_leads_to_signing_out(here: scene.Scene):
    for route, client, path in pages(here, "sam"):
        answer = walking.try_out(client, "GET", path)
        is_shell = route == "/offline/"  # shown without a network, the same to everyone
        if answer.status_code == 200 and "<main" in answer.content.decode() and not is_shell:
            assert 'href="/account/logout/"' in answer.content.decode(), route


def test_a_signed_link_serves_its_own_purpose_only(client: Client, here: scene.Scene):
    sam = here.people["sam"]
    one_tap = one_tap_url("need_no", here.match.pk, sam).rstrip("/").rpartition("/")[2]
    off = unsubscribe_url("invitations", "email", sam.pk, "").rstrip("/").rpartition("/")[2]
    before = scene.record()
    assert client.post(f"/m/off/{one_tap}/").status_code in (200, 404)
    assert client.post(f"/m/{off}/").status_code in (200, 404)
    assert scene.record() == before
