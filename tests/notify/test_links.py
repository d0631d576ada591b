"""Links in messages: one tap, after a POST, for some days, for the one they were sent to."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as site
from django.core import mail
from django.test import Client
from django.utils import timezone

from mutualaid.matching import tasks
from mutualaid.matching.models import Match
from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.models import Preferences, Suppression
from mutualaid.notify.models.preferences import usual_ways
from mutualaid.notify.tasks import sweep
from requests_app import actions
from requests_app.models import Claim
from tests.support import factories, scene
from tests.support.people import MAIL, ask_by, rows

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def asked(sam):
    """Sam was invited, and has the mail."""
    factories.offer(by=sam)
    factories.need()
    tasks.sweep()
    sweep()
    return mail.outbox[-1]


def link(letter, label: str) -> str:
    """The path of the link under these words in the plain text of a letter."""
    found = re.search(rf"^{label}:\n\S+?(/\S+)$", letter.body, re.MULTILINE)
    assert found, letter.body
    return found[1]


def test_a_scanner_that_opens_every_link_changes_nothing(asked, client):
    before = scene.record()
    for path in re.findall(r"http://localhost:8000(/\S*)", asked.body):
        for method in ("get", "head", "options"):
            assert getattr(client, method)(path).status_code in (200, 302, 405)
    assert scene.record() == before


def test_yes_takes_one_tap_and_shows_no_address(asked, client, sam):
    path = link(asked, "Yes, I will do it")
    page = client.get(path).content.decode()
    others = len(site.LANGUAGES) - 1
    assert page.count("<button") == 2 + others, "the one of the page, to leave, and more languages"
    page = client.post(path).content.decode()
    claim = Claim.objects.get()
    assert claim.volunteer == sam
    assert f"/claims/{claim.public_id}/" in page
    assert "7 Hill Road" not in page
    assert f"/claims/{claim.public_id}/" in client.post(path).content.decode(), (
        "twice is as good as once"
    )


def test_no_takes_one_tap_and_twice_is_as_good_as_once(asked, client):
    for _ in range(2):
        assert "ask someone else." in client.post(link(asked, "Not this time")).content.decode()
    assert Match.objects.get().state == "declined"


def test_it_is_not_a_form_of_another_site(asked):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link(asked, "Yes, I will do it")).status_code == 403
    assert not Claim.objects.exists()


def without_token(answer) -> str:
    return re.sub(r'value="\w{64}"', "", answer.content.decode())


@pytest.mark.parametrize("change", [lambda p: p[:-3] + "x/", lambda p: p.replace("yes", "no")])
def test_a_forged_link_is_as_good_as_an_old_one(asked, client, change):
    path = link(asked, "Yes, I will do it")
    answer = client.post(change(path))
    assert answer.status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        old = client.post(path)
    assert (old.status_code, without_token(old)) == (404, without_token(answer))
    assert not Claim.objects.exists()


def test_a_link_ends_with_its_person(asked, client, sam):
    sam.is_active = False
    sam.save()
    assert client.post(link(asked, "Yes, I will do it")).status_code == 404


def test_no_one_can_point_a_link_at_the_match_of_someone_else(client, sam, mallory):
    factories.offer(by=sam)
    match = scene.match_of(sam, factories.need())
    path = one_tap_url("need_yes", match.pk, mallory).removeprefix("http://localhost:8000")
    assert "This one is no longer open" in client.post(path).content.decode()
    assert not Claim.objects.exists()


def test_i_got_in_touch_takes_one_tap(client, sam):
    claim = actions.claim_need(factories.need(), by=sam, weekly_limit=2)
    path = one_tap_url("in_touch", claim.pk, sam).removeprefix("http://localhost:8000")
    client.post(path)
    claim.refresh_from_db()
    assert claim.state == "contacted"


def test_what_is_gone_is_said_kindly(client, sam):
    for name in ("in_touch", "arrived", "not_arrived", "need_yes", "need_no", "texts_on"):
        path = one_tap_url(name, 987654, sam).removeprefix("http://localhost:8000")
        assert client.get(path).status_code == client.post(path).status_code == 200


def test_every_mail_has_a_way_out_that_mail_programs_know(asked):
    off = asked.extra_headers["List-Unsubscribe"]
    assert re.fullmatch(r"<http://localhost:8000/m/off/[^/]+/>", off)
    assert asked.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert off.strip("<>") in asked.body
    assert off.strip("<>") in asked.alternatives[0].content


def test_the_mail_program_ends_one_kind_without_a_cookie(asked, sam):
    path = link(asked, "No more messages of this kind")
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(path).status_code == 200
    assert strict.post(path).status_code == 403, "a person needs the button of the page"
    for _ in range(2):
        assert strict.post(path, ONE_CLICK).status_code == 200
    kept = Preferences.objects.get(user=sam).ways
    assert kept == usual_ways() | {"invitations": [], "urgent": []}
    factories.need()
    tasks.sweep()
    assert len(rows("need_fits")) == 1


def test_the_button_of_the_page_does_the_same(asked, client, sam):
    client.post(link(asked, "No more messages of this kind"))
    assert Preferences.objects.get(user=sam).ways["invitations"] == []


def test_a_neighbour_without_an_account_has_the_same_way_out(client):
    ask_by(MAIL)
    sweep()
    (letter,) = mail.outbox
    client.post(link(letter, "No more messages of this kind"), ONE_CLICK)
    door = Suppression.objects.get()
    assert (door.channel, door.group, door.reason) == ("email", "needs", "off")
    ask_by(MAIL)
    sweep()
    assert len(mail.outbox) == 1


def test_the_way_out_of_an_account_that_is_gone_leads_to_the_same_page(asked, client, sam):
    sam.offer.delete()
    sam.delete()
    path = link(asked, "No more messages of this kind")
    assert client.post(path, ONE_CLICK).status_code == 200


def test_a_forged_way_out_is_none(asked, client, sam):
    path = link(asked, "No more messages of this kind")
    assert client.post(path[:-3] + "x/", ONE_CLICK).status_code == 404
    assert not Preferences.objects.exists()
