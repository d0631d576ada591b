"""The page of a claim: open once opened, its steps ticked, the day with its time, and told how it stands."""

import html
import re
from datetime import time, timedelta

import pytest
import time_machine
from django.utils import timezone

from mutualaid.matching.actions import match_for
from mutualaid.notify.models import Notification
from requests_app import actions
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import AccessLogEntry, Claim
from tests.support import factories
from tests.support.people import MAIL

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
STREET = "7 Hill Road"


@pytest.fixture
def claim(sam) -> Claim:
    return actions.claim_need(factories.need(contact=MAIL), by=sam, weekly_limit=5)


@pytest.fixture
def sams(sam, signed_in):
    return signed_in(sam)


def main(answer) -> str:
    return str(answer.content.decode().split("<main")[1].split("</main>")[0])


def words(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", main(answer))))


def page(browser, claim) -> str:
    return main(browser.get(f"/claims/{claim.public_id}/"))


def step(browser, claim, name, **fields):
    return browser.post(f"/claims/{claim.public_id}/{name}/", fields, follow=True)


def yes(browser, user, need=None) -> Claim:
    """Say yes to a need on the page of its match."""
    need = need or factories.need()
    factories.offer(by=user)
    match = match_for(user, need)
    assert match
    match.state, match.invited_at = "notified", timezone.now()
    match.save()
    browser.post(f"/help/{match.public_id}/yes/")
    return Claim.objects.get(need=need)


def test_with_the_yes_the_contact_is_open_and_stays_open_after_each_step(sams, sam):
    claim = yes(sams, sam)
    tomorrow = timezone.localdate() + timedelta(days=1)
    for name, fields in (("in-touch", {}), ("day", {"day": tomorrow}), ("in-touch", {})):
        assert STREET in page(sams, claim)
        assert STREET in main(step(sams, claim, name, **fields))
    assert "Show phone and address" not in page(sams, claim)
    assert AccessLogEntry.objects.count() == 1
    step(sams, claim, "done")
    assert STREET not in page(sams, claim)


def test_each_day_on_which_it_is_opened_is_written_down(sams, claim):
    for day in (26, 26, 27, 27):
        with time_machine.travel(f"2026-11-{day}T10:00Z", tick=False):
            step(sams, claim, "contact")
            page(sams, claim)
    assert AccessLogEntry.objects.count() == 2


def test_whoever_was_given_it_opens_it_themself(sams, claim):
    shown = page(sams, claim)
    assert "Show phone and address" in shown
    assert STREET not in shown
    assert not AccessLogEntry.objects.exists()


def test_someone_new_says_yes_without_having_opened_it(signed_in):
    nia = factories.person("Nia", known=False)
    claim = yes(signed_in(nia), nia)
    assert STREET not in page(signed_in(nia), claim)
    assert not AccessLogEntry.objects.exists()


def test_two_who_say_yes_to_one_need_do_not_both_see_it(sams, sam, vera, signed_in):
    claim = yes(sams, sam)
    factories.offer(by=vera)
    assert signed_in(vera).get(f"/claims/{claim.public_id}/").status_code == 404
    assert AccessLogEntry.objects.get().by == sam


@pytest.mark.parametrize(
    ("channels", "links"),
    [
        ("", {"tel", "sms", "mailto", "geo"}),
        ("call", {"tel", "geo"}),
        ("sms", {"sms", "geo"}),
        ("note", {"geo"}),
    ],
)
def test_the_big_buttons_are_for_ways_that_are_safe_alone(sams, sam, channels, links):
    contact = ContactDetails(
        name="Ana",
        phone="608 555 0142",
        email="ana@mail.example",
        address=f"{STREET} & Bay",
        channels=channels,
    )
    claim = actions.claim_need(factories.need(contact=contact), by=sam, weekly_limit=5)
    shown = main(step(sams, claim, "contact"))
    big = shown.split('class="reach"')[1].split("</ul>")[0]
    addresses = dict(
        address.split(":", 1) for address in re.findall(r'<a [^>]*href="([^"]+)"', big)
    )
    assert addresses.keys() == links
    assert addresses["geo"] == "0,0?q=7%20Hill%20Road%20%26%20Bay"


def test_the_steps_are_ticked_one_after_the_other(sams, claim):
    ticked = [re.findall(r'<li class="(\w*)"', page(sams, claim))]
    step(sams, claim, "in-touch")
    ticked.append(re.findall(r'<li class="(\w*)"', page(sams, claim)))
    step(sams, claim, "day", day=timezone.localdate())
    ticked.append(re.findall(r'<li class="(\w*)"', page(sams, claim)))
    assert ticked == [["here", ""], ["behind", "here"], ["behind", "behind", "here"]]


def test_the_day_has_a_time_and_the_neighbour_is_told_once(sams, claim):
    day = timezone.localdate() + timedelta(days=1)
    for _ in range(2):
        assert "Saved." in words(step(sams, claim, "day", day=day, time="17:00"))
    claim.refresh_from_db()
    assert (claim.scheduled_for, claim.scheduled_time) == (day, time(17))
    assert "at 5 p.m." in words(sams.get(f"/claims/{claim.public_id}/"))
    assert Notification.objects.filter(kind="need_agreed").count() == 1
    step(sams, claim, "day", day=day, time="")
    claim.refresh_from_db()
    assert claim.scheduled_time is None
    assert Notification.objects.filter(kind="need_agreed").count() == 2


@pytest.mark.parametrize("typed", ["noon", "25:00", "\0", "9" * 500])
def test_a_time_that_is_none_is_told_and_what_was_typed_is_kept(sams, claim, typed):
    day = timezone.localdate() + timedelta(days=1)
    answer = step(sams, claim, "day", day=day, time=typed)
    assert "Write the time like this: 17:30." in words(answer)
    assert day.isoformat() in main(answer)
    claim.refresh_from_db()
    assert (claim.state, claim.scheduled_for) == ("claimed", None)


ENDS = {
    "done": (
        lambda claim: actions.deliver_claim(claim, by=volunteer(claim.volunteer)),
        "You said it's done.",
    ),
    "arrived": (lambda claim: actions.confirm_arrival(claim.need), "It arrived. Thank you!"),
    "let go": (
        lambda claim: actions.release_claim(claim, by=volunteer(claim.volunteer)),
        "This isn't your task any more.",
    ),
    "lapsed": (actions.lapse_claim, "We didn't hear from you in time."),
    "withdrawn": (lambda claim: actions.withdraw_need(claim.need), "It's no longer needed."),
    "someone else": (actions.cancel_helper, "It's no longer needed."),
    "no show": (
        lambda claim: actions.report_no_show(claim, by=coordinator(claim.volunteer)),
        "It's no longer needed.",
    ),
}


@pytest.mark.parametrize("end", ENDS)
def test_once_it_is_over_each_step_says_how_it_stands_and_changes_nothing(sams, claim, end):
    happens, sentence = ENDS[end]
    happens(claim)
    before = Claim.objects.values().get(pk=claim.pk)
    day = timezone.localdate() + timedelta(days=1)
    for name in ("in-touch", "day", "release", "contact"):
        step(sams, claim, name, day=day)
        shown = words(sams.get(f"/claims/{claim.public_id}/"))
        assert sentence in shown
        assert "Your steps" not in shown
    assert Claim.objects.values().get(pk=claim.pk) == before


def test_what_is_agreed_is_not_said_beside_done(sams, sam, claim):
    actions.agree_on_day(claim, day=timezone.localdate() + timedelta(days=1), by=volunteer(sam))
    assert claim.agreed
    actions.deliver_claim(claim, by=volunteer(sam))
    assert claim.agreed == ""
    shown = words(sams.get("/me/"))
    assert "You said it's done." in shown
    assert "You agreed on" not in shown
