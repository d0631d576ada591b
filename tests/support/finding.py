"""The box of the admin that finds anybody, as a coordinator uses it."""

from typing import Any

from requests_app.models import Ask

FIND = "/admin/find/"
NOTHING = "We found nothing"


def search(browser: Any, typed: str) -> str:
    """Search, and return the text of the page."""
    answer = browser.post(FIND, {"q": typed})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def found(browser: Any, typed: str) -> list[str]:
    """Return the codes of the asks that a search shows, in their order."""
    page = search(browser, typed)
    at = {page.find(ask.code): ask.code for ask in Ask.objects.all()}
    return [code for place, code in sorted(at.items()) if place > 0]
