"""Calls for many hands, ours and those of a neighbouring group, for members and coordinators."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from mutualaid import clock
from mutualaid.partners.actions import calling
from mutualaid.partners.models import IncomingCall
from mutualaid.partners.protocol.messages import Call
from tests.support import factories, partners
from tests.support.rare_pages import shows
from tests.support.scene import Scene
from tests.support.signing_in import sign_in


def _called(phone: str = "555 0199") -> IncomingCall:
    """Crown Heights calls for forty people."""
    day = clock.today() + timedelta(days=3)
    call = Call(
        call=uuid4(), title="Clean-up", category="clean-up", area="Saltmarsh", day=day,
        helpers_wanted=40, version=1,
    )  # fmt: skip
    crown = partners.other_site(phone=phone).partner
    calling.take_call(crown, call)
    return IncomingCall.objects.get(public_id=call.call)


@shows("partners/calls.html")
def no_calls(here: Scene, browser: Client) -> Any:
    factories.set_policy(has_partners=True)
    return sign_in(browser, here.people["sam"]).get("/calls/")


@shows("partners/calls.html")
def a_call_to_say_yes_to(here: Scene, browser: Client) -> Any:
    _called()
    return sign_in(browser, here.people["sam"]).get("/calls/")


@shows("partners/calls.html")
def a_call_that_one_comes_to_of_a_group_without_a_phone(here: Scene, browser: Client) -> Any:
    calling.come(_called(phone=""), here.people["sam"])
    return sign_in(browser, here.people["sam"]).get("/calls/")


@shows("partners/_calls_link.html")
def my_page_while_a_group_calls(here: Scene, browser: Client) -> Any:
    _called()
    return sign_in(browser, here.people["sam"]).get("/me/")
