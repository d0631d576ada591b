"""From a mail to a yes in one tap, without a sign-in and without JavaScript."""

import re

import pytest

from tests.journeys.asking import ask
from tests.journeys.conftest import NewVisitor

pytestmark = pytest.mark.browser


def test_a_yes_takes_one_tap_from_the_mail_and_the_way_out_another(visitor: NewVisitor) -> None:
    ana, sam = visitor(), visitor()
    ask(ana, name="Tap", area="old-harbour")
    sam.waits_for("/demo/mail/", "Old Harbour")
    mail = (
        sam.page.locator(".mail", has_text="sam@demo.example").filter(has_text="Old Harbour").first
    )
    yes, off = (
        re.search(rf"^{words}:\s*(\S+)$", mail.inner_text(), re.MULTILINE)
        for words in ("Yes, I will do it", "No more messages of this kind")
    )
    assert yes
    assert off

    sam.go(yes[1]).sees("Will you do it?")
    sam.sees("Old Harbour")
    sam.press("Yes, I will do it").sees("Sign in to see how to reach your neighbour.")
    sam.does_not_see("Hill Road")

    sam.go(off[1]).press("Yes, no more of them")
    sam.sees("We write nothing more about “Needs that fit you” by E-mail.")
