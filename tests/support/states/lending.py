"""Things that go round, in each state, for everyone, for whose they are, and for who borrowed them."""

from typing import Any

from django.test import Client
from django.utils.timezone import localdate

from mutualaid.lending import actions
from mutualaid.notify.links.one_tap import one_tap_url
from requests_app.access.links import make_link
from tests.support import factories, lending
from tests.support.rare_pages import shows
from tests.support.scene import Scene
from tests.support.signing_in import sign_in


def _sams(here: Scene, browser: Client) -> Client:
    lending.on()
    return sign_in(browser, here.people["sam"])


@shows("lending/list.html")
def no_things_yet(_here: Scene, browser: Client) -> Any:
    lending.on()
    return browser.get("/things/")


@shows("lending/list.html")
def things_of_many_kinds(here: Scene, browser: Client) -> Any:
    lending.on()
    lending.thing(here.people["sam"])
    lending.thing(here.people["sam"], title="Bread", mode="surplus", total=9)
    return browser.get("/things/?what=nonsense")


@shows("lending/thing.html")
def a_thing_to_borrow(here: Scene, browser: Client) -> Any:
    lending.on()
    thing = lending.thing(here.people["sam"], until=localdate())
    return browser.get(f"/things/{thing.public_id}/")


@shows("lending/thing.html")
def more_of_a_thing_than_there_are(here: Scene, browser: Client) -> Any:
    lending.on()
    thing = lending.thing(here.people["sam"], mode="give", total=3)
    return browser.post(f"/things/{thing.public_id}/", {"many": "4"})


@shows("lending/thing.html")
def a_thing_of_mine(here: Scene, browser: Client) -> Any:
    sams = _sams(here, browser)
    thing = lending.thing(here.people["sam"])
    return sams.get(f"/things/{thing.public_id}/")


@shows("lending/form.html")
def a_thing_to_list(here: Scene, browser: Client) -> Any:
    return _sams(here, browser).get("/things/add/")


@shows("lending/form.html")
def a_thing_with_a_phone_number(here: Scene, browser: Client) -> Any:
    typed = {"title": "Ladder 608 555 0142", "mode": "lend"}
    return _sams(here, browser).post("/things/add/", typed)


@shows("lending/form.html")
def a_thing_to_change(here: Scene, browser: Client) -> Any:
    sams = _sams(here, browser)
    thing = lending.thing(here.people["sam"])
    return sams.get(f"/things/{thing.public_id}/change/")


@shows("lending/near.html")
def needs_near_a_surplus(here: Scene, browser: Client) -> Any:
    sams, vera = _sams(here, browser), factories.person("Vera")
    factories.need(account=vera, category=factories.category("bread"))
    thing = lending.thing(here.people["sam"], mode="surplus", category=factories.category("bread"))
    return sams.get(f"/things/{thing.public_id}/near/")


@shows("lending/near.html")
def no_need_near_a_surplus(here: Scene, browser: Client) -> Any:
    sams = _sams(here, browser)
    thing = lending.thing(here.people["sam"], mode="surplus", category=factories.category("soap"))
    return sams.get(f"/things/{thing.public_id}/near/")


@shows("lending/mine.html")
def none_of_my_things_yet(here: Scene, browser: Client) -> Any:
    return _sams(here, browser).get("/things/mine/")


@shows("lending/mine.html")
def my_things_in_each_state(here: Scene, browser: Client) -> Any:
    sam = here.people["sam"]
    sams = _sams(here, browser)
    factories.set_policy(live_claims_per_person=20)
    lending.thing(sam, title="Bread", mode="surplus", total=9)
    cups = lending.thing(sam, title="Cups", mode="give", total=9)
    lending.wish(cups, many=2)
    lending.wish(cups)
    actions.pause(lending.thing(sam, title="Tent"), by=sam)
    lending.lent(sam)
    lending.due_in(lending.lent(sam, title="Saw"), -2)
    actions.ask_for_help(lending.due_in(lending.lent(sam, title="Drill"), -9), by=sam)
    actions.end_loan(lending.lent(sam, title="Cot"), "back", by=sam)
    vera = factories.person("Vera")
    request = lending.wish(lending.thing(vera, title="Pram"), account=sam)
    actions.say_yes(request, by=vera)
    return sams.get("/things/mine/")


@shows("lending/mine.html")
def a_loan_whose_claim_is_forgotten(here: Scene, browser: Client) -> Any:
    sams, loan = _sams(here, browser), lending.lent(here.people["sam"])
    type(loan.request).objects.update(claim=None)
    return sams.get("/things/mine/")


@shows("needs/private.html")
def an_ask_with_things_in_each_state(here: Scene, browser: Client) -> Any:
    lending.on(live_claims_per_person=20)
    sam, ask = here.people["sam"], factories.ask()
    lending.wish(lending.thing(sam), need=factories.need(of=ask))
    for title, outcome in (("Saw", ""), ("Cot", "back")):
        request = lending.wish(lending.thing(sam, title=title), need=factories.need(of=ask))
        actions.say_yes(request, by=sam)
        if outcome:
            actions.end_loan(request.loan, outcome, by=sam)
    vera = factories.person("Vera")
    request = lending.wish(lending.thing(vera, title="Pram"), need=factories.need(of=ask))
    actions.say_yes(request, by=vera)
    actions.leave_loans_of(vera)
    return browser.get(f"/need/{make_link(ask)}/")


@shows("needs/private.html")
def a_thing_was_asked_for_just_now(here: Scene, browser: Client) -> Any:
    lending.on()
    return browser.get(lending.just_wished(browser, lending.thing(here.people["sam"])))


@shows("home.html")
def the_home_page_where_things_go_round(_here: Scene, browser: Client) -> Any:
    lending.on()
    return browser.get("/")


@shows("me/me.html")
def my_page_where_things_go_round(here: Scene, browser: Client) -> Any:
    return _sams(here, browser).get("/me/")


@shows("offers/offer.html")
def my_offer_where_things_go_round(here: Scene, browser: Client) -> Any:
    return _sams(here, browser).get("/offer/")


@shows("notify/one_tap.html")
def can_they_have_it(here: Scene, browser: Client) -> Any:
    lending.on()
    request = lending.wish(lending.thing(here.people["sam"]))
    return browser.get(one_tap_url("thing_yes", request.pk, here.people["sam"]))
