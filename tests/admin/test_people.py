"""Coordinators decide about people: what they are called, what they may do, and who is switched off."""

import re

import pytest
from django.contrib.admin.models import LogEntry

from mutualaid.matching.actions import match_for
from mutualaid.matching.outreach.manual import invite_one
from mutualaid.notify.models import Notification
from mutualaid.people.actions import change_person, sign_out_everywhere
from mutualaid.people.decisions import NeedsTwoPeople, NotAllowed
from mutualaid.people.models import STAFF, BlockedContactPoint, Role, User
from offers_app.models import Offer
from requests_app import actions
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim, Need
from tests.support import factories
from tests.support.admin_form import as_it_stands
from tests.support.people import MAIL, ask_by

pytestmark = pytest.mark.django_db
BLOCK = "/admin/people/blockedcontactpoint/add/"


def page_of(user: User, name: str = "change") -> str:
    return f"/admin/people/user/{user.pk}/{name}/"


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def busy(sam: User, carla: User) -> User:
    """Sam is on his way to two neighbours, was invited to a third, and offers his help."""
    factories.offer(by=sam, per_week=3)
    for _ in range(2):
        actions.claim_need(ask_by(MAIL), by=sam, weekly_limit=3)
    match = match_for(sam, ask_by(MAIL))
    assert match
    invite_one(match, by=carla)
    return sam


def test_the_page_says_beforehand_what_ends_and_changes_nothing(busy, admin):
    before = Notification.objects.count()
    shown = text(admin.get(page_of(busy, "switch")))
    for sentence in (
        "2 tasks they said yes to are released, and the neighbours are told.",
        "Their offer ends.",
        "1 invitation ends.",
    ):
        assert sentence in shown
    busy.refresh_from_db()
    assert busy.is_active
    assert Claim.objects.live().count() == 2
    assert Notification.objects.count() == before


def test_who_is_switched_off_goes_nowhere_and_their_neighbours_are_told(busy, admin, signed_in):
    sams = signed_in(busy)
    assert sams.get("/me/").status_code == 200
    page = text(admin.post(page_of(busy, "switch"), follow=True))
    assert "Sam is switched off." in page
    assert "2 tasks they said yes to are released" in page
    assert set(Claim.objects.values_list("state", flat=True)) == {"released"}
    assert set(Need.objects.values_list("state", flat=True)) == {"open"}
    assert Notification.objects.filter(kind="need_reopened").count() == 2
    assert Offer.objects.get(volunteer=busy).state == "withdrawn"
    assert not busy.offer.matches.filter(state__in=("suggested", "notified", "seen")).exists()
    assert sams.get("/me/").status_code == 302


def test_switched_on_again_they_can_sign_in_and_nothing_begins_by_itself(busy, admin):
    admin.post(page_of(busy, "switch"))
    assert "can sign in again" in text(
        admin.post(page_of(busy, "switch"), {"on": "1"}, follow=True)
    )
    busy.refresh_from_db()
    assert busy.is_active
    assert not Claim.objects.live().exists()
    assert Offer.objects.get().state == "withdrawn"


@pytest.mark.parametrize("typed", [{}, {"on": "1"}])
def test_what_is_so_already_is_said_kindly(admin, rosa, typed):
    User.objects.filter(pk=rosa.pk).update(is_active=bool(typed))
    assert "This has changed in the meantime." in text(admin.post(page_of(rosa, "switch"), typed))


def test_all_sessions_of_a_person_are_ended_by_a_button_with_a_line_of_history(
    admin, carla, sam, signed_in
):
    away = signed_in(sam)
    assert away.get("/help/").status_code == 200
    assert "Sign out everywhere" in text(admin.get(page_of(sam, "sessions")))
    assert away.get("/help/").status_code == 200, "looking ends nothing"
    page = text(admin.post(page_of(sam, "sessions"), follow=True))
    assert "Sam is signed out everywhere." in page
    assert away.get("/help/").status_code == 302
    entry = LogEntry.objects.get(object_id=str(sam.pk))
    assert (entry.user, entry.change_message) == (carla, "signed out everywhere")
    sam.refresh_from_db()
    assert sam.is_active


def test_only_who_runs_the_site_ends_the_sessions_of_who_does(admin, carla):
    ada = factories.person("Ada", is_superuser=True)
    assert admin.post(page_of(ada, "sessions")).status_code == 403
    with pytest.raises(NotAllowed):
        sign_out_everywhere(ada, by=carla)


def test_no_one_switches_off_themself_nor_who_runs_the_site(admin, carla):
    ada = factories.person("Ada", is_superuser=True)
    assert "No one decides this about themself" in text(admin.post(page_of(carla, "switch")))
    assert admin.post(page_of(ada, "switch")).status_code == 403
    for user in (carla, ada):
        user.refresh_from_db()
        assert user.is_active


@pytest.mark.parametrize("change", [{"roles": ["volunteer"]}, {"vetted": "on"}])
def test_no_one_gives_or_takes_a_role_themself_nor_says_that_they_are_known(admin, carla, change):
    path = page_of(carla)
    answer = admin.post(path, as_it_stands(admin, path) | change | {"name": "Cleo"})
    assert "No one decides this about themself" in text(answer)
    carla.refresh_from_db()
    assert (carla.name, carla.vetted) == ("Carla", False)
    assert User.objects.get(pk=carla.pk).roles == {"neighbour", "coordinator"}


def test_no_one_but_another_who_runs_the_site_changes_who_does(admin, carla):
    ada = factories.person("Ada", is_superuser=True)
    with pytest.raises(NotAllowed):
        change_person(ada, {"name": "Mud"}, by=carla)
    assert 'name="name"' not in text(admin.get(page_of(ada)))
    assert admin.post(page_of(ada), {"name": "Mud"}).status_code == 403


def test_roles_are_given_and_taken_with_a_line_of_history(admin, rosa):
    path = page_of(rosa)
    for roles in (["neighbour", "volunteer"], ["volunteer"]):
        admin.post(path, as_it_stands(admin, path) | {"roles": roles})
        assert User.objects.get(pk=rosa.pk).roles == set(roles)
    lines = set(LogEntry.objects.values_list("change_message", flat=True))
    assert lines == {"role added: volunteer", "role taken: neighbour"}
    history = text(admin.get(page_of(rosa, "history")))
    assert "role added: volunteer" in history
    assert "carla@people.example" not in history


def test_the_roles_that_a_person_has_are_ticked(admin, mallory):
    """A box that is not ticked takes the role away once the page is saved."""
    page = text(admin.get(page_of(mallory)))
    ticked = re.findall(r'<input type="checkbox" name="roles" value="(\w+)"[^>]* checked', page)
    assert ticked == ["neighbour", "volunteer"]


def test_posting_every_field_of_the_model_changes_no_more_than_the_page_shows(admin, rosa):
    path = page_of(rosa)
    shown = as_it_stands(admin, path)
    before = User.objects.filter(pk=rosa.pk).values().get()
    undeclared = {
        "email": "evil@people.example", "password": "pbkdf2_sha256$1$x$x", "is_superuser": "on",
        "is_active": "", "is_staff": "on", "groups": "1", "user_permissions": "1", "id": "1", "pk": "1",
        "erased_at": "2026-01-01", "calendar_hash": "x", "created_at": "2020-01-01", "last_login": "",
        "role_names": "coordinator", "memberships": "coordinator", "areas": "1",
    }  # fmt: skip
    assert admin.post(path, shown | undeclared).status_code == 302
    assert User.objects.filter(pk=rosa.pk).values().get() == before
    assert User.objects.get(pk=rosa.pk).roles == {"neighbour"}


@pytest.mark.parametrize("role", sorted(STAFF))
def test_no_form_gives_a_role_that_opens_the_admin(admin, carla, rosa, role):
    path = page_of(rosa)
    answer = admin.post(path, as_it_stands(admin, path) | {"roles": ["neighbour", role]})
    assert "errorlist" in text(answer)
    with pytest.raises(NeedsTwoPeople):
        change_person(rosa, {"roles": {"neighbour", role}}, by=carla)
    assert not User.objects.get(pk=rosa.pk).is_staff


def test_of_two_coordinators_each_writes_what_they_changed(admin, rosa, signed_in):
    doras = signed_in(factories.person("Dora", Role.COORDINATOR))
    path = page_of(rosa)
    shown = as_it_stands(doras, path)
    admin.post(path, as_it_stands(admin, path) | {"name": "Rosalind"})
    assert doras.post(path, shown | {"vetted": "on"}).status_code == 302
    rosa.refresh_from_db()
    assert (rosa.name, rosa.vetted) == ("Rosalind", True)
    answer = doras.post(path, shown | {"name": "Rose"})
    assert "Rosalind" in text(answer)
    assert "Nothing is saved yet." in text(answer)
    rosa.refresh_from_db()
    assert rosa.name == "Rosalind"


def test_who_is_known_to_the_group_now_is_matched_with_what_is_kept_for_such(admin, sam):
    factories.offer(by=sam)
    Offer.objects.update(match_due_at=None)
    path = page_of(sam)
    admin.post(path, as_it_stands(admin, path) | {"vetted": "on"})
    assert Offer.objects.get().match_due_at


def test_blocking_ends_what_accounts_with_it_are_doing_and_says_which(busy, admin, signed_in):
    sams = signed_in(busy)
    page = text(admin.post(BLOCK, {"address": busy.email, "reason": "threats"}, follow=True))
    for sentence in ("Sam: 2 tasks they said yes to are released", "Sam: Their offer is paused."):
        assert sentence in page
    assert not Claim.objects.live().exists()
    assert Offer.objects.get().state == "paused"
    assert sams.get("/me/").status_code == 302, "they are signed out"
    with pytest.raises(actions.NotForYou):
        actions.claim_need(factories.need(), by=busy, weekly_limit=9)


@pytest.mark.parametrize("typed", ["a@b.example and nonsense here", "12", "", "\0"])
def test_what_is_not_wholly_a_phone_or_an_e_mail_blocks_no_one(admin, typed):
    assert "errorlist" in text(admin.post(BLOCK, {"address": typed, "reason": "threats"}))
    assert not BlockedContactPoint.objects.exists()


def test_blocked_twice_is_said_beside_the_field_and_two_at_once_are_two(admin):
    typed = {"address": "555 0100, ana@people.example", "reason": "threats"}
    assert admin.post(BLOCK, typed).status_code == 302
    assert BlockedContactPoint.objects.count() == 2
    assert "blocked already" in text(admin.post(BLOCK, typed))


def test_who_is_no_longer_known_to_the_group_is_released_from_what_only_such_people_do(
    admin, sam, carla
):
    page = change_vetted(admin, sam, vetted=True)
    assert "released" not in page
    child_care = factories.category("child-care", vetted_only=True)
    kept_for_vetted, delivered = (ask_by(MAIL, category=child_care) for _ in range(2))
    for_all = ask_by(MAIL)
    sam.refresh_from_db()
    claims = {
        need: actions.claim_need(need, by=sam, weekly_limit=9)
        for need in (kept_for_vetted, delivered, for_all)
    }
    actions.deliver_claim(claims[delivered], by=volunteer(sam))
    Need.objects.update(match_due_at=None)

    page = change_vetted(admin, sam, vetted=False)

    assert "1 task they said yes to is released, and the neighbour is told." in page
    states = [Claim.objects.get(need=need).state for need in claims]
    assert states == ["released", "delivered", "claimed"]
    kept_for_vetted.refresh_from_db()
    assert (kept_for_vetted.state, kept_for_vetted.match_due_at is None) == ("open", False)
    event = kept_for_vetted.events.last()
    assert (event.action, event.actor) == ("release", carla)
    told = Notification.objects.filter(kind__in=("need_reopened", "claim_ended"))
    assert {row.kind: row.about_id for row in told} == {
        "need_reopened": claims[kept_for_vetted].pk,
        "claim_ended": claims[kept_for_vetted].pk,
    }
    with pytest.raises(actions.NotForYou):
        actions.claim_need(kept_for_vetted, by=User.objects.get(pk=sam.pk), weekly_limit=9)


def test_another_name_releases_nothing(admin, sam):
    child_care = factories.category("child-care", vetted_only=True)
    User.objects.filter(pk=sam.pk).update(vetted=True)
    sam.refresh_from_db()
    claim = actions.claim_need(ask_by(MAIL, category=child_care), by=sam, weekly_limit=9)
    path = page_of(sam)
    admin.post(path, as_it_stands(admin, path) | {"name": "Samuel"})
    claim.refresh_from_db()
    assert claim.state == "claimed"


def change_vetted(admin, user: User, *, vetted: bool) -> str:
    path = page_of(user)
    typed = as_it_stands(admin, path)
    typed.pop("vetted", None)
    return text(admin.post(path, typed | ({"vetted": "on"} if vetted else {}), follow=True))
