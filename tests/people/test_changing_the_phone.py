"""Whoever has only a phone goes on with another by a code that is sent there; the old one is told."""

import re
from contextlib import suppress
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as django_mail
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.utils import timezone

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.notify.actions import (
    PhoneTaken,
    account_with_phone,
    change_phone,
    forget_phone,
    give_phone,
)
from mutualaid.notify.models import AccountMail, Notification, Preferences
from mutualaid.notify.notifications import texts_on
from mutualaid.notify.phones import owner_of
from mutualaid.notify.tasks import sweep
from mutualaid.people.actions import block_contact_points
from mutualaid.people.models import User
from tests.support.at_once import at_once
from tests.support.factories import person
from tests.support.people import E164, has_phone, wishes
from tests.support.signing_in import location, sign_in, time_passes
from tests.support.texts import code_in_text, texts

NEW, LOCAL = "+12125550199", "(212) 555-0199"
PHONE, CODE_PAGE = "/messages/phone/", "/messages/phone/code/"
WRONG = "BCDF-BCDF"
pytestmark = pytest.mark.usefixtures("texts_in_a_file")


@pytest.fixture
def nadia(db) -> User:
    """Has only a phone."""
    return account_with_phone(E164, name="Nadia", language="es")


@pytest.fixture
def nadias(nadia) -> Client:
    return sign_in(Client(), nadia, second_factor=False)


def phone_of(user: User) -> str:
    return Preferences.of(user).phone


@pytest.mark.django_db
class TestTheWay:
    def test_the_code_that_came_to_the_new_number_makes_it_theirs(self, nadia, nadias):
        assert location(nadias.post(PHONE, {"phone": LOCAL})) == CODE_PAGE
        assert NEW in nadias.get(CODE_PAGE).content.decode()
        assert location(nadias.post(CODE_PAGE, {"code": code_in_text(NEW)})) == "/messages/"
        page = nadias.get("/messages/").content.decode()
        assert "This is your number now." in page
        assert NEW in page
        assert owner_of(NEW) == nadia
        assert owner_of(E164) is None

    def test_they_sign_in_with_the_new_number_and_the_old_may_begin_anew(self, nadia):
        change_phone(nadia, NEW)
        assert account_with_phone(NEW, name="", language="") == nadia
        assert account_with_phone(E164, name="Omar", language="") != nadia

    def test_the_old_number_is_told_in_their_language_and_kept_no_longer(self, nadia, nadias):
        nadias.post(PHONE, {"phone": NEW})
        code = code_in_text(NEW)
        assert texts(E164) == []
        nadias.post(CODE_PAGE, {"code": code})
        (text,) = texts(E164)
        assert "Cambió tu número de teléfono" in text
        assert NEW not in text
        assert "Nadia" not in text
        assert not AccountMail.objects.exists()

    def test_nothing_changes_before_the_code_is_typed(self, nadia, nadias):
        nadias.post(PHONE, {"phone": NEW})
        page = nadias.post(CODE_PAGE, {"code": WRONG}).content.decode()
        assert "the code we sent. Please check it." in page
        assert 'role="alert"' in page
        assert phone_of(nadia) == E164
        assert owner_of(E164) == nadia

    def test_ten_wrong_codes_end_it(self, nadia, nadias):
        nadias.post(PHONE, {"phone": NEW})
        code = code_in_text(NEW)
        last = [nadias.post(CODE_PAGE, {"code": WRONG}) for _ in range(10)][-1]
        assert location(last) == "/messages/"
        assert location(nadias.post(CODE_PAGE, {"code": code})) == "/messages/"
        assert phone_of(nadia) == E164

    def test_a_code_is_for_the_number_it_went_to(self, nadia, nadias):
        nadias.post(PHONE, {"phone": NEW})
        first = code_in_text(NEW)
        nadias.post(PHONE, {"phone": "+12125550177"})
        assert nadias.post(CODE_PAGE, {"code": first}).status_code == 200
        assert phone_of(nadia) == E164

    def test_other_devices_are_signed_out(self, nadia, nadias):
        lost = sign_in(Client(), nadia, second_factor=False)
        nadias.post(PHONE, {"phone": NEW})
        nadias.post(CODE_PAGE, {"code": code_in_text(NEW)})
        assert lost.get("/me/").status_code == 302
        assert nadias.get("/me/").status_code == 200

    def test_a_browser_that_was_left_open_begins_none_of_it(self, nadia, nadias):
        time_passes(nadias, 11 * 60)
        assert location(nadias.post(PHONE, {"phone": NEW})).startswith("/account/reauthenticate/")
        assert texts(NEW) == []

    def test_whoever_has_an_e_mail_goes_on_by_the_link_as_before(self, sam):
        client = sign_in(Client(), sam, second_factor=False)
        assert location(client.post(PHONE, {"phone": NEW})) == "/messages/"
        assert "phone?" in texts(NEW)[0]


@pytest.mark.django_db
class TestANumberOfSomeoneElse:
    def test_whoever_types_it_sees_and_sends_the_same_as_for_a_new_one(self, nadias, sam):
        def seen(phone: str) -> tuple[object, ...]:
            Notification.objects.all().delete()
            nadias.post(PHONE, {"phone": phone})
            page = nadias.get(CODE_PAGE).content.decode()
            clean = re.sub(r'value="\w{64}"', "", page).replace(phone, "")
            return clean, list(Notification.objects.values_list("kind", "recipient"))

        account_with_phone(NEW, name="Omar", language="")
        assert seen(NEW) == seen("+12125550177")

    def test_all_that_another_account_has_to_sign_in_with_stays_its_own(self, nadia, nadias):
        omar = account_with_phone(NEW, name="Omar", language="")
        nadias.post(PHONE, {"phone": NEW})
        nadias.post(CODE_PAGE, {"code": code_in_text(NEW)})
        assert "Another account uses this number" in nadias.get("/messages/").content.decode()
        assert (owner_of(NEW), owner_of(E164)) == (omar, nadia)
        assert texts(E164) == []

    def test_it_stays_so_for_an_account_that_has_given_up_its_e_mail(self, nadia, sam):
        has_phone(sam)
        change_phone(nadia, NEW)
        User.objects.filter(pk=sam.pk).update(email=None)
        with pytest.raises(PhoneTaken):
            change_phone(nadia, E164)

    def test_a_number_that_was_passed_on_is_theirs_who_can_read_it_now(self, nadia, sam):
        has_phone(sam)
        Preferences.objects.filter(user=sam).update(
            phone_confirmed_at=timezone.now() - timedelta(days=90)
        )
        change_phone(nadia, NEW)
        change_phone(nadia, E164)
        assert owner_of(E164) == nadia

    def test_a_blocked_number_gets_no_text(self, nadias, carla):
        block_contact_points(NEW, reason="threats", by=carla)
        nadias.post(PHONE, {"phone": NEW})
        assert texts(NEW) == []


@pytest.mark.django_db
class TestLimits:
    def test_a_strangers_number_gets_one_text_a_day(self, nadias):
        for _ in range(4):
            nadias.post(PHONE, {"phone": NEW})
        assert len(texts(NEW)) == 1

    def test_no_one_makes_us_text_the_whole_town(self, nadias):
        answers = [nadias.post(PHONE, {"phone": f"+1212555010{n}"}).status_code for n in range(6)]
        assert answers == [302] * 5 + [429]

    def test_wrong_codes_of_one_network_end_all_looking(self, nadias):
        for number in range(3):
            nadias.post(PHONE, {"phone": f"+1212555010{number}"})
            answers = [nadias.post(CODE_PAGE, {"code": WRONG}).status_code for _ in range(7)]
        assert answers[-1] == 429


def _changes(user: User) -> bool:
    try:
        change_phone(user, NEW)
    except PhoneTaken:
        return False
    return True


@pytest.mark.django_db(transaction=True)
def test_of_several_that_go_on_with_one_number_at_once_one_gets_it_and_the_others_keep_theirs():
    numbers = [f"+1212555010{n}" for n in range(6)]
    users = [account_with_phone(number, name="N", language="") for number in numbers]
    got = at_once([partial(_changes, user) for user in users])
    assert sum(got) == 1
    for user, number, changed in zip(users, numbers, got, strict=True):
        assert phone_of(user) == (NEW if changed else number)
        assert owner_of(phone_of(user)) == user


@pytest.mark.django_db(transaction=True)
def test_of_a_change_and_a_sign_up_with_one_number_at_once_it_leads_to_one_account():
    nadia = account_with_phone(E164, name="Nadia", language="")
    sign_up = lambda: account_with_phone(NEW, name="Omar", language="").pk  # noqa: E731
    changed, signed_up = at_once([lambda: _changes(nadia), sign_up])
    owner = owner_of(NEW)
    assert owner
    assert signed_up == owner.pk
    assert (owner == nadia) == changed
    assert phone_of(nadia) == (NEW if changed else E164)


def removes_email(user: User) -> None:
    """Delete the only e-mail of an account on its page."""
    sign_in(Client(), user).post("/account/email/", {"action_remove": "", "email": user.email})


def gets_in(user: User) -> bool:
    """Whether an account has an e-mail, or a phone that leads to it."""
    user.refresh_from_db()
    return bool(user.email) or owner_of(phone_of(user)) == user


@pytest.mark.django_db(transaction=True)
def test_of_the_last_e_mail_deleted_and_the_phone_passing_on_at_once_a_way_in_is_left():
    sam, nadia = person("Sam"), account_with_phone(NEW, name="Nadia", language="")
    has_phone(sam)
    browser = sign_in(Client(), sam)
    typed = {"action_remove": "", "email": sam.email}

    def deletes_the_other_way() -> None:
        browser.post("/account/email/", typed)

    def proves_it() -> None:
        with suppress(PhoneTaken):
            change_phone(nadia, E164)

    at_once([deletes_the_other_way, proves_it])
    assert gets_in(sam)
    assert gets_in(nadia)


@pytest.mark.django_db
class TestTheLastWayIn:
    def test_an_e_mail_stays_where_the_phone_has_passed_on_to_another(self, sam, nadia):
        wishes(sam, phone=NEW, phone_confirmed_at=timezone.now())
        change_phone(nadia, NEW)
        removes_email(sam)
        assert gets_in(sam)

    def test_a_number_is_not_confirmed_by_link_where_it_is_all_that_another_has(self, sam, nadia):
        give_phone(sam, E164)
        asked = Preferences.of(sam).phone_request
        assert asked
        assert not texts_on(asked, sam).is_done
        assert gets_in(nadia)
        assert Preferences.of(sam).phone_confirmed_at is None


@pytest.mark.django_db
class TestTheOldEMailIsTold:
    def second_address(self, user: User) -> str:
        address = "other@people.example"
        EmailAddress.objects.create(user=user, email=address, verified=True)
        return address

    def mails(self) -> list[Any]:
        sweep()
        return [mail for mail in django_mail.outbox if "was changed" in mail.subject]

    def test_when_another_becomes_the_one_we_write_to(self, sam):
        other = self.second_address(sam)
        sign_in(Client(), sam).post("/account/email/", {"action_primary": "", "email": other})
        sam.refresh_from_db()
        assert sam.email == other
        (mail,) = self.mails()
        assert mail.to == ["sam@people.example"]
        assert "If it wasn't you, please tell us at once" in mail.body
        for personal in ("Sam", other, "sam@"):
            assert personal not in mail.subject

    def test_when_it_is_removed(self, sam):
        other = self.second_address(sam)
        sign_in(Client(), sam).post("/account/email/", {"action_remove": "", "email": other})
        assert [mail.to for mail in self.mails()] == [[other]]

    def test_what_was_never_confirmed_gets_no_mail_and_nothing_is_kept_once_it_is_sent(self, sam):
        EmailAddress.objects.create(user=sam, email="typo@people.example", verified=False)
        browser = sign_in(Client(), sam)
        browser.post("/account/email/", {"action_remove": "", "email": "typo@people.example"})
        assert self.mails() == []
        self.test_when_it_is_removed(sam)
        assert not AccountMail.objects.exists()


@pytest.mark.django_db
class TestTheContactPointsOfTheAccountKeepStep:
    def test_whoever_says_yes_to_the_link_signs_in_by_that_phone_at_once(self, sam):
        give_phone(sam, NEW)
        asked = Preferences.of(sam).phone_request
        assert asked
        texts_on(asked, sam)
        assert owner_of(NEW) == sam

    def test_after_an_upgrade_whoever_said_yes_before_signs_in_by_it_too(self, sam):
        has_phone(sam)
        points = sam.contact_points.all()
        before = set(points.values_list("fingerprint", flat=True))
        points.filter(fingerprint__in=fingerprints(E164)).delete()
        assert owner_of(E164) is None
        migration = import_module("mutualaid.people.migrations.0008_confirmed_phones")
        as_it_was = MigrationLoader(connection).project_state(("people", "0008_confirmed_phones"))
        for _ in range(2):
            migration.add_confirmed_phones(as_it_was.apps, None)
        assert owner_of(E164) == sam
        assert set(points.values_list("fingerprint", flat=True)) == before

    def test_a_number_that_was_forgotten_or_changed_is_none_of_theirs(self, sam, nadia):
        has_phone(sam)
        forget_phone(sam)
        assert sam.contact_points.count() == 1
        before = set(nadia.contact_points.values_list("fingerprint", flat=True))
        change_phone(nadia, NEW)
        after = set(nadia.contact_points.values_list("fingerprint", flat=True))
        assert (len(before), len(after), before & after) == (1, 1, set())
