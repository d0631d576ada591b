"""Two say yes to the same need."""

import pytest

from tests.journeys.conftest import NewVisitor
from tests.support.journey import ask

pytestmark = pytest.mark.browser


def test_one_gets_the_need_and_the_other_is_thanked(visitor: NewVisitor) -> None:
    neighbour, sam, amina = visitor(), visitor(), visitor()
    ask(neighbour, name="Two", area="station-yards", phone="555 0177")
    for helper, name in ((sam, "Sam"), (amina, "Amina")):
        helper.sign_in(name).waits_for("/help/", "Today")
        note = helper.page.locator(".note", has_text="Station Yards").filter(has_text="Today")
        note.get_by_role("link").click()
        helper.sees("Station Yards")

    amina.press("Yes, I will do it")
    sam.press("Yes, I will do it")

    amina.sees("555 0177")
    sam.sees("This one is no longer open. Thank you for looking.")
    sam.does_not_see("555 0177")

    amina.unfold("I can't do it after all")
    amina.press("Let it go")
    amina.does_not_see("555 0177")
