"""A need that someone asks just before all parts of a site hang is matched and told all the same."""

import os
import signal
from collections.abc import Callable, Iterator

import pytest

from tests.support.asking import ANSWERS
from tests.support.browsing import Browser
from tests.support.postman import Postman, at_work
from tests.support.site import Site, until

pytestmark = [pytest.mark.slow, pytest.mark.each_database]
BROKER, WORKER, WEB = range(3)
ANA = "ana@people.example"
SOMEONE_TO_HELP = """
from tests.support import asking, factories
asking.words_and_places()
for number in range(3):
    factories.offer(by=factories.person(f"Sam {number}"))
"""


@pytest.fixture(scope="module")
def postman() -> Iterator[tuple[Postman, str]]:
    with at_work() as (postman, controller):
        yield postman, f"smtp://127.0.0.1:{controller.port}"


@pytest.fixture(scope="module")
def site(new_site: Callable[..., Site], postman: tuple[Postman, str]) -> Site:
    site = new_site(EMAIL_URL=postman[1], QUIET_FROM="00:00", QUIET_UNTIL="00:00").start()
    made = site.manage("shell", "-c", SOMEONE_TO_HELP)
    assert made.returncode == 0, made.stdout
    return site


def test_a_need_that_was_asked_is_matched_and_told(
    site: Site, postman: tuple[Postman, str]
) -> None:
    office, before = postman[0], site.groups()
    browser = Browser(site)
    page = browser.get("/ask/")
    for step, typed in ANSWERS.items():
        page = browser.send(page, **typed | ({"email": ANA} if step == "contact" else {}))
    for index in (BROKER, WORKER):  # before there is anything for them to do
        os.killpg(before[index], signal.SIGSTOP)
    page = browser.send(page)
    assert "We have your ask" in page.html
    os.killpg(before[WEB], signal.SIGSTOP)

    until(lambda: not set(before) & set(site.groups()))
    until(lambda: len(letters_to(ANA, office)) == 1)
    until(lambda: any("fits" in subject for subject in letters_to("sam.", office)))
    until(site.answers)
    assert "Your code" in Browser(site).get(page.path).html


def letters_to(address: str, office: Postman) -> list[str]:
    return [letter["Subject"] for letter in office.letters if address in letter["To"]]
