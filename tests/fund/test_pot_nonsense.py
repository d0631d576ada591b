"""Whatever is sent to a page of the pot, by whomever: never a fault of ours."""

from functools import cache
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fund.test_pages_roles import ROWS, Scene, browser_of
from tests.fund.test_pages_roles import here as here
from tests.support import nonsense
from tests.test_nonsense import Fields, answer_to, fields_shown_to

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MANY = 150
BESIDE: Fields = {
    "saw": ["1"], "seen": ["salt amount=x"], "yes": ["1"], "send": ["1"], "words": ["No"],
    "on_day": ["2026-11-27"], "key": ["x"], "claim": ["x"], "pot": ["1"],
}  # fmt: skip
"""What pages send that show no form to anyone, and what comes with the address."""


def test_nonsense_is_told_or_refused(here: Scene):
    browsers = {who: browser_of(here, who) for who in ("sam", "alma", "carla")}
    for browser in browsers.values():
        browser.raise_request_exception = True

    @cache
    def shown(who: str, path: str) -> Fields:
        return BESIDE | fields_shown_to(browsers[who], path)

    @settings(max_examples=MANY, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def send(data: st.DataObject) -> None:
        route, _row = data.draw(st.sampled_from(ROWS))
        who = data.draw(st.sampled_from(sorted(browsers)))
        path = here.paths[route]
        typed = data.draw(nonsense.typed_over(shown(who, path), nonsense.IN_A_FORM))
        body = urlencode(typed, doseq=True)
        query = data.draw(st.sampled_from(["", f"?{body}", "?claim=%00", "?pot=-1", "?page=9e9"]))
        for method in ("POST", "GET"):
            answer = answer_to(browsers[who], method, path + query, body)
            assert answer.status_code < 500
            assert b"Traceback" not in answer.getvalue()

    send()
