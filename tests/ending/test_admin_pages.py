"""The team's pages about winding down: two people decide on them, everyone sees how far it is."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mutualaid.ending import actions
from mutualaid.ending.models import WindingDown
from mutualaid.group.current import read_group
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import Membership, Role
from mutualaid.policy.actions import change_policy
from requests_app.actions import claim_need
from tests.support import factories, walking, winding
from tests.support.at_once import at_once
from tests.support.signing_in import sign_in, time_passes

pytestmark = pytest.mark.django_db
PAGE = "/admin/winding-down/"
PROPOSE = f"{PAGE}propose/"


def days(closes_in: int = 10, erases_in: int = 30) -> dict[str, str]:
    today = timezone.localdate()
    in_days = {"closes_on": closes_in, "erases_on": erases_in}
    return {name: (today + timedelta(days=days)).isoformat() for name, days in in_days.items()}


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def agree_page(proposal: WindingDown) -> str:
    return reverse("admin:winding_down_agree", args=[proposal.pk])


def call_off_page(proposal: WindingDown) -> str:
    return reverse("admin:winding_down_call_off", args=[proposal.pk])


def test_one_proposes_another_agrees_and_each_reads_first_what_happens(carla, dora, signed_in):
    proposer, second = signed_in(carla), signed_in(dora)
    sure = proposer.post(PROPOSE, days())
    assert "Everything about people is erased" in text(sure)
    assert "Until erasing begins, one person is enough to call it off." in text(sure)
    assert not WindingDown.objects.exists()
    said = proposer.post(PROPOSE, days() | {"confirmed": "1"}, follow=True)
    assert "Someone else can agree to it until" in text(said)
    proposal = WindingDown.objects.get()
    assert "I agree" not in text(proposer.get(PAGE))
    assert agree_page(proposal) in text(second.get(PAGE))
    assert "Everything about people is erased" in text(second.get(agree_page(proposal)))
    assert not read_group().is_winding_down
    assert "It is decided." in text(second.post(agree_page(proposal), follow=True))
    assert read_group().is_winding_down


def test_days_that_leave_too_little_time_are_told_beside_them_and_what_was_typed_is_kept(
    carla, signed_in
):
    browser = signed_in(carla)
    typed = days(closes_in=-1, erases_in=1000)
    page = browser.post(PROPOSE, typed)
    assert set(page.context["form"].errors) == {"closes_on", "erases_on"}
    assert text(page).count("Choose a day from") == 2
    assert all(f'value="{day}"' in text(page) for day in typed.values())
    assert "<title>Error: " in text(page)
    page = browser.post(PROPOSE, days(closes_in=30, erases_in=31))
    assert set(page.context["form"].errors) == {"erases_on"}
    page = browser.post(PROPOSE, {"closes_on": "soon"})
    assert set(page.context["form"].errors) == {"closes_on", "erases_on"}
    assert not WindingDown.objects.exists()


def test_days_that_were_confirmed_too_late_are_typed_again(carla, signed_in):
    page = signed_in(carla).post(PROPOSE, days(closes_in=6) | {"confirmed": "1"})
    assert set(page.context["form"].errors) == {"closes_on"}
    assert not WindingDown.objects.exists()


def test_deciding_needs_a_fresh_sign_in_and_calling_it_off_needs_none(carla, dora):
    browser = time_passes(sign_in(Client(), carla), 1200)
    answer = browser.post(PROPOSE, days() | {"confirmed": "1"})
    assert answer.status_code == 302
    assert not WindingDown.objects.exists()
    proposal = winding.proposed(dora)
    assert browser.post(agree_page(proposal)).status_code == 302
    assert not read_group().is_winding_down
    browser.post(call_off_page(proposal))
    assert not WindingDown.objects.live().exists()


def test_whoever_proposed_it_can_not_agree_whatever_they_send(carla, dora, signed_in):
    proposal = winding.proposed(carla)
    browser = signed_in(carla)
    for answer in (
        browser.get(agree_page(proposal), follow=True),
        browser.post(agree_page(proposal), follow=True),
    ):
        assert "You proposed it, so someone else has to agree." in text(answer)
    assert not read_group().is_winding_down


def test_a_proposal_of_someone_who_decides_no_more_can_only_be_taken_back(carla, dora, signed_in):
    proposal = winding.proposed(carla)
    Membership.objects.filter(user=carla).delete()
    browser = signed_in(dora)
    answer = browser.post(agree_page(proposal), follow=True)
    assert "Take it back, and propose it anew." in text(answer)
    browser.post(call_off_page(proposal))
    assert not WindingDown.objects.live().exists()


def test_a_stale_page_says_what_happened_meanwhile(carla, dora, signed_in):
    kim = factories.person("Kim", Role.SITE_KEEPER)
    late = signed_in(kim)
    proposal = winding.agreed(carla, dora)
    for method in (late.get, late.post):
        answer = method(agree_page(proposal), follow=True)
        assert "Dora agreed to it in the meantime." in text(answer)
    answer = late.post(PROPOSE, days() | {"confirmed": "1"}, follow=True)
    assert "Someone proposed it in the meantime." in text(answer)
    actions.call_off(proposal, by=carla)
    for page in (agree_page(proposal), call_off_page(proposal)):
        for method in (late.get, late.post):
            assert "Carla called it off in the meantime." in text(method(page, follow=True))


def test_a_proposal_that_ran_out_is_told_and_another_can_be_made(carla, dora, signed_in):
    proposal = winding.proposed(carla)
    WindingDown.objects.filter(pk=proposal.pk).update(expires_at=timezone.now())
    browser = signed_in(dora)
    assert "so this proposal has ended" in text(browser.post(agree_page(proposal), follow=True))
    assert "The last proposal was by Carla." in text(browser.get(PAGE))
    browser.post(PROPOSE, days() | {"confirmed": "1"})
    assert WindingDown.objects.waiting().get().proposed_by == dora


@pytest.mark.django_db(transaction=True)
def test_of_two_pages_that_agree_at_once_one_decides_and_both_are_answered(carla, dora):
    kim = factories.person("Kim", Role.SITE_KEEPER)
    proposal = winding.proposed(carla)
    browsers = [sign_in(Client(), who) for who in (dora, kim)]

    def agrees(number: int) -> int:
        status: int = browsers[number].post(agree_page(proposal)).status_code
        return status

    assert at_once([lambda: agrees(0), lambda: agrees(1)]) == [302, 302]
    proposal.refresh_from_db()
    assert proposal.agreed_by in (dora, kim)


def test_the_team_sees_what_is_left_and_a_list_of_each(carla, dora, sam, signed_in):
    factories.offer(by=sam)
    still_open, helped = factories.need(), factories.need()
    claim_need(helped, by=sam, weekly_limit=2)
    proposal = winding.agreed(carla, dora)
    auditor = signed_in(factories.person("Ada", Role.AUDITOR))
    seen = text(signed_in(dora).get(PAGE))
    for words in (
        "Asking is paused",
        "1 need is open",
        "Someone is on the way to 1 need",
        "0 weekly tasks go on",
        "10 days are left until closing.",
        "30 days are left until erasing.",
        "Download it (ZIP)",
        call_off_page(proposal),
    ):
        assert words in seen
    assert "1 need is open" in text(auditor.get(PAGE))
    assert call_off_page(proposal) not in text(auditor.get(PAGE))
    assert "?help=" not in text(auditor.get(PAGE))
    needs = signed_in(dora)
    for value, need in (("none", still_open), ("coming", helped)):
        listed = needs.get(f"/admin/requests_app/need/?help={value}").context["cl"].queryset
        assert list(listed) == [need]
    assert needs.get("/admin/requests_app/need/?help=else").context["cl"].queryset.count() == 2


def test_how_many_were_told_follows_the_messages(carla, dora, signed_in):
    winding.agreed(carla, dora)
    browser = signed_in(dora)
    assert "0 of 2 people were told" in text(browser.get(PAGE))
    winding.sweep()
    page = text(browser.get(PAGE))
    assert "0 of 2 people were told" in page
    assert "2 messages wait to go out" in page
    deliver_all()
    assert "2 of 2 people were told" in text(browser.get(PAGE))
    Notification.objects.filter(recipient=carla).update(state="failed", sent_at=None)
    page = text(browser.get(PAGE))
    assert "1 of 2 people were told" in page
    assert "We could not reach 1 person" in page


def test_where_someone_lets_people_ask_again_the_page_does_not_say_that_asking_is_paused(
    carla, dora, signed_in
):
    winding.agreed(carla, dora)
    assert "Asking is paused" in text(signed_in(dora).get(PAGE))
    change_policy(by=carla, changes={"asking_paused": False})
    assert "Asking is not paused" in text(signed_in(dora).get(PAGE))


def test_one_is_enough_to_call_it_off_after_reading_what_that_means(carla, dora, signed_in):
    proposal = winding.agreed(carla, dora)
    browser = signed_in(carla)
    assert "Then your group goes on." in text(browser.get(call_off_page(proposal)))
    assert read_group().is_winding_down
    answer = browser.post(call_off_page(proposal), follow=True)
    assert "your group goes on. Everyone who was told finds out." in text(answer)
    assert not read_group().is_winding_down


def test_where_no_one_else_decides_the_page_says_whom_to_ask(carla, signed_in):
    winding.proposed(carla)
    assert "manage.py wind_down agree" in text(signed_in(carla).get(PAGE))
    factories.person("Dora", Role.SITE_KEEPER)
    assert "manage.py wind_down agree" not in text(signed_in(carla).get(PAGE))


@pytest.mark.parametrize("roles", [(), (Role.VOLUNTEER,), (Role.INTAKE,)])
def test_no_one_outside_the_team_sees_or_does_any_of_it(carla, dora, signed_in, roles):
    proposal = winding.proposed(carla)
    stranger = signed_in(factories.person("Ines", *roles))
    refused = 403 if Role.INTAKE in roles else 302
    pages = (PAGE, PROPOSE, agree_page(proposal), call_off_page(proposal), f"{PAGE}things.zip")
    for page in pages:
        for answer in (stranger.get(page), stranger.post(page, days() | {"confirmed": "1"})):
            assert answer.status_code == refused, page
    assert WindingDown.objects.waiting().exists()
    assert Client().get(PAGE).status_code == 302


def test_an_auditor_looks_and_decides_nothing(carla, dora, signed_in):
    ada = signed_in(factories.person("Ada", Role.AUDITOR))
    assert "can't propose it" in text(ada.get(PAGE))
    proposal = winding.proposed(carla)
    assert ada.get(PAGE).status_code == 200
    for page in (PROPOSE, agree_page(proposal), call_off_page(proposal)):
        assert ada.post(page, days() | {"confirmed": "1"}).status_code == 403
    assert WindingDown.objects.waiting().exists()


def test_it_is_found_from_how_the_group_works_and_stands_above_all_pages_of_the_team(
    carla, dora, signed_in
):
    browser = signed_in(carla)
    assert f'href="{PAGE}"' in text(browser.get("/admin/policy/policy/1/change/"))
    assert "winding down: on" not in text(browser.get("/admin/"))
    winding.agreed(carla, dora)
    for page in ("/admin/", "/admin/requests_app/need/", PAGE):
        assert "is winding down: on" in text(browser.get(page))
    ines = signed_in(factories.person("Ines", Role.INTAKE))
    assert "is winding down: on" in text(ines.get("/admin/"))
    assert f'href="{PAGE}"' not in text(ines.get("/admin/"))


def test_what_the_group_says_is_shown_as_it_will_stand(carla, dora, signed_in):
    words = "The mill is dry again. Ask the <Harbour> kitchen."
    winding.says(words)
    page = text(signed_in(carla).get(PAGE))
    assert "The mill is dry again. Ask the &lt;Harbour&gt; kitchen." in page
    assert "/admin/group/groupprofile/1/change/" in page


def test_the_groups_own_things_are_one_file_without_any_person(carla, dora, sam, signed_in):
    factories.offer(by=sam)
    factories.need()
    factories.resource("Harbour kitchen")
    winding.agreed(carla, dora)
    answer = signed_in(dora).get(f"{PAGE}things.zip")
    assert answer["Content-Type"] == "application/zip"
    assert "our-group.zip" in answer["Content-Disposition"]
    inside = walking.text_of(answer)
    assert "Harbour kitchen" in inside
    assert not [
        name
        for name in ("Carla", "Dora", "Sam", "Ana", "7 Hill Road", "555 0100")
        if name in inside
    ]


def test_only_who_takes_the_services_along_takes_the_groups_things(carla, dora, signed_in):
    winding.agreed(carla, dora)
    file = f"{PAGE}things.zip"
    for role in (Role.AUDITOR, Role.SITE_KEEPER):
        browser = signed_in(factories.person(str(role.label), role))
        expected = browser.get("/admin/resources/hsds.json").status_code
        assert expected == 403
        assert browser.get(file).status_code == expected
        assert file not in text(browser.get(PAGE))
    assert file in text(signed_in(dora).get(PAGE))


def test_in_the_demo_no_one_can_end_it_for_those_who_come_after(carla, signed_in, settings):
    settings.DEMO = True
    browser = signed_in(carla)
    for answer in (browser.get(PAGE), browser.post(PROPOSE, days() | {"confirmed": "1"})):
        assert answer.status_code == 200
        assert "This is a demo, and others want to try it out after you." in text(answer)
        assert "See what would happen" not in text(answer)
    with pytest.raises(actions.OnlyADemo):
        winding.proposed(carla)
    assert not WindingDown.objects.exists()
