"""A whole story is lived once, and then every place where something could be left is searched."""

import re
import sqlite3
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from threading import Thread

import pytest
from playwright.sync_api import expect
from redis import Redis
from redis.exceptions import RedisError

from tests.journeys.conftest import NewVisitor
from tests.support.journey import ask
from tests.support.site import Site
from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser
NAME, PHONE, STREET, NOTE = "Zsofianary", "555 987 6543", "12 Hill Road", "Milk and bread"
MAIL = "zsofia@secret.example"
SECRETS = (NAME, PHONE, PHONE.replace(" ", ""), STREET, NOTE, MAIL)
BASE64 = re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}")
STORED = """async () => JSON.stringify({
    local: {...localStorage}, session: {...sessionStorage}, cookies: document.cookie,
    caches: await Promise.all((await caches.keys()).map(
        async name => (await (await caches.open(name)).keys()).map(request => request.url))),
    databases: (await indexedDB.databases()).map(database => database.name),
})"""


class Overheard:
    """All that the broker is told while it runs, commands and values."""

    def __init__(self, site: Site) -> None:
        self.redis = Redis(unix_socket_path=str(site.broker))
        self.lines: list[str] = []
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            with self.redis.monitor() as commands:
                for said in commands.listen():
                    self.lines.append(said["command"])
        except (RedisError, OSError, ValueError):
            return  # the broker has ended

    def all(self) -> str:
        """What was said and what is kept, also where it is wrapped in base64, as tasks are."""
        kept = [key + (self.redis.dump(key) or b"") for key in self.redis.keys("*")]
        heard = b"\n".join([line.encode() for line in self.lines] + kept)
        unwrapped = [_unwrapped(part) for part in BASE64.findall(heard)]
        return (heard + b"\n".join(unwrapped)).decode(errors="replace")


def _unwrapped(part: bytes) -> bytes:
    return b64decode(part[: len(part) // 4 * 4])


@pytest.fixture
def talkative(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own that writes down as much as it ever does."""
    site = Site(tmp_path_factory.mktemp("traces") / "data", LOG_LEVEL="INFO")
    yield site.start("--demo")
    site.clear_up()


def live_it(ana: Visitor, sam: Visitor, carla: Visitor) -> str:
    """Asked, changed, claimed, looked at, corrected on the desk, done, denied; returns the link."""
    link = ask(ana, name=NAME, area="lantern-quay", phone=PHONE)
    ana.go(f"{link}change/email/").page.fill("[name=email]", MAIL)
    ana.page.locator("main form button.primary").click()
    sam.sign_in("Sam").waits_for("/help/", "Lantern Quay")
    sam.page.locator(".note", has_text="Lantern Quay").get_by_role("link").click()
    sam.press("Yes, I will do it").press("Show phone and address")
    sam.sees(STREET)
    sam.press("I got in touch").press("It is done")
    correct_the_address(carla.sign_in("Carla"))
    ana.go(link).press("No, it didn't")
    return link


def correct_the_address(carla: Visitor) -> None:
    page = carla.go("/admin/requests_app/need/?q=&look=unconfirmed").page
    page.locator("#result_list tbody a").first.click()
    carla.press("Contact details")
    page.locator("#content form button").first.click()
    page.fill("[name=address]", f"{STREET}, the back door")
    page.locator("#content form [name=keep]").first.click()
    expect(page.locator(".messagelist")).to_contain_text("The contact details are corrected.")


def left_behind(places: dict[str, str], secrets: tuple[str, ...]) -> dict[str, list[str]]:
    found = {place: [s for s in secrets if s in text] for place, text in places.items()}
    return {place: told for place, told in found.items() if told}


def admin_log(site: Site) -> str:
    with closing(sqlite3.connect(site.folder / "db.sqlite3")) as database:
        rows = database.execute("SELECT object_repr, change_message FROM django_admin_log")
        return repr(rows.fetchall())


def test_nothing_of_who_asked_is_left_anywhere(visitor: NewVisitor, talkative: Site) -> None:
    overheard = Overheard(talkative)
    people = [visitor(site=talkative, java_script_enabled=True) for _ in range(3)]
    token = live_it(*people).split("/")[2]

    broker, log, desk = overheard.all(), talkative.output.read_text(), admin_log(talkative)
    database = b"".join(part.read_bytes() for part in talkative.folder.glob("db.sqlite3*"))
    addresses = "\n".join(request.url for one in people for request in one.requests)
    stored = "\n".join(one.page.evaluate(STORED) + repr(one.context.cookies()) for one in people)

    assert "mutualaid.notify.tasks.deliver" in broker, "it was listened to"
    assert '"callbacks": null' in broker, "what is wrapped was unwrapped"
    assert "need/<str:token>/" in log, "it was written down"
    assert "session" in stored
    places = {
        "broker": broker,
        "log": log,
        "admin log": desk,
        "database": database.decode(errors="replace"),
        "addresses": addresses,
        "browser": stored,
    }
    assert left_behind(places, SECRETS) == {}
    del places["addresses"], places["browser"]  # their own browser is led there
    assert left_behind(places, (token,)) == {}
