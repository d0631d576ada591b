"""Who did what: one page that tells all of it, names no neighbour, and that no one changes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin as contrib
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from mutualaid.admin.history import write_history
from mutualaid.data_rights.actions import erase_account
from mutualaid.people import access, decisions
from mutualaid.people.models import (
    AccountAccessLogEntry,
    Role,
    StaffLogEntry,
    TwoPersonDecision,
    User,
)
from mutualaid.people.roles import PERMISSIONS
from mutualaid.policy.actions import change_policy
from mutualaid.policy.models import PolicyChange
from mutualaid.retention.erasing import erase_expired
from mutualaid.singleton import history
from requests_app import actions
from requests_app.lifecycle.actors import coordinator
from requests_app.models import AccessLogEntry, NeedEvent
from tests.support import factories

pytestmark = pytest.mark.django_db
LOG = "/admin/people/stafflogentry/"
HISTORIES = (
    LogEntry, StaffLogEntry, AccessLogEntry, AccountAccessLogEntry, NeedEvent, PolicyChange,
)  # fmt: skip


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def lines(answer: Any) -> list[str]:
    """Each line of the table as words: who, what, about what."""
    rows = re.findall(r"<tr>\s*<td>.*?</td>(.*?)</tr>", answer.content.decode(), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


@pytest.fixture
def auditor(db: None) -> User:
    return factories.person("Audrey", Role.AUDITOR)


@pytest.fixture
def busy_day(carla: User, sam: User, rosa: User) -> Any:
    """Carla did one thing of each kind, and Sam looked where he goes."""
    need = factories.need()
    claim = actions.claim_need(need, by=sam, weekly_limit=9)
    actions.contact_of_claim(claim, by=sam)
    actions.contact_for_coordinator(need.ask, by=carla)
    actions.make_code(need.ask, by=carla)
    actions.release_claim(claim, by=coordinator(carla))
    change_policy(by=carla, changes={"contact_hours": 5})
    decisions.propose("give_intake", rosa, by=carla)
    access.email_of(sam, by=carla)
    write_history(factories.category(), by=carla, changed=["name"])
    write_history(carla, by=carla, words="downloaded: own data")
    return need


def test_it_tells_who_did_what_and_names_a_need_by_its_code(admin, busy_day, carla, rosa, sam):
    need, told = busy_day, lines(admin.get(LOG))
    (policy,) = history.labels(PolicyChange.objects.latest("version"))
    assert sorted(told) == sorted(
        [
            f"Sam Looked at contact details: a volunteer ask {need.ask.code}",
            f"Carla Looked at contact details: a coordinator ask {need.ask.code}",
            f"Carla Made a code ask {need.ask.code}",
            f"Carla Did something about a need: let go need {need.code}",
            f"Carla Changed how the group works: {policy} History",
            f"Carla Decided about a role: proposed: Give the role: intake person {rosa.pk}",
            f"Carla Looked at how to reach an account: e-mail person {sam.pk}",
            f"Carla Changed something else: Changed name. category {need.category_id}",
            f"Carla Took a copy of data: downloaded: own data person {carla.pk}",
        ]
    )


def test_no_neighbour_and_no_detail_stands_in_it(auditor, busy_day, signed_in, rosa):
    factories.set_policy(record_days=28)
    page = text(signed_in(auditor).get(LOG))
    for kept in ("Ana", "555 0100", "7 Hill Road", "Rosa", "Sam", "@people.example"):
        assert kept not in page
    assert "Carla" in page
    assert "/admin/requests_app/" not in page, "no link to what they may not see"


def test_the_newest_comes_first_and_pages_follow(admin, carla):
    for number in range(60):
        write_history(carla, by=carla, words=f"number {number:02}")
    first, second = lines(admin.get(LOG)), lines(admin.get(LOG, {"p": "2"}))
    assert (len(first), len(second)) == (50, 10)
    assert "number 59" in first[0]
    assert "number 00" in second[-1]
    assert lines(admin.get(LOG, {"p": "x"})) == first
    assert lines(admin.get(LOG, {"p": "99"})) == second


def test_it_is_narrowed_to_a_person_a_day_and_a_kind(admin, carla, busy_day):
    dora = factories.person("Dora", Role.COORDINATOR)
    actions.contact_for_coordinator(busy_day.ask, by=dora)
    yesterday = timezone.localdate() - timedelta(days=1)
    AccessLogEntry.objects.filter(kind="code").update(at=timezone.now() - timedelta(days=1))
    of_dora = lines(admin.get(LOG, {"by": dora.pk}))
    assert [line.split(" ")[0] for line in of_dora] == ["Dora"]
    assert len(lines(admin.get(LOG, {"kind": "contact"}))) == 3
    assert len(lines(admin.get(LOG, {"kind": "code", "day": f"{yesterday:%Y-%m-%d}"}))) == 1
    assert lines(admin.get(LOG, {"day": f"{yesterday:%Y-%m-%d}", "by": dora.pk})) == []
    assert len(lines(admin.get(LOG, {"kind": "need", "by": carla.pk}))) == 1


@pytest.mark.parametrize("typed", ["x", "-1", "9" * 40, "\0", "2026-13-45", "' OR 1=1"])
def test_nonsense_in_its_address_counts_as_not_chosen(admin, busy_day, typed):
    everything = lines(admin.get(LOG))
    for name in ("by", "day", "kind", "nothing"):
        answer = admin.get(LOG, {name: typed})
        assert answer.status_code == 200
        assert lines(answer) == everything, (name, typed)


@pytest.mark.parametrize("many", [1, 3, 500])
def test_it_takes_as_many_queries_for_500_lines_as_for_one(
    admin, carla, sam, many, django_assert_num_queries
):
    need = factories.need()
    type_of_need = ContentType.objects.get_for_model(need)
    for n in range(many):  # of each history one in each minute, so that a page has some of all
        at = timezone.now() - timedelta(minutes=n)
        look = {"at": at, "by": carla, "window": f"{n}", "slot": 1}
        NeedEvent.objects.create(
            need=need, at=at, action="change", state="open", actor_kind="coordinator", actor=carla
        )
        AccessLogEntry.objects.create(ask=need.ask, by_kind="coordinator", **look)
        AccessLogEntry.objects.create(ask=need.ask, by_kind="volunteer", **(look | {"by": sam}))
        AccountAccessLogEntry.objects.create(person=sam, **look)
        changes = {"contact_hours": [1, 2]}
        PolicyChange.objects.create(version=100 + n, at=at, by=carla, changes=changes)
        LogEntry.objects.create(
            user=carla,
            action_time=at,
            content_type=type_of_need,
            object_id=str(need.pk),
            action_flag=2,
        )
    admin.get(LOG)  # content types are read once for each process
    with django_assert_num_queries(QUERIES):
        assert len(lines(admin.get(LOG))) == min(50, many * 6)


QUERIES = 16


def test_who_may_see_it(signed_in, rosa, auditor):
    for role, status in (
        (Role.AUDITOR, 200),
        (Role.SITE_KEEPER, 200),
        (Role.COORDINATOR, 200),
        (Role.INTAKE, 403),
    ):
        browser = signed_in(factories.person(f"A {role}", role))
        assert browser.get(LOG).status_code == status
    assert signed_in(rosa).get(LOG).status_code == 302


def test_no_one_changes_or_deletes_what_stands_there_not_even_who_runs_the_site(signed_in, carla):
    ada = factories.person("Ada", is_superuser=True)
    browser = signed_in(ada)
    for name, may in PERMISSIONS.items():
        for model in HISTORIES:
            for verb in ("add", "change", "delete"):
                label = f"{model._meta.app_label}.{verb}_{model._meta.model_name}"
                assert label not in may, (name, label)
    write_history(carla, by=carla, words="x")
    entry = LogEntry.objects.get()
    for model in HISTORIES:
        model_admin = contrib.site._registry.get(model)
        if model_admin is None:
            continue
        request = browser.get(LOG).wsgi_request
        for verb in ("add", "change", "delete"):
            assert not getattr(model_admin, f"has_{verb}_permission")(request), (model, verb)
    for name in ("add", f"{entry.pk}/change", f"{entry.pk}/delete"):
        for root in ("people/stafflogentry", "admin/logentry"):
            assert browser.post(f"/admin/{root}/{name}/", {"post": "yes"}).status_code == 404
    action = {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes"}
    browser.post(LOG, action)
    assert LogEntry.objects.filter(pk=entry.pk).exists()


# E-mails of accounts.


def page(user: User, name: str) -> str:
    return f"/admin/people/user/{user.pk}/{name}/"


def test_no_page_of_people_shows_an_e_mail_until_it_is_asked_for(admin, sam, carla):
    for address in (
        page(sam, "change"), page(sam, "email"), page(sam, "rights"), page(sam, "switch"),
        page(sam, "history"), "/admin/people/user/", "/admin/people/user/?q=sam",
    ):  # fmt: skip
        assert sam.email not in text(admin.get(address)), address
    assert not AccountAccessLogEntry.objects.exists()
    assert sam.email in text(admin.post(page(sam, "email")))
    look = AccountAccessLogEntry.objects.get()
    assert (look.by, look.person) == (carla, sam)


def test_an_hour_has_room_for_few_people_and_looking_again_is_free_and_logged(admin, carla):
    factories.set_policy(coordinator_contact_views_per_hour=2)
    people = [factories.person() for _ in range(3)]
    for user in (people[0], people[1], people[0]):
        assert user.email in text(admin.post(page(user, "email")))
    refused = text(admin.post(page(people[2], "email")))
    assert people[2].email not in refused
    assert "You have looked at many addresses in this hour." in refused
    assert AccountAccessLogEntry.objects.count() == 3
    AccountAccessLogEntry.objects.update(window="2026-01-01T00", at=timezone.now())
    assert people[2].email in text(admin.post(page(people[2], "email")))


@pytest.mark.parametrize("role", [Role.INTAKE, Role.AUDITOR, Role.SITE_KEEPER])
def test_an_e_mail_is_for_coordinators(sam, signed_in, role):
    user = factories.person("Noor", role)
    assert signed_in(user).post(page(sam, "email")).status_code == 403
    with pytest.raises(decisions.NotAllowed):
        access.email_of(sam, by=user)


def test_what_is_kept_of_it_goes_with_the_account_and_with_time(sam, carla):
    access.email_of(sam, by=carla)
    decisions.propose("give_intake", sam, by=carla)
    erase_account(sam)
    assert not AccountAccessLogEntry.objects.exists()
    assert not TwoPersonDecision.objects.exists()
    vera = factories.person("Vera")
    access.email_of(vera, by=carla)
    AccountAccessLogEntry.objects.update(at=timezone.now() - timedelta(days=99))
    erase_expired()
    assert not AccountAccessLogEntry.objects.exists()
