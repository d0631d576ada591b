"""What coordinators see and do about neighbouring groups, who may, and what a stale page changes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from mutualaid import clock
from mutualaid.boundary import outbound
from mutualaid.boundary.outbound import Answer, NotAllowed
from mutualaid.decisions.models import Decision
from mutualaid.partners import keys
from mutualaid.partners.admin import partner as partner_admin
from mutualaid.partners.discovery import Trouble
from mutualaid.partners.models import Partner, SigningKey
from mutualaid.partners.protocol.messages import Ping, Seal
from mutualaid.partners.states import PARTNER_TRANSITIONS, PartnerState
from mutualaid.people.models import Role, User
from tests.support import factories, partners, recorded, voting
from tests.support.partners import OtherSite
from tests.support.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LIST, ADD, KEY = "/admin/partners/partner/", "/admin/partners/partner/add/", "/admin/partners/key/"
STEPS = ("compare", "agree", "pause", "resume", "end", "talked", "renamed")


def page(partner: Partner, step: str = "change") -> str:
    return f"{LIST}{partner.pk}/{step}/"


def pages(partner: Partner) -> list[str]:
    steps = [page(partner, step) for step in (*STEPS, "change", "history")]
    return [LIST, ADD, KEY, f"/admin/partners/{partner.pk}/heads.txt", *steps]


def test_the_list_leads_to_what_groups_ask_of_us_and_to_calls_for_many_hands(desk):
    factories.set_policy(has_partners=True)
    listed = desk.get(LIST).content.decode()
    for path in ("/admin/partners/needs/", "/admin/many-hands/"):
        assert f'href="{path}"' in listed
        assert desk.get(path).status_code == 200


@pytest.fixture
def dora(db: None) -> User:
    return factories.person("Dora", Role.COORDINATOR)


@pytest.fixture
def desk(carla: User, signed_in: Any) -> Client:
    browser: Client = signed_in(carla)
    return browser


def says(monkeypatch: pytest.MonkeyPatch, answer: bytes | Exception) -> None:
    def get(*_one: Any, **_more: Any) -> Answer:
        if isinstance(answer, Exception):
            raise answer
        return Answer(200, answer)

    monkeypatch.setattr(outbound, "get", get)


def told(name: str = "Crown Heights") -> bytes:
    key = partners.key_pair().public_key
    return (
        f'{{"name": "{name}", "site": "https://crown.example", "phone": "555 0199",'
        f' "public_key": "{key}"}}'
    ).encode()


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_from_an_address_to_a_partner(desk, dora, signed_in, monkeypatch):
    factories.set_policy(has_partners=True)
    says(monkeypatch, told())
    answer = desk.post(ADD, {"address": "HTTPS://Crown.example/about/"}, follow=True)
    partner = Partner.objects.get()
    assert answer.redirect_chain[-1][0] == page(partner)
    assert "Now compare the digits" in text_of(answer)
    digits = keys.digits(partner.our_key.public_key, partner.public_key)
    assert " ".join(digits) in text_of(desk.get(page(partner, "compare")))
    answer = desk.post(page(partner, "compare"), {"answer": "same"}, follow=True)
    assert "Ask them to open this page" in text_of(answer)
    answer = desk.post(page(partner, "agree"))
    assert "someone else has to agree" in text_of(answer)
    answer = signed_in(dora).post(page(partner, "agree"), follow=True)
    assert "You help each other from now on." in text_of(answer)
    partner.refresh_from_db()
    assert partner.state == PartnerState.LIVE
    assert "Crown Heights" in text_of(desk.get(LIST))


def test_digits_that_differ_end_it_and_say_what_that_may_mean(desk, monkeypatch):
    partner = partners.other_site(state=PartnerState.READ).partner
    answer = desk.post(page(partner, "compare"), {"answer": "differ"}, follow=True)
    assert "someone stands between the two sites" in text_of(answer)
    partner.refresh_from_db()
    assert partner.state == PartnerState.ENDED


@pytest.mark.parametrize("typed", [{}, {"answer": ""}, {"answer": "yes"}])
def test_without_a_word_on_the_digits_nothing_happens(desk, typed):
    partner = partners.other_site(state=PartnerState.READ).partner
    assert desk.post(page(partner, "compare"), typed).status_code == 200
    partner.refresh_from_db()
    assert partner.state == PartnerState.READ


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (NotAllowed("a private address"), Trouble.PRIVATE),
        (b"<html>", Trouble.NOT_UNDERSTOOD),
        (outbound.NoAnswer("too long"), Trouble.TOO_LONG),
    ],
)
def test_what_went_wrong_stands_beside_the_field_and_nothing_is_lost(
    desk, monkeypatch, answer, trouble
):
    factories.set_policy(has_partners=True)
    says(monkeypatch, answer)
    shown = desk.post(ADD, {"address": "crown.example"})
    assert shown.status_code == 200
    assert shown.context["form"].errors == {"address": [str(trouble.label)]}
    assert 'value="crown.example"' in shown.content.decode()
    assert "Error:" in shown.content.decode()
    assert not Partner.objects.exists()


def test_one_coordinator_has_so_many_addresses_read_in_an_hour(desk, monkeypatch):
    factories.set_policy(has_partners=True)
    says(monkeypatch, b"")
    for _time in range(partner_admin.READS.most):
        desk.post(ADD, {"address": "crown.example"})
    monkeypatch.setattr(outbound, "get", lambda *_one, **_more: pytest.fail("called"))
    assert "in an hour" in text_of(desk.post(ADD, {"address": "crown.example"}))


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "\u202eevil", "x" * 10_000]
)
def test_no_name_of_a_group_does_more_than_stand_there(desk, monkeypatch, name):
    factories.set_policy(has_partners=True)
    says(monkeypatch, told(name))
    desk.post(ADD, {"address": "crown.example"})
    partner = Partner.objects.get()
    for path in pages(partner):
        shown = desk.get(path).content.decode()
        assert "<script>alert" not in shown
        assert "\u202e" not in shown
        assert "x" * 200 not in shown


def test_a_page_left_open_changes_nothing_that_is_over(desk, dora):
    for state in PartnerState.values:
        partner = partners.other_site(state=state).partner
        for step, transition in PARTNER_TRANSITIONS.items():
            if state in (*transition.sources, transition.target):
                continue
            assert desk.get(page(partner, step)).status_code == 302, (state, step)
            answer = desk.post(page(partner, step), {"answer": "same"})
            assert "changed in the meantime" in text_of(answer), (state, step)
            partner.refresh_from_db()
            assert partner.state == state


def test_two_who_press_the_same_button_both_see_it_done(desk, dora, signed_in):
    partner = partners.other_site().partner
    for browser in (desk, signed_in(dora)):
        assert browser.post(page(partner, "pause")).status_code == 302
    partner.refresh_from_db()
    assert partner.state == PartnerState.PAUSED


def test_pause_resume_and_end_are_a_button_each(desk):
    partner = partners.other_site().partner
    for step, state in (("pause", "paused"), ("resume", "live"), ("end", "ended")):
        assert desk.get(page(partner, step)).status_code == 200
        desk.post(page(partner, step))
        partner.refresh_from_db()
        assert partner.state == state
    assert "To begin anew" in text_of(desk.get(page(partner)))


def test_where_members_decide_the_page_leads_there(desk, dora, signed_in):
    voting.together()
    voting.member()
    partner = partners.other_site(state=PartnerState.COMPARED).partner
    browser = signed_in(dora)
    assert 'href="/decisions/"' in browser.get(page(partner)).content.decode()
    assert "Propose it there." in text_of(browser.post(page(partner, "agree")))
    assert not Decision.objects.exists()


def test_a_new_key_takes_one_coordinator_and_waits_for_no_one_who_compares(desk):
    partners.other_site()
    waiting = partners.other_site(state=PartnerState.READ).partner
    before = keys.current_key()
    assert "First finish or end" in text_of(desk.post(KEY))
    assert keys.current_key() == before
    desk.post(page(waiting, "end"))
    assert "We have a new key" in text_of(desk.post(KEY, follow=True))
    assert keys.current_key() != before
    assert "know us by an older key" in text_of(desk.get(KEY))
    assert SigningKey.objects.count() == 2


def test_heads_that_differ_are_shown_and_told_of_until_they_are_talked_about(desk, crown):
    for head in ("ab" * 32, "cd" * 32):
        crown.post(Client(), Seal(number=1, last_number=5, head=head))
    shown = text_of(desk.get(page(crown.partner)))
    assert "ab" * 32 in shown
    assert "cd" * 32 in shown
    assert "A head of the record differs" in text_of(desk.get(LIST))
    assert "record differs" in text_of(desk.get("/admin/"))
    file = desk.get(f"/admin/partners/{crown.partner.pk}/heads.txt").content.decode()
    assert file.splitlines() == [f"1 5 {'ab' * 32}", f"1 5 {'cd' * 32}"]
    desk.post(page(crown.partner, "talked"))
    assert "A head of the record differs" not in text_of(desk.get(LIST))
    assert "cd" * 32 in text_of(desk.get(page(crown.partner)))


def test_a_new_name_and_phone_are_taken_over_as_they_were_read(desk, crown):
    crown.post(Client(), Ping(name="Riverside Care", phone="555 0777"))
    assert "name or phone is a new one" in text_of(desk.get(LIST))
    shown = text_of(desk.get(page(crown.partner, "renamed")))
    assert "Riverside Care" in shown
    assert "555 0777" in shown
    read = {"name": "Riverside Care", "phone": "555 0777"}
    crown.post(Client(), Ping(name="Someone Else", phone="555 0777"))
    assert "changed" in text_of(desk.post(page(crown.partner, "renamed"), read))
    crown.partner.refresh_from_db()
    assert (crown.partner.name, crown.partner.phone) == ("Crown Heights", "555 0199")
    crown.post(Client(), Ping(name="Riverside Care", phone="555 0777"))
    answer = desk.post(page(crown.partner, "renamed"), read, follow=True)
    assert "We use it from now on." in text_of(answer)
    crown.partner.refresh_from_db()
    assert (crown.partner.name, crown.partner.phone) == ("Riverside Care", "555 0777")
    assert "name or phone is a new one" not in text_of(desk.get(LIST))


def test_what_no_site_says_is_not_taken_over(desk, crown):
    desk.post(page(crown.partner, "renamed"), {"name": "Someone Else", "phone": "555 0777"})
    desk.post(page(crown.partner, "renamed"), {})
    crown.partner.refresh_from_db()
    assert (crown.partner.name, crown.partner.phone) == ("Crown Heights", "555 0199")


def test_everyone_sees_which_groups_keep_our_heads(crown):
    factories.set_policy(has_record=True)
    recorded.sealed(1)
    assert "Crown Heights" not in text_of(Client().get("/record/"))
    Partner.objects.update(seal_number=1)
    assert "Crown Heights : up to seal 1" in text_of(Client().get("/record/"))
    factories.set_policy(has_partners=False)
    assert "Crown Heights" not in text_of(Client().get("/record/"))


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_an_hour_wrong_is_said_on_the_page_until_it_is_right(crown, desk, hours):
    def is_said() -> bool:
        words = "Their clock and ours are more than 5 minutes apart"
        return words in text_of(desk.get(page(crown.partner)))

    assert not is_said()
    late = crown.post(Client(), Ping(), at=clock.now() + timedelta(hours=hours))
    assert late.status_code == 401
    assert is_said()
    assert crown.post(Client(), Ping()).status_code == 200
    assert not is_said()


def test_the_board_says_what_waits(desk, dora):
    partners.other_site(state=PartnerState.READ)
    partners.other_site(state=PartnerState.COMPARED)
    shown = text_of(desk.get("/admin/"))
    assert "neighbouring group whose digits wait to be compared" in shown
    assert "neighbouring group to which someone has to agree" in shown


@pytest.fixture
def read(db: None) -> OtherSite:
    return partners.other_site(state=PartnerState.READ)


def test_without_neighbouring_groups_there_is_no_page_of_them(desk, read):
    factories.set_policy(has_partners=False)
    for path in pages(read.partner):
        assert desk.get(path).status_code == 404, path
        assert desk.post(path).status_code in (404, 405), path
    assert "/admin/partners/" not in desk.get("/admin/").content.decode()
    read.partner.refresh_from_db()
    assert read.partner.state == PartnerState.READ


@pytest.mark.parametrize("role", [Role.SITE_KEEPER, Role.AUDITOR])
def test_who_only_looks_sees_groups_and_changes_nothing(role, read, signed_in):
    browser = signed_in(factories.person("Mei", role))
    looked_at = (LIST, page(read.partner), f"/admin/partners/{read.partner.pk}/heads.txt")
    for path in pages(read.partner):
        shown = path in looked_at or path.endswith("history/")
        assert browser.get(path).status_code == (200 if shown else 403), path
        assert browser.post(path, {"answer": "same"}).status_code in (200, 403, 405), path
    read.partner.refresh_from_db()
    assert read.partner.state == PartnerState.READ
    assert "Compare the digits" not in text_of(browser.get(page(read.partner)))


def test_who_takes_calls_sees_none_of_it(read, signed_in):
    browser = signed_in(factories.person("Ivy", Role.INTAKE))
    for path in pages(read.partner):
        assert browser.get(path).status_code == 403, path
        assert browser.post(path).status_code == 403, path


@pytest.mark.parametrize("who", ["mallory", "nobody"])
def test_a_stranger_and_a_neighbour_are_led_to_the_sign_in(who, read, mallory):
    browser = sign_in(Client(), mallory) if who == "mallory" else Client()
    for path in pages(read.partner):
        for answer in (browser.get(path), browser.post(path, {"answer": "same"})):
            assert answer.status_code == 302, path
            assert "login" in answer.headers["Location"], path
    read.partner.refresh_from_db()
    assert read.partner.state == PartnerState.READ
