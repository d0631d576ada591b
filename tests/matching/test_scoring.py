from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mutualaid.catalog.time_slots import ANY_TIME, WEEKDAYS
from mutualaid.matching.scoring import STARTING, Facts, score, total
from mutualaid.matching.search.reasons import in_words, with_points


def facts(**changes: object) -> Facts:
    known: dict[str, object] = {
        "km": 1.0,
        "reach_km": 3,
        "same_locality": False,
        "same_category": True,
        "languages": ("English",),
        "own_language": True,
        "invitations_in_seven_days": 0,
        "is_confirmed": True,
    }
    return Facts(**{**known, **changes})  # type: ignore[arg-type]


def test_the_best_possible_pair_scores_a_hundred():
    assert total(score(facts(km=0.0, same_locality=True))) == 100


def test_a_proposal_brings_points_and_says_why_unless_it_counts_nothing():
    known = facts(is_kept=True)
    assert score(known)[-1] == {"code": "kept", "points": 5.0, "value": ""}
    assert "kept for you when we looked at all needs together" in in_words(score(known))
    assert "kept for this when we looked at all needs together: 5" in with_points(score(known))
    assert score(known, replace(STARTING, kept=0)) == score(facts())


def test_an_offer_that_was_confirmed_lately_brings_eight_points_and_says_why():
    fresh, old = score(facts()), score(facts(is_confirmed=False))
    assert total(fresh) - total(old) == 8
    assert "you told us lately that you still offer this" in in_words(fresh)
    assert "said lately that their offer holds: 8" in with_points(fresh)
    assert not any("lately that" in words for words in in_words(old))


def test_nearer_is_better():
    assert total(score(facts(km=0.5))) > total(score(facts(km=2.5)))


def test_the_category_itself_is_better_than_a_related_one():
    assert total(score(facts())) - total(score(facts(same_category=False))) == 8


def test_who_was_invited_less_lately_goes_first():
    points = [total(score(facts(invitations_in_seven_days=asks))) for asks in range(5)]
    assert points == sorted(points, reverse=True)
    assert len(set(points)) == 5


def test_the_more_of_the_wanted_times_suit_both_the_better_and_any_time_suits_all():
    def points(wanted: int, free: int) -> float:
        return total(score(facts(km=0.0, same_locality=True, wanted_parts=wanted, free_parts=free)))

    assert points(ANY_TIME, 1) == points(WEEKDAYS, ANY_TIME) == points(1, 1 | 8) == 100
    assert points(WEEKDAYS, 1 | 8) == 90


def test_a_time_that_both_have_is_said_and_that_they_named_none_only_to_coordinators():
    some = score(facts(wanted_parts=WEEKDAYS, free_parts=1 | 8))
    assert "both free: weekday mornings" in in_words(some)
    assert "both free: weekday mornings: 5" in with_points(some)
    none = score(facts(wanted_parts=WEEKDAYS))
    assert not any("free" in words for words in in_words(none))
    assert "free at any time: 15" in with_points(none)


def test_distance_does_not_count_for_help_from_afar():
    assert total(score(facts(km=None))) == 100


def test_a_reach_of_nothing_divides_by_nothing():
    assert total(score(facts(km=0.0, reach_km=0))) == 100
    assert total(score(facts(km=0.1, reach_km=0))) == 65


@given(
    km=st.none() | st.floats(0, 25_000),
    reach_km=st.integers(0, 500),
    asks=st.integers(0, 10_000),
    same=st.booleans(),
    wanted=st.integers(1, ANY_TIME),
    free=st.integers(1, ANY_TIME),
)
def test_every_score_is_the_sum_of_its_lines_and_within_its_bounds(
    km: float | None, reach_km: int, asks: int, same: bool, wanted: int, free: int
):
    known = facts(
        km=km, reach_km=reach_km, invitations_in_seven_days=asks, same_locality=same,
        wanted_parts=wanted, free_parts=free,
    )  # fmt: skip
    lines = score(known)
    assert [line["code"] for line in lines][1:] == [
        "same_category",
        "language",
        "any_time" if free == ANY_TIME else "shared_time",
        "asked" if asks else "rested",
        "confirmed",
    ]
    assert abs(sum(line["points"] for line in lines) - total(lines)) < 0.06
    assert 30 <= total(lines) <= 100
