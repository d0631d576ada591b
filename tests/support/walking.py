"""Request every address of the site as each person, with every method."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from zipfile import ZipFile, is_zipfile

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver

from tests.support.scene import Scene
from tests.support.signing_in import sign_in

EVERYBODY = ("nobody", "rosa", "sam", "carla", "mallory")
CHANGES_NOTHING = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")
STRICT = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self' https://www.wikipedia.org",  # the quick exit
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def routes(patterns: Any = None, prefix: str = "/") -> Iterator[str]:
    """Yield every route of the site, as its patterns write it."""
    for pattern in patterns or get_resolver().url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern.url_patterns, route)


def clients(scene: Scene, **options: Any) -> dict[str, Client]:
    """Return a client for each of the five."""
    return {who: client(scene, who, **options) for who in EVERYBODY}


def client(scene: Scene, who: str, **options: Any) -> Client:
    """Return a client in which this one of the five is signed in; "nobody" is not."""
    browser = Client(raise_request_exception=False, **options)
    return browser if who == "nobody" else sign_in(browser, scene.people[who])


def look(client: Client, path: str) -> dict[str, int]:
    """Come to an address by a link, and by every other method that may change nothing.

    Whoever comes by a link, or by reloading what a form led to, gets a page in the end. Returns the
    status of the first answer by method.
    """
    answers = {method: _ask(client, method, path) for method in CHANGES_NOTHING}
    shown = answers["GET"]
    landed = client.get(path, follow=True) if shown.has_header("Location") else shown
    assert landed.status_code != 405, path
    is_stylesheet = landed.headers["Content-Type"].startswith("text/css")
    assert is_stylesheet or text_of(landed).strip(), path
    return {method: answer.status_code for method, answer in answers.items()}


def try_out(client: Client, method: str, path: str) -> Any:
    """Return the answer to a request whose effects on the database are rolled back."""
    with rolled_back():
        return _ask(client, method, path)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Take back what the block does to the database."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def _ask(client: Client, method: str, path: str) -> Any:
    answer: HttpResponse = getattr(client, method.lower())(path)
    assert policy(answer) == STRICT, f"{method} {path}"
    assert answer.status_code < 500, f"{method} {path}: {answer.status_code}"
    return answer


def text_of(answer: Any) -> str:
    """Return all text of an answer, also of a file, and of a workbook what is packed in it."""
    raw: bytes = answer.getvalue()
    if is_zipfile(BytesIO(raw)):
        with ZipFile(BytesIO(raw)) as packed:
            raw = b"\n".join(map(packed.read, packed.namelist()))
    return raw.decode(errors="replace")


def policy(answer: HttpResponse) -> dict[str, str]:
    """Return the Content-Security-Policy of an answer, by directive."""
    parts = answer.headers["Content-Security-Policy"].split(";")
    split = (part.strip().partition(" ") for part in parts if part.strip())
    return {directive: sources for directive, _space, sources in split}
