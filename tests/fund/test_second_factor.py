"""Who says yes to money does so with a second factor, by the rule that holds for coordinators."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from mutualaid.fund.actions import change_approvers
from mutualaid.fund.states import ExpenseState
from mutualaid.people.sign_in.second_factor import is_asked_at_sign_in
from tests.support import factories, money
from tests.support.factors import has_app
from tests.support.signing_in import location, sign_in

pytestmark = pytest.mark.django_db
SET_UP, PROVE = "/account/second-factor/", "/account/ways/reauthenticate/"


def test_who_has_none_is_led_to_setting_one_up(alma, bought):
    browser = sign_in(Client(), alma, second_factor=False)
    assert location(browser.get("/pot/waiting/")) == SET_UP
    page = browser.get(SET_UP).content.decode()
    assert "You decide on money that belongs to all of us." in page


def test_no_step_is_taken_without_it(alma, bought):
    browser = sign_in(Client(), alma, second_factor=False)
    assert location(browser.post(f"/pot/waiting/{bought.public_id}/")) == SET_UP
    answer = browser.post(f"/pot/waiting/{bought.public_id}/approve/", {"saw": "1"})
    assert location(answer) == SET_UP
    bought.refresh_from_db()
    assert bought.state == ExpenseState.ASKED


def test_who_has_one_proves_it(alma, pot):
    has_app(alma)
    browser = sign_in(Client(), alma, second_factor=False)
    assert location(browser.get("/pot/waiting/")).startswith(PROVE)


def test_their_other_pages_need_only_the_first(alma, pot):
    browser = sign_in(Client(), alma, second_factor=False)
    assert {browser.get(path).status_code for path in ("/me/", "/pot/")} == {200}


def test_for_everyone_else_there_is_no_such_page(pot, sam):
    browser = sign_in(Client(), sam, second_factor=False)
    assert browser.get("/pot/waiting/").status_code == 404


def test_a_passkey_is_a_lock_as_long_as_they_say_yes_to_money(alma, sam):
    for person in (alma, sam):
        Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={})
    assert is_asked_at_sign_in(alma)
    assert not is_asked_at_sign_in(sam)
    decision = money.passed_decision()
    change_approvers(begin=[], end=[alma.pk], decision=decision)
    assert not is_asked_at_sign_in(alma)


def test_where_there_is_no_pot_it_is_asked_of_no_one(alma):
    factories.set_policy(has_pot=False)
    Authenticator.objects.create(user=alma, type=Authenticator.Type.WEBAUTHN, data={})
    assert not is_asked_at_sign_in(alma)
