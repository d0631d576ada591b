"""What everyone reads while the group winds down, and the one page that stays after it has ended."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation

from mutualaid.ending import actions
from mutualaid.group.actions import change_group
from mutualaid.local_time import format_day
from mutualaid.numbers.models import Month
from requests_app.access.links import make_link
from tests.support import factories, scene, winding
from tests.support.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
BANNER = "is winding down: on"
GONE = (
    "/about/", "/board/", "/ask/who/", "/offer/", "/account/login/", "/account/signup/", "/me/", "/near/",
    "/admin/", "/admin/winding-down/", "/need/find/", "/winding-down/", "/manifest.webmanifest",
    "/m/no-such-link/", "/calendar/no-such.ics", "/about",
    "/no/such/page", "/texts/", "/leave/",
)  # fmt: skip
STAYS = (
    "/numbers/", "/numbers/numbers.csv", "/numbers/numbers.json", "/healthz", "/readyz", "/worker.js",
    "/.well-known/security.txt",
)  # fmt: skip


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def ended(**changes: Any) -> None:
    today = timezone.localdate()
    change_group(by=None, changes={"ends_on": today, "ended_on": today, **changes})


def test_every_public_page_says_until_when_and_where_to_read_more(here: scene.Scene, dora):
    browser = Client()
    assert BANNER not in text(browser.get("/"))
    proposal = winding.agreed(here.people["carla"], dora)
    for path in ("/", "/board/", "/about/", "/near/", "/ask/who/", f"/need/{here.token}/", "/no/"):
        page = text(browser.get(path))
        assert f"{BANNER} {format_day(proposal.erases_on)} we erase everything." in page, path
        assert 'href="/winding-down/"' in page
    assert BANNER in text(sign_in(Client(), here.people["sam"]).get("/me/"))
    actions.call_off(proposal, by=dora)
    assert BANNER not in text(browser.get("/"))


def test_a_proposal_alone_is_no_news_for_anyone(here: scene.Scene):
    winding.proposed(here.people["carla"])
    assert BANNER not in text(Client().get("/"))
    assert "We are not winding down." in text(Client().get("/winding-down/"))


def test_its_page_tells_both_days_the_words_and_where_to_copy_ones_own_things(
    here: scene.Scene, dora
):
    winding.says("Ask the harbour kitchen from now on.")
    proposal = winding.agreed(here.people["carla"], dora)
    page = text(Client().get("/winding-down/"))
    for words in (
        "Ask the harbour kitchen from now on.",
        format_day(proposal.closes_on),
        format_day(proposal.erases_on),
        'href="/account/data/"',
        'href="/need/find/"',
    ):
        assert words in page
    assert "Carla" not in page
    assert "Dora" not in page


def test_who_wants_to_ask_reads_why_in_place_of_the_usual_words(here: scene.Scene, dora):
    winding.agreed(here.people["carla"], dora)
    page = text(Client().get("/ask/who/"))
    assert "We can't take in new needs any more." in page
    assert "Please look here again soon." not in page


def test_the_front_page_says_that_asking_is_paused_and_where_to_read_why(here: scene.Scene, dora):
    paused, usual = "Asking is paused. See why, and what else is near.", "Three minutes, no account"
    front = text(Client().get("/"))
    assert (paused in front, usual in front) == (False, True)
    proposal = winding.agreed(here.people["carla"], dora)
    front = text(Client().get("/"))
    assert (paused in front, usual in front) == (True, False)
    actions.call_off(proposal, by=dora)
    assert usual in text(Client().get("/"))


def test_the_page_that_stays_says_thank_you_once_where_the_group_wrote_nothing():
    ended()
    assert text(Client().get("/")).count("Thank you") == 1


def test_after_the_end_one_page_stays_with_the_days_the_words_and_the_numbers(
    here: scene.Scene, dora
):
    last_month = (timezone.localdate().replace(day=1) - timedelta(days=3)).replace(day=1)
    Month.objects.create(first_day=last_month, asked=35, met=20, unmet=10)
    Month.objects.create(first_day=last_month - timedelta(days=40), asked=10, met=None, unmet=0)
    winding.says("Ask the harbour kitchen from now on.")
    began = timezone.localdate() - timedelta(days=500)
    ended(began_on=began)
    answer = Client().get("/")
    page = text(answer)
    assert answer.status_code == 200
    for words in (
        f"From {format_day(began)} to {format_day(timezone.localdate())}",
        "Ask the harbour kitchen from now on.",
        "neighbours asked about 45 times.",
        "Help arrived about 20 times.",
        'href="/numbers/"',
    ):
        assert words in page
    for link in (
        "/ask/",
        "/offer/",
        "/account/",
        "/board/",
        "/me/",
        "/near/",
        "/home-screen/",
        "/leave/",
    ):
        assert f'="{link}' not in page


def test_after_the_end_every_other_address_answers_the_same_page_with_410(here: scene.Scene):
    old = (f"/need/{here.token}/", f"/need/{make_link(here.open_need.ask)}/data/")
    ended()
    front = Client().get("/")
    browsers = (Client(), sign_in(Client(), here.people["carla"]))
    for path in (*GONE, *old):
        for browser in browsers:
            for answer in (
                browser.get(path),
                browser.post(path, {"name": "Ana"}),
                browser.post(path, b"{}", content_type="application/json"),
                browser.get(path, headers={"accept": "application/json"}),
            ):
                assert answer.status_code == 410, path
                assert "Private links, codes and accounts no longer work." in text(answer)
        assert Client().head(path).status_code == 410
    assert (
        text(Client().get(old[0])).partition("csrfmiddlewaretoken")[0]
        == (text(front).partition("csrfmiddlewaretoken")[0])
    )
    assert Client().post("/", {}).status_code == 410


def test_what_machines_and_the_numbers_need_goes_on(here: scene.Scene, settings):
    factories.set_policy()
    ended(leaf="#a8321f")
    browser = Client()
    for path in STAYS:
        assert browser.get(path).status_code == 200, path
    page = browser.get("/")
    sheet = page.context["group"].stylesheet_url
    assert browser.get(sheet).status_code == 200
    settings.METRICS_TOKEN = "a-token-of-this-test"
    metrics = browser.get("/metrics", headers={"authorization": "Bearer a-token-of-this-test"})
    assert metrics.status_code == 200
    assert browser.post("/numbers/").status_code == 410
    for link in ("/ask/", "/offer/", "/account/", "/board/", "/near/"):
        assert f'="{link}' not in text(browser.get("/numbers/"))


def test_the_page_that_stays_is_read_in_the_language_that_was_chosen():
    ended()
    browser = Client(enforce_csrf_checks=True)
    browser.get("/gone/")
    token = browser.cookies[settings.CSRF_COOKIE_NAME].value
    typed = {"language": "es", "csrfmiddlewaretoken": token}
    answer = browser.post("/language/", typed, headers={"referer": "http://testserver/gone/"})
    assert (answer.status_code, answer["Location"]) == (
        302,
        "http://testserver/gone/",
    )
    page = browser.get("/gone/")
    assert page.status_code == 410
    assert 'lang="es"' in text(page)
    with translation.override("ar"):
        arabic = Client(headers={"accept-language": "ar"}).get("/gone/")
    assert 'dir="rtl"' in text(arabic)


def test_an_ended_site_asks_the_database_for_the_group_and_the_sum_alone(
    django_assert_num_queries,
):
    ended()
    browser = Client()
    with django_assert_num_queries(2):
        browser.get("/need/an-old-link/")
    with django_assert_num_queries(2):
        browser.post("/ask/contact/", {"name": "Ana"})


def test_the_page_that_stays_is_guarded_as_any_other():
    ended()
    for path in ("/", "/gone/"):
        answer = Client().get(path)
        assert answer["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_on_a_home_screen_the_worker_forgets_whom_to_call_and_removes_itself(here: scene.Scene):
    change_group(by=None, changes={"phone": "555 0100"})
    before = Client().get("/worker.js").content.decode()
    ended()
    answer = Client().get("/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    script = answer.content.decode()
    assert script != before, "so a browser fetches it"
    assert "caches.delete" in script
    assert "registration.unregister()" in script
    assert '"fetch"' not in script, "it answers for no page any more"
    assert Client().get("/offline/").status_code == 410


def test_no_cache_and_no_search_engine_keeps_an_address_that_is_gone():
    ended()
    for answer in (Client().get("/gone/"), Client().get("/me/"), Client().post("/", {})):
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"
    front = Client().get("/")
    assert "X-Robots-Tag" not in front
    assert "no-store" not in front.get("Cache-Control", "")


def test_whom_to_tell_of_a_hole_stays_known_as_long_as_the_site_runs():
    ended()
    assert "Contact: " in Client().get("/.well-known/security.txt").content.decode()
