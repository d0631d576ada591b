"""From a mail to a yes in one tap, without a sign-in and without JavaScript."""

import re

import pytest

from tests.journeys.conftest import NewVisitor
from tests.support.journey import ask

pytestmark = pytest.mark.browser


def test_a_yes_takes_one_tap_from_the_mail_and_the_way_out_another(visitor: NewVisitor) -> None:
    ana, femi = visitor(), visitor()
    ask(ana, name="Tap", group="Technology", kind="Internet access", area="willow-flats")
    femi.waits_for("/demo/mail/", "Internet access")
    mails = femi.page.locator(".mail", has_text="femi@demo.example")
    mail = mails.filter(has_text="Internet access").first
    yes, off = (
        re.search(rf"^{words}:\s*(\S+)$", mail.inner_text(), re.MULTILINE)
        for words in ("Yes, I will do it", "No more messages of this kind")
    )
    assert yes
    assert off

    femi.go(yes[1]).sees("Will you do it?")
    femi.sees("Internet access")
    femi.press("Yes, I will do it").sees("Sign in to see how to reach your")
    femi.does_not_see("Hill Road")

    femi.go(off[1]).press("Yes, no more of them")
    femi.sees("write to you about “Needs that fit you” by E-mail any more.")
