"""Someone at a real site over HTTP, who opens its pages and sends their forms."""

from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

from tests.load.page import Page
from tests.support.site import PATIENCE, Site

ITSELF = "^$"
"""A form that leads to the page on which it stands."""


class Browser:
    """Keeps the cookies of one site."""

    def __init__(self, site: Site) -> None:
        self._home = f"http://localhost:{site.port}"
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> Page:
        """Open a page. Raises `URLError` where it does not come."""
        return self._open(path)

    def send(self, page: Page, pattern: str = ITSELF, **typed: Any) -> Page:
        """Send the first form of a page whose action matches; returns the page to which that leads.

        Raises `Astray` where there is no such form, and `URLError` where nothing comes of it.
        """
        path, values = page.form(pattern)
        return self._open(path, urlencode({**values, **typed}, doseq=True).encode())

    def _open(self, path: str, body: bytes | None = None) -> Page:
        with self._opener.open(self._home + path, body, timeout=PATIENCE) as answer:
            return Page(urlsplit(answer.url).path, answer.read().decode())
