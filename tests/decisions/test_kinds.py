"""What every group can decide about: points change who is invited next, agreements are listed."""

from datetime import timedelta

import pytest
from django.forms import BaseForm
from django.utils import timezone

from mutualaid.decisions import actions
from mutualaid.decisions.effects import (
    EffectKind,
    Values,
    described,
    kind_named,
    possible_kinds,
    register,
    seal_of,
    values_of,
)
from mutualaid.decisions.kinds.agreement import AgreementForm, words_of
from mutualaid.decisions.kinds.points import PointsForm
from mutualaid.decisions.kinds.policy import HeavyForm, LightForm
from mutualaid.decisions.models import Decision, Outcome, Weight
from mutualaid.decisions.pages.words import consequence_of
from mutualaid.matching.models import current_points
from mutualaid.policy.current import read_policy
from mutualaid.transitions import StateChanged
from tests.support import factories, voting
from tests.support.invited_first import EXACT_FIRST, NEAR_FIRST, invited_first, two_who_could_help
from tests.support.voting import FOR, closed, member, members, proposed, say

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _together(db: None) -> None:
    voting.together()


@pytest.mark.parametrize(
    ("before", "decided", "names"),
    [(NEAR_FIRST, EXACT_FIRST, ("Lin", "Ola")), (EXACT_FIRST, NEAR_FIRST, ("Ola", "Lin"))],
)
def test_points_that_were_decided_change_who_is_invited_next(before, decided, names):
    factories.set_points(**before)
    lin, ola = two_who_could_help()
    assert invited_first(factories.need()) == names[0]
    changed = {name: value for name, value in decided.items() if value != before[name]}
    decision = proposed(lin, changed, kind="points")
    say(decision, FOR, lin, ola)
    assert closed(decision).outcome == Outcome.PASSED
    assert current_points().near == decided["near"]
    assert invited_first(factories.need()) == names[1]


def test_points_that_were_changed_meanwhile_stay():
    factories.set_points(near=5.0)
    (ada,) = members(1)
    decision = proposed(ada, {"near": 9.0}, kind="points")
    say(decision, FOR, ada)
    factories.set_points(near=7.0)
    assert closed(decision).outcome == Outcome.CHANGED
    assert current_points().near == 7.0


def agreed_on(words: str, replaces: Decision | None = None) -> Decision:
    (ada,) = members(1)
    values = {"words": words, "replaces": str(replaces.public_id) if replaces else ""}
    decision = proposed(ada, values, kind="agreement")
    say(decision, FOR, ada, *(line.user for line in decision.says.all() if line.user))
    return closed(decision)


def test_agreements_are_in_force_until_a_later_one_replaces_them():
    first, other = agreed_on("We ring before we come"), agreed_on("No photos")
    in_force = Decision.objects.agreements_in_force()
    assert set(in_force) == {first, other}
    assert first.words_until is None
    second = agreed_on("We ring the day before", replaces=first)
    assert {words_of(one) for one in in_force.all()} == {"We ring the day before", "No photos"}
    (changed,) = described(second)
    assert (changed.was, changed.now) == ("We ring before we come", "We ring the day before")
    first.refresh_from_db()
    assert consequence_of(first) == "It is no longer in force."
    assert first.words_until > timezone.now() + timedelta(days=89)
    agreed_on("", replaces=other)
    assert [words_of(one) for one in in_force.all()] == ["We ring the day before"]


def test_two_open_proposals_do_not_replace_the_same_agreement():
    first = agreed_on("We ring before we come")
    ada = member()
    values = {"words": "x", "replaces": str(first.public_id)}
    proposed(ada, values, kind="agreement")
    with pytest.raises(actions.ProposedAlready):
        proposed(ada, values | {"words": "y"}, kind="agreement")


def as_sent(blank: BaseForm, **typed: str) -> dict[str, object]:
    """What a browser sends of this form, with some of it typed anew."""
    shown = {name: blank[name].value() for name in blank.fields}
    return {name: v for name, v in shown.items() if v is not None} | typed


def test_the_forms_give_only_what_was_changed():
    factories.set_points(near=5.0)
    form = LightForm(as_sent(LightForm(), wave_minutes_normal="33"))
    assert form.is_valid(), form.errors
    assert values_of(form) == {"wave_minutes_normal": 33}
    heavy = HeavyForm(as_sent(HeavyForm(), erase_days="60"))
    assert heavy.is_valid(), heavy.errors
    assert values_of(heavy) == {"erase_days": 60}
    points = PointsForm(as_sent(PointsForm(), near="6"))
    assert points.is_valid()
    assert values_of(points) == {"near": 6.0}
    for same_or_wrong in ("5", "-1", "nan", "101", ""):
        assert not PointsForm(as_sent(PointsForm(), near=same_or_wrong)).is_valid()
    words = AgreementForm({"words": "We ring before we come"})
    assert words.is_valid()
    assert values_of(words) == {"words": "We ring before we come", "replaces": ""}
    assert not AgreementForm({"words": ""}).is_valid()


def test_a_rule_between_two_values_is_told_beside_the_one_that_is_asked_for():
    form = LightForm(as_sent(LightForm(), link_days_after_end="300"))
    assert not form.is_valid()
    assert set(form.errors) == {"link_days_after_end"}


@pytest.fixture
def _registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mutualaid.decisions.effects._kinds", {})


def of_another_room(**traits: object) -> EffectKind:
    def nothing(values: Values, *, decision: Decision) -> None:
        """Sets nothing."""

    defaults: dict[str, object] = {
        "weight": Weight.HEAVY,
        "form": AgreementForm,
        "base": lambda values: "as it was",
        "describe": lambda values, before="": [],
        "carry_out": nothing,
    }
    return EffectKind("fund.caps", "caps", **defaults | traits)  # type: ignore[arg-type]


@pytest.mark.usefixtures("_registry")
def test_a_kind_of_another_room_has_one_open_proposal_at_a_time():
    register(of_another_room())
    ada = member()
    assert [kind.name for kind in possible_kinds()] == ["fund.caps"]
    proposed(ada, {"most": 1}, kind="fund.caps")
    with pytest.raises(actions.ProposedAlready):
        proposed(ada, {"most": 2}, kind="fund.caps")


@pytest.mark.usefixtures("_registry")
def test_what_is_no_longer_possible_has_no_effect_and_it_says_so():
    def over(values: Values, *, decision: Decision) -> None:
        raise StateChanged("caps")

    register(of_another_room(carry_out=over, subjects=lambda values: ()))
    ada = member()
    first = proposed(ada, {"most": 1}, kind="fund.caps")
    second = proposed(ada, {"most": 2}, kind="fund.caps")
    say(first, FOR, ada)
    say(second, FOR, ada)
    assert closed(first).outcome == Outcome.IMPOSSIBLE
    register(of_another_room(is_possible=lambda: False))
    assert closed(second).outcome == Outcome.IMPOSSIBLE
    assert read_policy().version == 1


@pytest.mark.usefixtures("_registry")
def test_the_effect_of_a_kind_that_no_room_knows_any_more_is_none(monkeypatch):
    register(of_another_room())
    ada = member()
    decision = proposed(ada, {"most": 1}, kind="fund.caps")
    say(decision, FOR, ada)
    monkeypatch.setattr("mutualaid.decisions.effects._kinds", {})
    assert closed(decision).outcome == Outcome.IMPOSSIBLE
    assert described(decision) == []


def test_light_ones_come_first_in_the_list_of_what_can_be_proposed():
    names = [kind.name for kind in possible_kinds()]
    assert names.index("policy") < names.index("policy_heavy")
    assert kind_named("policy_heavy").weight is Weight.HEAVY


@pytest.mark.parametrize(("kind", "gone"), [("policy", "wave_minutes_odd"), ("points", "luck")])
def test_what_is_about_a_value_that_a_later_release_no_longer_has_is_closed(kind, gone):
    (ada,) = members(1)
    values = {"policy": {"wave_minutes_normal": 33}, "points": {"near": 9.0}}[kind]
    decision = proposed(ada, values, kind=kind)
    say(decision, FOR, ada)
    decision.values, decision.base = {gone: 3}, f'{{"{gone}": 2}}'
    Decision.objects.filter(pk=decision.pk).update(
        values=decision.values, base=decision.base, seal=seal_of(decision)
    )
    assert closed(decision).outcome == Outcome.CHANGED
