"""Coordinators see who is new, say that they know each other, and whom to talk with."""

from collections.abc import Callable

import pytest
from django.test import Client

from mutualaid.people.introductions import code_of, is_known, vouch
from mutualaid.people.models import User
from requests_app.actions import claim_need, contact_of_claim, release_claim
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Need
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PEOPLE = "/admin/people/user/"
SignIn = Callable[[User], Client]


@pytest.fixture
def nina() -> User:
    """Signed up today."""
    return factories.person("Nina", known=False)


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, path: str, **fields: str) -> str:
    return client.post(path, fields, follow=True).content.decode()


def test_we_know_each_other_and_back(carlas, nina):
    page = f"{PEOPLE}{nina.pk}/introduce/"
    assert "Nina is no longer new here." in send(carlas, page)
    assert is_known(User.objects.get(pk=nina.pk))
    assert "changed in the meantime" in send(carlas, page)
    assert "Nina begins small from now on." in send(carlas, page, back="1")
    assert not is_known(User.objects.get(pk=nina.pk))
    assert "Carla" in read(carlas, page)


def test_the_list_is_narrowed_to_who_is_new_and_who_has_not_been_met(carlas, nina, sam):
    uma = factories.person("Uma", known=False)
    vouch(nina, by=sam)
    for choice, names in (("yes", {"Nina", "Uma"}), ("unmet", {"Uma"}), ("no", {"Sam", "Carla"})):
        shown = carlas.get(f"{PEOPLE}?new={choice}").context["cl"].queryset
        assert {user.name for user in shown} == names
    assert uma.name


def test_both_names_of_a_vouching_stand_on_the_page_of_who_was_new(carlas, nina, sam):
    vouch(nina, by=sam)
    assert "a member has met them · Sam ·" in read(carlas, f"{PEOPLE}{nina.pk}/change/")


def look_and_let_go(user: User, times: int) -> list[Need]:
    needs = [factories.need() for _ in range(times)]
    for need in needs:
        claim = claim_need(need, by=user, weekly_limit=50, invited=True)
        contact_of_claim(claim, by=user)
        release_claim(claim, by=volunteer(user))
    return needs


def test_who_looks_and_lets_go_again_and_again_is_named_with_what_it_was(carlas, sam, vera):
    look_and_let_go(vera, 2)
    rides = factories.category("rides")
    for _ in range(3):
        claim = claim_need(factories.need(category=rides), by=sam, weekly_limit=50, invited=True)
        contact_of_claim(claim, by=sam)
        release_claim(claim, by=volunteer(sam))
    front = read(carlas, "/admin/")
    assert "person who says yes and often lets go: talk with them" in front
    shown = carlas.get(f"{PEOPLE}?lets_go=often")
    assert [user.name for user in shown.context["cl"].queryset] == ["Sam"]
    assert shown.content.decode().count("Rides") == 3
    assert "Groceries" not in shown.content.decode()


def test_who_lets_go_without_a_look_is_not_named(carlas, sam):
    for _ in range(4):
        claim = claim_need(factories.need(), by=sam, weekly_limit=50, invited=True)
        release_claim(claim, by=volunteer(sam))
    assert not carlas.get(f"{PEOPLE}?lets_go=often").context["cl"].queryset.exists()


def test_a_need_is_fine_for_someone_new_and_no_longer(carlas):
    need = factories.need()
    page = f"/admin/requests_app/need/{need.pk}/newcomers/"
    assert "Someone new can say yes to it now." in send(carlas, page)
    need.refresh_from_db()
    assert need.for_newcomers
    narrowed = carlas.get("/admin/requests_app/need/?for_newcomers__exact=1")
    assert list(narrowed.context["cl"].queryset) == [need]
    send(carlas, page, no="1")
    need.refresh_from_db()
    assert not need.for_newcomers


# A member who vouches, on a page of theirs.


def test_a_member_types_the_code_sees_the_first_name_and_says_so(nina, sam, signed_in: SignIn):
    factories.set_policy(joining="meet_first")
    sams, code = signed_in(sam), code_of(nina)
    assert "/me/vouch/" in read(sams, "/me/")
    asked = send(sams, "/me/vouch/", code=code.lower())
    assert "Have you met <bdi>Nina</bdi>" in asked
    assert not hasattr(User.objects.get(pk=nina.pk), "introduction")
    assert "Their offer counts from now on." in send(sams, "/me/vouch/", code=code, sure="1")
    assert nina.introduction.by == sam
    assert "We know this person already" in send(sams, "/me/vouch/", code=code, sure="1")


def test_the_page_names_no_one_without_their_code(nina, sam, signed_in: SignIn):
    sams = signed_in(sam)
    for typed in ("", str(nina.pk), f"{nina.pk}-222-222", "Nina"):
        assert "Nina" not in send(sams, "/me/vouch/", code=typed).replace(f'value="{typed}"', "")


def test_guessing_ends_after_twenty(nina, sam, signed_in: SignIn):
    sams = signed_in(sam)
    for _ in range(20):
        assert sams.post("/me/vouch/", {"code": f"{nina.pk}-222-222"}).status_code == 200
    assert sams.post("/me/vouch/", {"code": code_of(nina)}).status_code == 429


def test_who_is_new_has_no_such_page(nina, signed_in: SignIn):
    other = factories.person("Uma", known=False)
    ninas = signed_in(nina)
    assert ninas.get("/me/vouch/").headers["Location"] == "/me/"
    send(ninas, "/me/vouch/", code=code_of(other), sure="1")
    assert not hasattr(User.objects.get(pk=other.pk), "introduction")


def test_no_one_vouches_for_themself(sam, signed_in: SignIn):
    answer = send(signed_in(sam), "/me/vouch/", code=code_of(sam), sure="1")
    assert "Please talk to a coordinator." in answer
