"""A site that really runs, with its made-up neighbourhood, and browsers to visit it with."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from mutualaid.people.models import User
from tests.support.signing_in import sign_in
from tests.support.site import Site
from tests.support.suites import CHROMIUM
from tests.support.visitor import SOON, Visitor

NewVisitor = Callable[..., Visitor]
Arrive = Callable[..., Visitor]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=SOON)  # a busy machine is late, not wrong
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo, as `make run` starts it."""
    site = Site(tmp_path_factory.mktemp("journeys") / "data")
    try:
        yield site.start("--demo")
    finally:
        site.clear_up()


@pytest.fixture
def visitor(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[NewVisitor]:
    """Makes visitors: on a small phone and without JavaScript, unless a story says otherwise.

    The demo is started for those who come to no other site.
    """
    visitors: list[Visitor] = []

    def arrive(**options: Any) -> Visitor:
        site = options.pop("site", None) or request.getfixturevalue("site")
        visitors.append(Visitor(chromium, site, **options))
        return visitors[-1]

    yield arrive
    for one in visitors:
        one.leave()


@pytest.fixture
def arrive(live_server: LiveServer, visitor: NewVisitor) -> Arrive:
    """Makes visitors of the site that runs within this process; `who` is signed in."""

    def new(who: User | None = None, **options: Any) -> Visitor:
        one = visitor(site=SimpleNamespace(port=live_server.thread.port), **options)
        if who:
            name = settings.SESSION_COOKIE_NAME
            key = sign_in(Client(), who).cookies[name].value
            one.context.add_cookies([{"name": name, "value": key, "url": one.home}])
        return one

    return new
