"""Rights change with two people: one proposes, another agrees, and neither is the one it is about."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import connection
from django.utils import timezone

from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep
from mutualaid.people import actions, decisions
from mutualaid.people.models import STAFF, Role, TwoPersonDecision, User
from mutualaid.transitions import StateChanged
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.deciding import decided, fresh

pytestmark = pytest.mark.django_db
State = TwoPersonDecision.State


@pytest.fixture
def dora(db: None) -> User:
    return factories.person("Dora", Role.COORDINATOR)


@pytest.fixture
def keeper(db: None) -> User:
    return factories.person("Kim", Role.SITE_KEEPER)


@pytest.mark.parametrize("role", sorted(STAFF))
def test_a_role_is_given_and_taken_once_a_second_person_agrees(rosa, carla, dora, keeper, role):
    proposal = decisions.propose(f"give_{role}", rosa, by=carla)
    assert not fresh(rosa).is_staff
    decisions.agree(proposal, by=dora)
    assert role in fresh(rosa).roles
    assert fresh(rosa).is_staff
    decided(f"take_{role}", rosa, carla, dora)
    assert not fresh(rosa).is_staff


def test_neither_who_proposed_it_nor_who_it_is_about_is_the_second_person(carla, dora, keeper):
    proposal = decisions.propose("give_auditor", keeper, by=carla)
    for by in (carla, keeper):
        with pytest.raises(decisions.NotAllowed):
            decisions.agree(proposal, by=by)
    assert Role.AUDITOR not in fresh(keeper).roles
    for name in ("give_auditor", "take_coordinator", "deactivate"):
        with pytest.raises(decisions.NotAllowed):
            decisions.propose(name, carla, by=carla)


def test_whoever_keeps_the_site_decides_with_a_coordinator(rosa, carla, keeper):
    decided("give_coordinator", rosa, keeper, carla)
    assert fresh(rosa).is_coordinator


@pytest.mark.parametrize("who", ["rosa", "intake", "auditor", "switched_off"])
def test_no_one_else_proposes_or_agrees(sam, carla, who):
    roles = {"intake": Role.INTAKE, "auditor": Role.AUDITOR, "switched_off": Role.COORDINATOR}
    other = factories.person("Other", *([roles[who]] if who in roles else []))
    if who == "switched_off":
        User.objects.filter(pk=other.pk).update(is_active=False)
    other = fresh(other)
    proposal = decisions.propose("give_coordinator", sam, by=carla)
    for attempt in (
        lambda: decisions.agree(proposal, by=other),
        lambda: decisions.end(proposal, by=other),
        lambda: decisions.propose("give_intake", sam, by=other),
    ):
        with pytest.raises(decisions.NotAllowed):
            attempt()


def test_a_proposal_of_someone_who_decides_no_more_counts_no_more(rosa, carla, dora):
    vera = factories.person("Vera", Role.COORDINATOR)
    proposal = decisions.propose("give_coordinator", rosa, by=vera)
    decided("take_coordinator", fresh(vera), carla, dora)
    with pytest.raises(decisions.NotAllowed):
        decisions.agree(proposal, by=carla)
    assert not fresh(rosa).is_staff


def test_nobody_decides_about_who_runs_the_site_but_others_who_do(carla, dora):
    ada, bo = (factories.person(name, is_superuser=True) for name in ("Ada", "Bo"))
    with pytest.raises(decisions.NotAllowed):
        decisions.propose("deactivate", ada, by=carla)
    proposal = decisions.propose("deactivate", ada, by=bo)
    with pytest.raises(decisions.NotAllowed):
        decisions.agree(proposal, by=dora)
    decisions.agree(proposal, by=factories.person("Cy", is_superuser=True))
    assert not fresh(ada).is_active


def test_of_one_kind_and_one_person_one_proposal_waits(rosa, carla, dora):
    decisions.propose("give_coordinator", rosa, by=carla)
    with pytest.raises(decisions.ProposedAlready):
        decisions.propose("give_coordinator", rosa, by=dora)
    decisions.propose("give_auditor", rosa, by=dora)
    assert TwoPersonDecision.objects.waiting().count() == 2


def test_it_ends_by_itself_and_can_be_proposed_anew(rosa, carla, dora):
    old = decisions.propose("give_coordinator", rosa, by=carla)
    TwoPersonDecision.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(StateChanged):
        decisions.agree(old, by=dora)
    decided("give_coordinator", rosa, dora, carla)
    old.refresh_from_db()
    assert (old.state, old.agreed_by) == (State.ENDED, None)
    assert fresh(rosa).is_coordinator


def test_it_can_be_taken_back_and_refused_and_then_does_nothing(rosa, carla, dora):
    for by in (carla, dora):
        proposal = decisions.propose("give_coordinator", rosa, by=carla)
        decisions.end(proposal, by=by)
        for late in (decisions.agree, decisions.end):
            with pytest.raises(StateChanged):
                late(proposal, by=dora)
    assert not fresh(rosa).is_staff


def test_what_would_change_nothing_is_not_proposed(rosa, carla, dora):
    for name, about in (
        ("give_coordinator", dora),
        ("take_coordinator", rosa),
        ("deactivate", rosa),
        ("reactivate", dora),
    ):
        with pytest.raises(StateChanged):
            decisions.propose(name, about, by=carla)


def test_who_was_switched_off_meanwhile_gets_no_role(rosa, carla, dora):
    proposal = decisions.propose("give_coordinator", rosa, by=carla)
    actions.deactivate_person(rosa, by=carla)
    with pytest.raises(StateChanged):
        decisions.agree(proposal, by=dora)
    proposal.refresh_from_db()
    assert (fresh(rosa).roles, proposal.state) == ({"neighbour"}, State.OPEN)


@pytest.mark.parametrize("role", sorted(STAFF))
def test_someone_of_the_team_is_switched_off_and_on_by_two(carla, dora, signed_in, role):
    other = factories.person("Other", role)
    factories.person("Not the last", role)
    browser = signed_in(other)
    with pytest.raises(decisions.NeedsTwoPeople):
        actions.deactivate_person(other, by=carla)
    decided("deactivate", other, carla, dora)
    assert not fresh(other).is_active
    assert browser.get("/me/").status_code == 302
    with pytest.raises(decisions.NeedsTwoPeople):
        actions.reactivate_person(fresh(other), by=carla)
    decided("reactivate", fresh(other), dora, carla)
    assert fresh(other).is_active


def test_blocking_is_no_way_to_shut_out_someone_of_the_team(carla, dora):
    ada = factories.person("Ada", is_superuser=True)
    for victim in (dora, ada, carla):
        with pytest.raises(decisions.NeedsTwoPeople):
            actions.block_contact_points(victim.email.upper(), reason="threats", by=carla)
    vera = factories.person("Vera", Role.COORDINATOR)
    decided("deactivate", dora, carla, vera)
    actions.block_contact_points(dora.email, reason="threats", by=carla)


def test_who_loses_a_role_is_signed_out(carla, dora, signed_in):
    vera = factories.person("Vera", Role.COORDINATOR)
    browser = signed_in(vera)
    assert browser.get("/admin/").status_code == 200
    decided("take_coordinator", vera, carla, dora)
    assert browser.get("/me/").status_code == 302


def test_another_kind_is_one_entry_of_the_registry(rosa, carla, dora, monkeypatch):
    monkeypatch.setattr(decisions, "_kinds", dict(decisions._kinds))
    seen: list[Any] = []

    def carry_out(about: User, *, by: User, agreed_by: User) -> list[str]:
        seen.append((about, by, agreed_by))
        return ["Their second factor is gone."]

    decisions.register(decisions.DecisionKind("x", "Remove it", lambda user: True, carry_out))
    assert decided("x", rosa, carla, dora) == ["Their second factor is gone."]
    assert seen == [(rosa, carla, dora)]


def test_a_proposal_of_a_kind_that_is_no_more_ends_kindly(rosa, carla, dora):
    proposal = decisions.propose("give_intake", rosa, by=carla)
    TwoPersonDecision.objects.update(kind="gone")
    proposal.refresh_from_db()
    with pytest.raises(StateChanged):
        decisions.agree(proposal, by=dora)
    assert decisions.label_of("gone") == "gone"


@pytest.mark.django_db(transaction=True)
def test_two_who_agree_at_once_decide_it_once():
    carla, dora, vera = (factories.person(n, Role.COORDINATOR) for n in ("Carla", "Dora", "Vera"))
    for kind in ("give_coordinator", "deactivate"):
        about = factories.person("", *([Role.INTAKE] if kind == "deactivate" else []))
        proposal = decisions.propose(kind, about, by=carla)
        connection.commit()

        def job(by: User, proposal: TwoPersonDecision = proposal) -> Callable[[], bool]:
            def run() -> bool:
                try:
                    decisions.agree(proposal, by=by)
                except StateChanged:
                    return False
                return True

            return run

        assert sorted(at_once([job(dora), job(vera)])) == [False, True]
        proposal.refresh_from_db()
        assert proposal.state == State.AGREED
        assert proposal.agreed_by in (dora, vera)


# Who is told.


def test_the_person_and_all_others_who_decide_hear_of_it_and_no_subject_names_anyone(
    rosa, carla, dora, keeper
):
    proposal = decisions.propose("give_coordinator", rosa, by=carla)
    sweep()
    assert {m.to[0]: m.subject for m in mail.outbox} == {
        rosa.email: "About your role in our team",
        dora.email: "A proposal about a role waits for a second person",
        keeper.email: "A proposal about a role waits for a second person",
    }
    to_rosa = next(m for m in mail.outbox if m.to == [rosa.email])
    assert "Give the role: coordinator" in to_rosa.body
    mail.outbox.clear()
    decisions.agree(proposal, by=dora)
    sweep()
    assert {m.to[0] for m in mail.outbox} == {rosa.email, carla.email, keeper.email}
    for name in ("Rosa", "Carla", "Dora"):
        assert not any(name in m.subject for m in mail.outbox)


def test_who_is_switched_off_is_told_as_well(carla, dora):
    other = factories.person("Other", Role.INTAKE)
    decided("deactivate", other, carla, dora)
    sweep()
    subjects = [m.subject for m in mail.outbox if m.to == [other.email]]
    assert subjects == ["About your role in our team"] * 2  # proposed, and decided
    assert not Notification.objects.filter(state="failed").exists()


# In the admin.


def rights(user: User) -> str:
    return f"/admin/people/user/{user.pk}/rights/"


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_page_proposes_and_a_second_person_agrees_on_it(rosa, carla, dora, signed_in):
    carlas, doras = signed_in(carla), signed_in(dora)
    proposed = carlas.post(rights(rosa), {"do": "propose", "kind": "give_coordinator"}, follow=True)
    assert "It is proposed." in text(proposed)
    assert "Now someone else has to agree." in text(proposed)
    decision = TwoPersonDecision.objects.get()
    alone = carlas.post(rights(rosa), {"do": "agree", "decision": decision.pk})
    assert "No one decides this about themself" in text(alone)
    assert "Proposed by Carla." in text(doras.get(rights(rosa)))
    assert "It is decided." in text(
        doras.post(rights(rosa), {"do": "agree", "decision": decision.pk}, follow=True)
    )
    assert fresh(rosa).is_coordinator
    assert "Give the role: coordinator" in text(doras.get("/admin/people/twopersondecision/"))


def test_the_page_of_ones_own_roles_proposes_nothing_and_leaving_is_free(carla, dora, signed_in):
    carlas = signed_in(carla)
    assert "You can give one up yourself." in text(carlas.get(rights(carla)))
    refused = carlas.post(rights(carla), {"do": "propose", "kind": "give_site_keeper"})
    assert "No one decides this about themself" in text(refused) or refused.status_code == 200
    assert not TwoPersonDecision.objects.exists()
    answer = carlas.post("/admin/people/twopersondecision/mine/", {"role": "coordinator"})
    assert answer["Location"] == "/me/"
    assert not fresh(carla).is_staff
    last = signed_in(dora).post(
        "/admin/people/twopersondecision/mine/", {"role": "coordinator"}, follow=True
    )
    assert "Nobody else has this role." in text(last)
    assert fresh(dora).is_coordinator


@pytest.mark.parametrize("typed", ["", "x", "give_boss", "9" * 40, "\0"])
def test_nonsense_on_the_page_is_an_error_beside_the_field(rosa, carla, signed_in, typed):
    browser = signed_in(carla)
    for fields in (
        {"do": typed},
        {"do": "propose", "kind": typed},
        {"do": "agree", "decision": typed},
        {"do": "end", "decision": typed},
    ):
        answer = browser.post(rights(rosa), fields)
        assert answer.status_code == 200, fields
        assert "errorlist" in text(answer), fields
    assert not TwoPersonDecision.objects.exists()


def test_a_decision_about_someone_else_is_none_of_this_page(rosa, sam, carla, dora, signed_in):
    proposal = decisions.propose("give_coordinator", sam, by=carla)
    answer = signed_in(dora).post(rights(rosa), {"do": "agree", "decision": proposal.pk})
    assert "errorlist" in text(answer)
    assert not fresh(sam).is_staff


def test_whoever_lost_their_second_factor_begins_anew_once_two_agree(carla, dora, keeper):
    assert "remove_second_factor" not in {kind.name for kind in decisions.kinds_about(carla)}
    app = Authenticator.objects.create(user=carla, type=Authenticator.Type.TOTP, data={})
    proposal = decisions.propose("remove_second_factor", carla, by=dora)
    assert Authenticator.objects.filter(pk=app.pk).exists()
    decisions.agree(proposal, by=keeper)
    assert not Authenticator.objects.filter(user=carla).exists()
