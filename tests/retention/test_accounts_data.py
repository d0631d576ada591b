"""Whoever has an account can take a copy of what is hers, and end it. Nobody else loses by it."""

import json
import re

import pytest
from django.core import mail
from django.test import Client

from mutualaid.matching import tasks
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import Role, User
from offers_app.models import Offer
from requests_app import actions
from requests_app.access.links import make_link
from requests_app.lifecycle.actors import volunteer
from tests.retention.test_erasing import CANARY
from tests.support import factories, scene, stored

pytestmark = pytest.mark.django_db


def test_a_member_gets_a_copy_of_all_that_is_hers(signed_in):
    here = scene.build()
    sam = here.people["sam"]
    mine = factories.need(details=CANARY, asked_by=sam)
    told = json.loads(signed_in(sam).post("/account/data/download/").content)
    assert told["you"]["email"] == "sam@people.example"
    assert told["what_you_offered"][0]["kinds_of_help"] == ["Groceries"]
    assert [one["you"]["name"] for one in told["what_you_asked_for"]] == [CANARY.name]
    assert [one["kind_of_help"] for one in told["what_you_took_on"]] == ["Groceries"]
    assert told["what_we_asked_you"][0]["answer"] == "said yes"
    assert "Ana" not in str(told), "the neighbour of a task is not hers to take"
    assert mine.state == "open"


def test_an_account_is_erased_with_its_offer_and_without_its_needs(signed_in):
    here = scene.build()
    carla = here.people["carla"]
    sam = factories.person("Sam Canaryhelper", Role.VOLUNTEER)
    factories.offer(by=sam)
    tasks.sweep()
    desk = signed_in(carla)
    desk.post(f"/admin/people/user/{sam.pk}/change/", {"name": sam.name, "vetted": "on"})
    mine = factories.need(details=CANARY, asked_by=sam)
    token = make_link(mine)
    browser = signed_in(sam)
    answer = browser.post("/account/data/erase/", follow=True)
    assert "Your account is erased." in answer.content.decode()
    assert stored.leaks(("Canaryhelper", "canaryhelper"), stored.every_row()) == []
    assert not Offer.objects.filter(volunteer=sam).exists()
    mine.refresh_from_db()
    assert (mine.asked_by, mine.state, mine.contact.name) == (None, "open", CANARY.name)
    assert Client().get(f"/need/{token}/").status_code == 200
    assert browser.get("/help/").status_code == 302
    assert "a neighbour" not in desk.get("/admin/people/user/").content.decode()
    assert here.offer in Offer.objects.all()


def test_what_she_took_on_is_let_go_first_and_history_keeps_no_name(signed_in):
    here = scene.build()
    sam, carla = here.people["sam"], here.people["carla"]
    actions.contact_of_claim(here.claim, by=sam)
    assert "You have 1 task." in signed_in(sam).get("/account/data/").content.decode()
    signed_in(sam).post("/account/data/erase/")
    here.claim.refresh_from_db()
    assert (here.claim.state, here.claim.need.state) == ("released", "open")
    assert here.claim.need.events.last().action == "release"
    page = signed_in(carla).get(f"/admin/requests_app/need/{here.claim.need_id}/change/")
    assert not re.search(r"\bSam\b", page.content.decode())
    assert "a neighbour" in page.content.decode()


def test_others_are_asked_at_once_in_her_place(signed_in, vera):
    sam = factories.person("Sam")
    factories.offer(by=sam)
    need = factories.need()
    tasks.sweep()
    factories.offer(by=vera)
    signed_in(sam).post("/account/data/erase/")
    tasks.sweep()
    asked_now = Notification.objects.filter(kind="need_fits", recipient=vera)
    assert asked_now.count() == 1
    assert list(need.matches.values_list("offer__volunteer", flat=True)) == [vera.pk]


def test_nothing_is_written_to_somebody_who_left(sam, signed_in):
    need = factories.need()
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.deliver_claim(claim, by=volunteer(sam))
    signed_in(sam).post("/account/data/erase/")
    need.refresh_from_db()
    actions.confirm_arrival(need)
    deliver_all()
    assert mail.outbox == []


def test_she_may_come_back_as_somebody_new(sam, signed_in):
    signed_in(sam).post("/account/data/erase/")
    again = factories.person("Sam")
    assert User.objects.filter(email="sam@people.example").get() == again
