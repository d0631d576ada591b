"""Whoever has an account can take a copy of their data, and end it. No one else loses by it."""

import json
import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from mutualaid.data_rights.actions import erase_account
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.matching import tasks
from mutualaid.notify.actions import give_phone
from mutualaid.notify.models import Notification, Preferences
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import AccountContactPoint, Role, User
from offers_app.models import Offer
from requests_app import actions
from requests_app.access.links import make_link
from requests_app.lifecycle.actors import volunteer
from tests.support import canary, factories, scene, stored
from tests.support.canary import CANARY, NOTES
from tests.support.keys import NEW, OLD
from tests.support.people import PHONE

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_a_member_gets_a_copy_of_all_that_is_theirs(signed_in):
    here = scene.build()
    sam = here.people["sam"]
    ask_of_sam = canary.ask(account=sam)
    actions.add_needs(ask_of_sam, [factories.details(category=factories.category("rides"))])
    copy = json.loads(signed_in(sam).post("/account/data/download/").content)
    assert copy["you"]["email"] == "sam@people.example"
    assert copy["what_you_offered"][0]["kinds_of_help"] == ["Groceries"]
    [ask] = copy["what_you_asked_for"]
    assert ask["you"]["name"] == CANARY.name
    needs = [(need["kind_of_help"], need["what_to_know"]) for need in ask["what_you_asked_for"]]
    assert needs == [("Groceries", NOTES), ("Rides", "")]
    assert [one["kind_of_help"] for one in copy["what_you_took_on"]] == ["Groceries"]
    assert copy["what_we_asked_you"][0]["answer"] == "said yes"
    assert "Ana" not in str(copy), "who asked for the task is not theirs to take"


def test_an_account_is_erased_with_its_offer_and_without_its_asks(signed_in):
    here = scene.build()
    carla = here.people["carla"]
    sam = factories.person("Sam Canaryhelper", Role.VOLUNTEER)
    factories.offer(by=sam)
    tasks.sweep()
    admin = signed_in(carla)
    admin.post(f"/admin/people/user/{sam.pk}/change/", {"name": sam.name, "vetted": "on"})
    ask_of_sam = canary.ask(account=sam)
    token = make_link(ask_of_sam)
    browser = signed_in(sam)
    answer = browser.post("/account/data/erase/", follow=True)
    assert "Your account has been erased." in answer.content.decode()
    assert stored.leaks(("Canaryhelper", "canaryhelper"), stored.every_row()) == []
    assert not Offer.objects.filter(volunteer=sam).exists()
    ask_of_sam.refresh_from_db()
    assert (ask_of_sam.account, ask_of_sam.erased_at, ask_of_sam.contact.name) == (
        None,
        None,
        CANARY.name,
    )
    assert ask_of_sam.needs.get().state == "open"
    assert Client().get(f"/need/{token}/").status_code == 200
    assert browser.get("/help/").status_code == 302
    assert "a neighbour" not in admin.get("/admin/people/user/").content.decode()
    assert here.offer in Offer.objects.all()


@pytest.mark.parametrize("keys", [[NEW], [NEW, OLD]], ids=["unreadable", "readable"])
def test_no_fingerprint_of_theirs_is_left_even_if_no_key_opens_their_phone(settings, sam, keys):
    settings.CONTACT_KEYS = [OLD]
    give_phone(sam, PHONE)
    Preferences.objects.update(phone_confirmed_at=timezone.now())
    Preferences.objects.get().save()
    before = fingerprints(sam.email, PHONE)
    assert before == set(AccountContactPoint.objects.values_list("fingerprint", flat=True))
    settings.CONTACT_KEYS = keys
    erase_account(sam)
    assert not AccountContactPoint.objects.exists()
    assert stored.leaks(tuple(before), stored.every_row()) == []


def test_what_they_took_on_is_let_go_first_and_history_keeps_no_name(signed_in):
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


def test_others_are_invited_at_once_in_their_place(signed_in, vera):
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


def test_nothing_is_written_to_someone_who_left(sam, signed_in):
    need = factories.need()
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.deliver_claim(claim, by=volunteer(sam))
    signed_in(sam).post("/account/data/erase/")
    need.refresh_from_db()
    actions.confirm_arrival(need)
    deliver_all()
    assert mail.outbox == []


def test_they_may_come_back_as_someone_new(sam, signed_in):
    signed_in(sam).post("/account/data/erase/")
    again = factories.person("Sam")
    assert User.objects.filter(email="sam@people.example").get() == again
