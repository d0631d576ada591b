"""A page as a browser has it: its links, and what its forms would send."""

import re
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit

from tests.support.forms_filled import FormReader

CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SECRETS = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}"), "<id>"),
    (re.compile(r"(?<=^/need/)[\w-]{32}"), "<token>"),
    (re.compile(r"(?<=/)\d+(?=/)"), "<id>"),
)
"""What stands in an address and is no part of its route."""


class Astray(Exception):
    """A page was not what it should be, so that this visit cannot go on."""


class Page(NamedTuple):
    path: str
    html: str

    def link(self, pattern: str) -> str:
        """The first address on it that matches. Raises `Astray` where there is none."""
        for found in map(unescape, re.findall(r'href="([^"]+)"', self.html)):
            if re.search(pattern, found):
                return urljoin(self.path, found)
        raise Astray(f"no link to {pattern} on {route_of(self.path)}")

    def form(self, pattern: str) -> tuple[str, dict[str, Any]]:
        """Where the first form leads whose action matches, and what a browser sends by it as it stands.

        Raises `Astray` where there is none.
        """
        token = CSRF.search(self.html)
        for form in FormReader(self.html).forms:
            action = form.action.partition("#")[0]
            if token and re.search(pattern, action):
                return urljoin(self.path, action), {**form.values, "csrfmiddlewaretoken": token[1]}
        raise Astray(f"no form to {pattern} on {route_of(self.path)}")


def route_of(address: str) -> str:
    """What a page is called in a table: its address without what tells whose it is, and without values."""
    parts = urlsplit(address)
    path = parts.path
    for secret, name in SECRETS:
        path = secret.sub(name, path)
    names = ",".join(sorted({name for name, _value in parse_qsl(parts.query)}))
    return f"{path}?{names}" if names else path
