"""A copy of everything, and the end of it, on a small phone and without JavaScript. Bar P12."""

import json
from pathlib import Path

import pytest

from tests.journeys.conftest import NewVisitor
from tests.support.journey import ask

pytestmark = pytest.mark.browser


def test_a_neighbour_takes_a_copy_and_erases_everything(visitor: NewVisitor) -> None:
    ana = visitor()
    link = ask(ana, name="Erased Ana")
    ana.page.locator(".more > summary").click()
    ana.press("My data: download or erase it")
    with ana.page.expect_download() as copy:
        ana.press("Download")
    told = json.loads(Path(copy.value.path()).read_text(encoding="utf-8"))
    assert told["you"]["name"] == "Erased Ana"

    ana.press("Yes, erase everything")
    ana.sees("erased everything about you.")
    ana.go(link).does_not_see("Groceries")
    ana.go("/ask/check/").does_not_see("Erased Ana")
