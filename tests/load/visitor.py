"""Someone with a browser: opens pages, sends their forms, and looks at what each answer shows.

Imported in a process of its own alone, for Locust patches what it finds.
"""

import time
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from itertools import cycle
from random import Random
from typing import Any, ClassVar, TypeVar
from urllib.parse import urljoin, urlsplit

from locust import HttpUser, task

from tests.load.page import Astray, Page, route_of

HEADERS = {"Accept-Language": "en", "Connection": "close"}
"""A connection each, as from nginx: one that is kept may be closed in the very moment of the next request."""
REDIRECTS, MOST_REDIRECTS = (301, 302, 303), 5
SEED = 1
AWAY, PAUSE = (0, 502, 503), 1.0
"""The status of no answer, or of a site that is away, and seconds until someone asks again."""
Given = TypeVar("Given")
Steps = Generator[None, None, Given]
"""Stops after each request, and gives something once it was walked to its end."""


class Away(Astray):
    """There was no answer, or one that the site is away."""


class Visitor(HttpUser):
    """Walks its journey again and again, a request at a time."""

    abstract = True
    rounds: ClassVar[dict[str, Iterator[Any]]] = {}
    """By name what people have in hand: no two share it before all had it."""
    given: ClassVar[dict[str, str]] = {}
    """By name what all know of the site."""
    ended: ClassVar[Counter[str]] = Counter()
    """How many journeys of each kind were walked to their end."""
    pause: ClassVar[float] = 0
    """Seconds from one request to the next, on average; 0 for none."""
    chance: ClassVar[Random] = Random(SEED)
    receipts: ClassVar[list[dict[str, str]]] = []
    """What pages have confirmed: by which path ("link") an ask opens and whom it is to "keep_from", or to
    which match a volunteer said "yes"."""
    patience: ClassVar[float] = 0.0
    """Seconds for which someone sends again what the site was away for."""

    @classmethod
    def prepare(cls, cast: Mapping[str, Any]) -> None:
        """Hand out what is in the cast: before anyone comes."""
        cls.given |= {name: value for name, value in cast.items() if isinstance(value, str)}
        cls.rounds |= {name: cycle(cast[name]) for name in ("tokens", "coordinators", "keep_from")}
        cls.rounds["volunteers"] = iter(cast["volunteers"])  # whoever has helped cannot do so again

    def journey(self) -> Steps[None]:
        """What this kind of person does, from the first page to the last."""
        raise NotImplementedError

    def on_start(self) -> None:
        self._steps = self._again_and_again()
        self._due = time.monotonic()

    def wait_time(self) -> float:
        """Seconds until the next request.

        It comes whenever it comes, as from people who know nothing of each other, and is not put off by an
        answer that is late.
        """
        if self.pause:
            self._due += self.chance.expovariate(1 / self.pause)
        return max(0.0, self._due - time.monotonic())

    @task
    def go_on(self) -> None:
        try:
            next(self._steps)
        except Astray as error:
            self._note(error)
            self._steps = self._again_and_again()

    def sign_in(self, session: str) -> None:
        """Take over a session that was prepared."""
        self.client.cookies.set(self.given["cookie"], session)

    def get(self, path: str, shows: str) -> Steps[Page]:
        """Open a page; wherever that leads, it is an error if it does not show `shows`.

        Raises `Astray` after an error, and `Away` once patience ends.
        """
        return (yield from self._follow("GET", path, shows))

    def send(self, page: Page, pattern: str, shows: str, **typed: Any) -> Steps[Page]:
        """Send a form of a page, with what is typed into it.

        Raises `Astray` as `get` does, and where there is no such form.
        """
        path, values = page.form(pattern)
        return (yield from self._follow("POST", path, shows, {**values, **typed}))

    def _follow(self, method: str, path: str, shows: str, data: Any = None) -> Steps[Page]:
        for _redirect in range(MOST_REDIRECTS):
            leads_to, html = yield from self._patiently(method, path, shows, data)
            if not leads_to:
                return Page(path, html)
            method, path, data = "GET", leads_to, None
        raise Astray(f"it leads on and on from {route_of(path)}")

    def _patiently(self, method: str, path: str, shows: str, data: Any) -> Steps[tuple[str, str]]:
        """Where the answer leads, "" for nowhere, and its text."""
        until = time.monotonic() + self.patience
        while True:
            try:
                answer = self._request(method, path, shows, data)
            except Away:
                if time.monotonic() >= until:
                    raise
                yield
                time.sleep(PAUSE)
                self._due = time.monotonic()  # they ask again one by one, and make up for nothing
            else:
                yield
                return answer

    def _request(self, method: str, path: str, shows: str, data: Any) -> tuple[str, str]:
        with self.client.request(
            method,
            path,
            name=f"{method} {route_of(path)}",
            data=data,
            headers=HEADERS,
            allow_redirects=False,
            catch_response=True,
        ) as answer:
            if answer.status_code in REDIRECTS:
                leads_to = urlsplit(answer.headers["Location"])
                if leads_to.netloc in ("", urlsplit(self.host or "").netloc):
                    return urljoin(
                        path, leads_to._replace(scheme="", netloc="", fragment="").geturl()
                    ), ""
            if answer.status_code != 200 or shows not in answer.text:
                answer.failure(f"{answer.status_code} and not {shows!r}")
                raise Away if answer.status_code in AWAY else Astray
            return "", answer.text

    def _note(self, error: Astray) -> None:
        """Count what was missing on a page as an error; what was wrong with an answer is counted by now."""
        if error.args:
            self.environment.events.request.fire(
                request_type="page",
                name=type(self).__name__,
                response_time=0,
                response_length=0,
                exception=error,
                context={},
            )

    def _again_and_again(self) -> Steps[None]:
        while True:
            self.client.cookies.clear()
            yield from self.journey()
            self.ended[type(self).__name__] += 1
