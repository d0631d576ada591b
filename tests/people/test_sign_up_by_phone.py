"""Signing up with a phone alone: the code comes first, and whoever reads it there has the account."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mutualaid.data_rights.actions import erase_account
from mutualaid.data_rights.export import data_of
from mutualaid.notify.actions import OnlyWayIn, account_with_phone, forget_phone, give_phone
from mutualaid.notify.models import Notification, Preferences
from mutualaid.notify.registry import kind_named
from mutualaid.notify.routing.channels_for import channels_for, recipient_of
from mutualaid.people.access import email_of
from mutualaid.people.actions import block_contact_points
from mutualaid.people.models import Role, User
from mutualaid.people.roles import add_role
from mutualaid.retention.tasks import sweep as sweep_retention
from tests.people.test_signing_in import code_in_mail
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.factors import has_app
from tests.support.people import E164, has_phone
from tests.support.signing_in import sign_in
from tests.support.texts import code_in_text, texts

SIGN_UP, CODE_PAGE, LOGIN = "/account/signup/", "/account/signup/code/", "/account/login/"
WRONG = "BCDF-BCDF"
pytestmark = pytest.mark.usefixtures("texts_in_a_file")


def type_number(client: Client, phone: str = E164, **more: str) -> None:
    answer = client.post(SIGN_UP, {"email": phone, "name": "Nadia", **more})
    assert answer.headers["Location"] == CODE_PAGE


def is_signed_in(client: Client) -> bool:
    return client.get("/help/").status_code == 200


@pytest.fixture
def nadia(db, client) -> User:
    """Has only a phone."""
    type_number(client)
    client.post(CODE_PAGE, {"code": code_in_text()})
    return User.objects.get(name="Nadia")


@pytest.mark.django_db
class TestTheWay:
    def test_a_name_a_number_and_the_code_that_came_there_make_an_account(self, client):
        type_number(client, "(212) 555 0143", next="/offer/")
        assert f"To: {E164}" in texts()[-1]
        answer = client.post(CODE_PAGE, {"code": code_in_text()})
        assert answer.headers["Location"] == "/offer/"
        assert is_signed_in(client)
        nadia = User.objects.get(name="Nadia")
        assert (nadia.email, nadia.roles, nadia.has_usable_password()) == (
            None,
            {Role.NEIGHBOUR},
            False,
        )
        assert Preferences.of(nadia).phone == E164

    def test_they_sign_in_again_with_the_same_number(self, client, nadia):
        client.post("/account/logout/")
        client.post(LOGIN, {"login": E164})
        client.post("/account/login/code/confirm/", {"code": code_in_text()})
        assert client.session["_auth_user_id"] == str(nadia.pk)

    def test_there_is_no_account_before_the_code_is_typed(self, client):
        type_number(client)
        for page in (client.get(CODE_PAGE), client.post(CODE_PAGE, {"code": WRONG})):
            assert page.status_code == 200
        assert not User.objects.exists()
        assert not Preferences.objects.exists()

    def test_a_wrong_code_is_told_beside_the_box_and_ten_of_them_end_it(self, client):
        type_number(client)
        code = code_in_text()
        page = client.post(CODE_PAGE, {"code": WRONG}).content.decode()
        assert "the code we sent. Please check it." in page
        assert 'role="alert"' in page
        last = [client.post(CODE_PAGE, {"code": WRONG}) for _ in range(9)][-1]
        assert last.headers["Location"] == SIGN_UP
        client.post(CODE_PAGE, {"code": code})
        assert not User.objects.exists()

    def test_a_code_ends_after_its_quarter_of_an_hour(self, client):
        type_number(client)
        code = code_in_text()
        session = client.session
        session["sign_up_by_phone"] |= {"at": session["sign_up_by_phone"]["at"] - 901}
        session.save()
        assert client.post(CODE_PAGE, {"code": code}).headers["Location"] == SIGN_UP
        assert not User.objects.exists()

    def test_whoever_asks_again_goes_on_with_the_text_they_have(self, client):
        type_number(client)
        code = code_in_text()
        client.post(SIGN_UP, {"email": E164, "name": "Nadja"})
        assert len(texts()) == 1
        client.post(CODE_PAGE, {"code": code})
        assert User.objects.get().name == "Nadja"

    def test_another_number_takes_another_code(self, client):
        type_number(client)
        first = code_in_text()
        type_number(client, "+12125550199")
        client.post(CODE_PAGE, {"code": first})
        assert not User.objects.exists()
        client.post(CODE_PAGE, {"code": code_in_text()})
        assert Preferences.objects.get().phone == "+12125550199"

    @pytest.mark.parametrize(
        "typed", ["", "Sam", "555 0143", "212 555 0143 ext 5", "212 555 0143, 212 555 0144", "\0"]
    )
    def test_what_is_neither_is_an_error_beside_the_box(self, client, typed):
        page = client.post(SIGN_UP, {"email": typed, "name": "Nadia"})
        assert page.status_code == 200
        assert 'role="alert"' in page.content.decode()

    def test_a_group_without_texts_asks_for_an_e_mail(self, client, settings):
        settings.SMS_URL = ""
        assert "phone" not in client.get(SIGN_UP).content.decode()
        client.post(SIGN_UP, {"email": E164, "name": "Nadia"})
        assert not Notification.objects.exists()

    def test_an_e_mail_in_the_same_box_goes_its_own_way(self, client):
        client.post(SIGN_UP, {"email": " <NADIA@people.example> ", "name": "Nadia"})
        client.post("/account/confirm-email/", {"code": code_in_mail()})
        assert is_signed_in(client)
        assert User.objects.get().email == "nadia@people.example"


@pytest.mark.django_db
class TestOneNumberIsOneAccount:
    def test_a_number_that_has_an_account_signs_in_to_it(self, client, sam):
        has_phone(sam)
        type_number(client)
        client.post(CODE_PAGE, {"code": code_in_text()})
        assert client.session["_auth_user_id"] == str(sam.pk)
        assert User.objects.count() == 1

    def test_a_second_factor_is_asked_for_there_too(self, client, carla):
        has_app(carla)
        has_phone(carla)
        type_number(client)
        answer = client.post(CODE_PAGE, {"code": code_in_text()})
        assert answer.headers["Location"].startswith("/account/ways/authenticate/")
        assert not is_signed_in(client)

    def test_a_number_of_someone_who_is_switched_off_makes_no_new_account(self, client, sam):
        has_phone(sam)
        User.objects.filter(pk=sam.pk).update(is_active=False)
        type_number(client)
        answer = client.post(CODE_PAGE, {"code": code_in_text()})
        assert answer.headers["Location"] == "/account/inactive/"
        assert User.objects.count() == 1

    def test_a_blocked_number_gets_no_text(self, client, carla):
        block_contact_points(E164, reason="threats", by=carla)
        type_number(client)
        assert texts() == []

    def test_the_constraint_holds_whoever_writes(self, nadia, sam):
        identity = Preferences.of(nadia).phone_identity
        with pytest.raises(IntegrityError):
            Preferences.objects.create(
                user=sam, phone_identity=identity, phone_confirmed_at=nadia.created_at
            )

    def test_a_phone_no_one_confirmed_makes_no_account(self, sam):
        with pytest.raises(IntegrityError):
            Preferences.objects.create(user=sam, phone=E164, phone_identity="x" * 32)


@pytest.mark.django_db(transaction=True)
def test_of_two_sign_ups_at_once_with_one_number_one_makes_the_account_and_both_get_it():
    def sign_up() -> int:
        return account_with_phone(E164, name="Nadia", language="").pk

    got = at_once([sign_up] * 8)
    assert len(set(got)) == 1
    assert User.objects.count() == Preferences.objects.count() == 1


@pytest.mark.django_db
class TestAStrangersNumber:
    def test_whoever_types_it_learns_nothing(self, sam):
        def seen(phone: str) -> tuple[object, ...]:
            client = Client()
            type_number(client, phone)
            page = client.get(CODE_PAGE).content.decode()
            again = client.post(CODE_PAGE, {"code": WRONG}).content.decode()
            clean = [
                re.sub(r'value="\w{64}"', "", text).replace(phone, "") for text in (page, again)
            ]
            return (*clean, list(Notification.objects.values_list("kind", "recipient")))

        has_phone(sam)
        known = seen(E164)
        Notification.objects.all().delete()
        assert seen("+12125550199") == known

    def test_known_and_unknown_numbers_cost_the_same_work(self, sam):
        def work(phone: str) -> list[str]:
            with CaptureQueriesContext(connection) as done:
                type_number(Client(), phone)
            return [" ".join(query["sql"].split('"')[0].split()[:3]) for query in done]

        has_phone(sam)
        work("+12125550177")
        assert work(E164) == work("+12125550199")

    def test_the_stranger_gets_one_text_that_day_and_no_account(self):
        for n in range(4):
            type_number(Client(REMOTE_ADDR=f"198.51.{n}.1"))
        assert len(texts()) == 1
        assert "Nadia" not in texts()[0]
        assert not User.objects.exists()

    def test_all_numbers_together_get_no_more_texts_than_the_group_allows(self):
        factories.set_policy(texts_per_day=3)
        for n in range(6):
            type_number(Client(REMOTE_ADDR=f"198.51.{n}.1"), f"+1212555010{n}")
        assert len(texts()) == 3

    def test_the_limits_on_codes_hold(self, sam):
        has_phone(sam)
        client = Client()
        answers = [client.post(SIGN_UP, {"email": E164, "name": "N"}).status_code for _ in range(6)]
        assert answers == [302] * 5 + [429]

    def test_wrong_codes_of_one_network_end_all_looking(self, client):
        for _ in range(3):
            type_number(client)
            for _ in range(7):
                client.post(CODE_PAGE, {"code": WRONG})
            client.cookies.clear()
        type_number(client)
        assert client.post(CODE_PAGE, {"code": WRONG}).status_code == 429

    def test_a_code_works_in_the_session_that_asked_for_it_alone(self, client):
        type_number(Client())
        code = code_in_text()
        type_number(client)
        client.post(CODE_PAGE, {"code": code})
        assert not is_signed_in(client)


@pytest.mark.django_db
class TestAnAccountWithoutAnEMail:
    def test_two_of_them_are_two(self, nadia):
        other = account_with_phone("+12125550199", name="Omar", language="ar")
        assert {nadia.email, other.email} == {None}
        assert other.language == "ar"

    def test_messages_come_by_text(self, nadia):
        preferences = Preferences.of(nadia)
        kind = kind_named("claim_reminder")
        assert channels_for(kind, recipient_of(nadia), preferences) == ["sms", "call"]

    def test_every_page_of_theirs_opens(self, nadia, client):
        for path in (
            "/me/", "/messages/", "/account/data/", "/account/email/", "/account/ways/",
            "/account/ways/totp/activate/", "/account/ways/webauthn/add/", "/account/password/set/",
            "/account/reauthenticate/code/", "/offer/", "/help/",
        ):  # fmt: skip
            assert client.get(path, follow=True).status_code == 200, path

    def test_they_prove_once_more_who_they_are_by_text(self, nadia, client):
        page = client.get("/account/reauthenticate/code/").content.decode()
        assert f"Send a text to {E164}" in page
        assert "None" not in page
        client.post("/account/reauthenticate/code/", {"send": "email"})
        answer = client.post("/account/reauthenticate/code/", {"code": code_in_text()})
        assert answer.status_code == 302

    def test_a_password_of_theirs_works_with_the_number(self, nadia):
        nadia.set_password("a-long-enough-one")
        nadia.save()
        client = Client()
        client.post(LOGIN, {"login": E164, "password": "a-long-enough-one"})
        assert is_signed_in(client)

    def test_their_only_number_is_neither_forgotten_nor_changed(self, nadia, client):
        for act in (lambda: forget_phone(nadia), lambda: give_phone(nadia, "+12125550199")):
            with pytest.raises(OnlyWayIn):
                act()
        page = client.post("/messages/phone/", {"forget": "1"}, follow=True).content.decode()
        assert "Please add an e-mail address first" in page
        assert Preferences.of(nadia).phone == E164

    def test_with_an_e_mail_added_they_may_change_it(self, nadia, client):
        client.post("/account/email/", {"action_add": "", "email": "nadia@people.example"})
        client.post("/account/confirm-email/", {"code": code_in_mail()})
        nadia.refresh_from_db()
        assert nadia.email == "nadia@people.example"
        forget_phone(nadia)
        assert Preferences.of(nadia).phone_identity is None
        assert account_with_phone(E164, name="Next", language="") != nadia

    def test_the_last_e_mail_goes_only_where_a_phone_is_left(self, nadia, client, rosa, signed_in):
        def remove(browser: Client, user: User) -> None:
            browser.post("/account/email/", {"action_remove": "", "email": user.email})
            user.refresh_from_db()

        signed_in(rosa)
        remove(signed_in(rosa), rosa)
        assert rosa.email == "rosa@people.example"
        has_phone(rosa)
        remove(signed_in(rosa), rosa)
        assert rosa.email is None
        assert not EmailAddress.objects.filter(user=rosa).exists()

    def test_the_team_sees_that_there_is_none(self, nadia, carla, client):
        assert email_of(nadia, by=carla) == ""
        sign_in(client, carla)
        page = client.post(f"/admin/people/user/{nadia.pk}/email/").content.decode()
        assert "This account has a phone and no e-mail." in page
        assert client.get("/admin/people/user/").status_code == 200
        assert client.get(f"/admin/people/user/{nadia.pk}/change/").status_code == 200

    def test_one_of_the_team_may_have_only_a_phone(self, nadia, client):
        add_role(nadia, Role.COORDINATOR)
        sign_in(client, nadia)
        assert client.get("/admin/").status_code == 200
        sample = {"kind": "need_opened", "language": "en", "send": "1"}
        page = client.post("/admin/notify/notification/preview/", sample, follow=True)
        assert "Your account has no e-mail address." in page.content.decode()

    def test_their_copy_says_what_we_have(self, nadia):
        you = data_of(nadia)["you"]
        assert (you["email"], you["phone"]) == (None, E164)

    def test_it_is_not_taken_for_one_that_was_never_confirmed(self, nadia):
        User.objects.update(created_at=nadia.created_at - timedelta(days=90), last_login=None)
        sweep_retention()
        nadia.refresh_from_db()
        assert nadia.erased_at is None

    def test_erasing_leaves_no_number_and_the_number_may_begin_anew(self, nadia):
        erase_account(nadia)
        nadia.refresh_from_db()
        assert nadia.erased_at
        assert not Preferences.objects.filter(user=nadia).exists()
        assert account_with_phone(E164, name="New", language="") != nadia


@pytest.mark.django_db
def test_each_page_that_takes_a_phone_says_what_is_risky_about_it(client, nadia):
    assert "safer to sign in with" in client.get("/messages/").content.decode()
    client.post("/account/logout/")
    assert "may read your texts" in client.get(SIGN_UP).content.decode()
