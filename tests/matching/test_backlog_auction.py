"""The auction: as good as the exact flow of another library says, and it proves it itself."""

from dataclasses import replace

import numpy as np
import pytest
from ortools.graph.python import min_cost_flow

from mutualaid.matching.backlog.auction import Auction, solve_from_nothing
from mutualaid.matching.backlog.problem import (
    EPSILON,
    KEEP_POINTS,
    LOAD_STEP,
    UNASSIGNED,
    Problem,
    Solution,
)
from mutualaid.matching.backlog.solve import assign

SCALE = 1000
"""The flow counts in whole thousandths of a point."""


def some_problem(seed: int, needs: int = 40, offers: int = 25, fewest_places: int = 1) -> Problem:
    dice = np.random.default_rng(seed)
    groups = max(1, needs // 2)
    fits, worth = dice.random((groups, offers)) < 0.3, dice.uniform(0, 20, offers)
    reserve = dice.choice([0.0, 0.0, 50.0, 250.0], offers)
    return Problem(
        starts=np.concatenate([[0], np.cumsum(fits.sum(axis=1))]),
        offer=np.nonzero(fits)[1].astype(np.int32),
        points=dice.uniform(0, 77, fits.sum()).astype(np.float32),
        most_cut=np.full(groups, -np.inf),
        group=dice.integers(0, groups, needs),
        base_points=dice.choice([100.0, 200.0, 400.0, 1500.0], needs),
        places=dice.integers(fewest_places, 4, offers),
        opening_price=LOAD_STEP * dice.integers(0, 3, offers) + reserve - worth,
        reserve=reserve,
        offer_points=worth,
        proposed=np.full(needs, UNASSIGNED),
    )


def best_possible(problem: Problem) -> float:
    """The exact optimum, by OR-tools' minimum cost flow."""
    flow, end = min_cost_flow.SimpleMinCostFlow(), len(problem.group) + len(problem.places)

    def arc(tail: int, head: int, points: float) -> None:
        flow.add_arc_with_capacity_and_unit_cost(tail, head, 1, -round(SCALE * points))

    for need, group in enumerate(problem.group):
        for pair in range(problem.starts[group], problem.starts[group + 1]):
            offer = int(problem.offer[pair])
            kept = KEEP_POINTS * (problem.proposed[need] == offer)
            worth = problem.base_points[need] + problem.points[pair] + kept
            arc(need, len(problem.group) + offer, worth)
        arc(need, end, 0)
        flow.set_node_supply(need, 1)
    for offer, (places, opening) in enumerate(
        zip(problem.places, problem.opening_price, strict=True)
    ):
        for number in range(places):
            arc(len(problem.group) + offer, end, -opening - LOAD_STEP * number)
    flow.set_node_supply(end, -len(problem.group))
    assert flow.solve() == flow.OPTIMAL
    return float(-flow.optimal_cost() / SCALE) + problem.worth_of_places


def assert_keeps_the_rules(problem: Problem, solution: Solution) -> None:
    for need, offer in enumerate(solution.offer_of.tolist()):
        group = problem.group[need]
        fitting = problem.offer[problem.starts[group] : problem.starts[group + 1]]
        assert offer == UNASSIGNED or offer in fitting
    held = solution.offer_of[solution.offer_of != UNASSIGNED]
    assert (np.bincount(held, minlength=len(problem.places)) <= problem.places).all()


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("offers", [4, 12, 60])
def test_it_is_as_good_as_the_exact_flow_and_never_claims_more(seed, offers):
    problem = some_problem(seed, offers=offers)
    solution, best = Auction(problem).solve(), best_possible(problem)
    assert_keeps_the_rules(problem, solution)
    assert best - EPSILON * len(problem.group) <= solution.value <= best + 0.1
    assert best - 0.1 <= solution.bound <= solution.value + EPSILON * len(problem.group) + 0.1


@pytest.mark.parametrize("seed", range(12))
def test_begun_from_the_last_run_it_knows_how_good_it_is_though_the_world_has_changed(seed):
    before = Auction(some_problem(seed)).solve()
    changed = replace(some_problem(seed), proposed=before.offer_of)
    dice = np.random.default_rng(seed + 100)
    changed.base_points[dice.random(len(changed.base_points)) < 0.3] = 100.0
    changed.points[dice.random(len(changed.points)) < 0.2] += 20
    auction = Auction(changed)
    auction.start_from(before.offer_of, before.price)
    solution, best = auction.solve(), best_possible(changed)
    assert_keeps_the_rules(changed, solution)
    assert solution.value <= best + 0.1 <= solution.bound + 0.2
    assert solution.value >= best * (1 - solution.gap) - 0.1
    assert solution.gap < 0.05


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("offers", [4, 12, 60])
def test_from_nothing_it_is_as_good_where_wars_for_few_places_are_first_fought_in_coarse_steps(
    seed, offers
):
    problem = some_problem(seed, offers=offers, fewest_places=0)
    solution, best = solve_from_nothing(problem), best_possible(problem)
    assert_keeps_the_rules(problem, solution)
    assert best - EPSILON * len(problem.group) <= solution.value <= best + 0.1
    assert best - 0.1 <= solution.bound <= solution.value + EPSILON * len(problem.group) + 0.1


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("offers", [4, 12, 60])
def test_free_places_that_are_too_dear_bid_until_it_is_as_good_as_from_nothing(seed, offers):
    problem = some_problem(seed, offers=offers, fewest_places=0)
    dice = np.random.default_rng(seed)
    auction = Auction(problem)
    auction.start_from(
        np.full(len(problem.group), UNASSIGNED), dice.uniform(0, 3000, len(problem.places))
    )
    dear, solution, best = auction.solve(), auction.let_places_bid(), best_possible(problem)
    most_missed = EPSILON * (len(problem.group) + problem.places.sum())
    assert_keeps_the_rules(problem, solution)
    assert dear.value < best - most_missed
    assert best - most_missed <= solution.value <= best + 0.1
    assert best - 0.1 <= solution.bound <= solution.value + most_missed


def test_a_need_that_goes_leaves_its_place_to_one_that_had_none_and_nothing_else_moves():
    problem = Problem(
        starts=np.array([0, 1, 2, 4]),
        offer=np.array([0, 0, 0, 1], dtype=np.int32),
        points=np.array([50, 40, 30, 60], dtype=np.float32),
        most_cut=np.full(3, -np.inf),
        group=np.array([1, 2]),  # the need of the first group, that had the first offer, is gone
        base_points=np.array([100.0, 200.0]),
        places=np.ones(2, dtype=np.int64),
        opening_price=np.zeros(2),
        reserve=np.zeros(2),
        offer_points=np.zeros(2),
        proposed=np.array([UNASSIGNED, 1]),
    )
    auction, prices = Auction(problem), np.array([400.0, 0.0])
    auction.start_from(problem.proposed, prices)
    assert auction.solve().offer_of.tolist() == [UNASSIGNED, 1]
    solution, was_solved_anew = assign(problem, prices, cold=False)
    assert solution.offer_of.tolist() == [0, 1]
    assert solution.gap == 0
    assert not was_solved_anew


def test_where_nothing_has_changed_nothing_moves():
    problem = some_problem(3)
    before = Auction(problem).solve()
    auction = Auction(replace(problem, proposed=before.offer_of))
    auction.start_from(before.offer_of, before.price)
    assert (auction.solve().offer_of == before.offer_of).all()


def test_prices_of_before_that_make_no_sense_show_in_the_gap_that_is_certified():
    problem = some_problem(4)
    auction = Auction(problem)
    auction.start_from(np.full(len(problem.group), 0), np.full(len(problem.places), 10_000.0))
    solution = auction.solve()
    assert_keeps_the_rules(problem, solution)
    assert solution.bound >= best_possible(problem)
    assert solution.gap > 0.5


def test_the_bound_holds_at_any_prices():
    problem = some_problem(5)
    auction = Auction(problem)
    auction.places.cheapest[:] = 50
    assert auction._solution().bound >= best_possible(problem)


def test_the_gap_that_is_shown_holds_for_what_was_cut_off_too():
    whole = some_problem(6)
    kept = np.arange(len(whole.offer)) % 3 == 0
    counts = np.add.reduceat(kept, whole.starts[:-1]) * (np.diff(whole.starts) > 0)
    cut = np.where(kept, -np.inf, whole.points)
    problem = replace(
        whole,
        starts=np.concatenate([[0], np.cumsum(counts)]),
        offer=whole.offer[kept],
        points=whole.points[kept],
        most_cut=np.maximum.reduceat(cut, whole.starts[:-1]),
    )
    solution, best = Auction(problem).solve(), best_possible(whole)
    assert solution.bound < best - 0.1 <= solution.bound_with_cut
    assert solution.value >= best * (1 - solution.gap_with_cut) - 0.1
    assert solution.gap < 0.05


@pytest.mark.parametrize("seed", range(6))
def test_begun_from_its_own_result_with_prices_as_they_are_kept_no_one_wants_another(seed):
    problem = some_problem(seed, needs=200, offers=80)
    proposed = replace(problem, proposed=Auction(problem).solve().offer_of)
    last = Auction(proposed).solve()
    kept = replace(proposed, proposed=last.offer_of)
    again = Auction(kept)
    again.start_from(
        last.offer_of, (last.price + problem.offer_points).round(1) - problem.offer_points
    )
    assert again.solve().offer_of.tolist() == last.offer_of.tolist()


@pytest.mark.parametrize("seed", range(6))
def test_whose_place_was_taken_away_gets_the_next_best_and_no_one_an_offer_without_places(seed):
    whole = some_problem(seed)
    before = Auction(whole).solve()
    fewer = replace(whole, places=np.maximum(whole.places - 2, 0))
    warm = Auction(fewer)
    warm.start_from(before.offer_of, before.price)
    for solution in (warm.solve(), Auction(fewer).solve()):
        assert_keeps_the_rules(fewer, solution)
        best = best_possible(fewer)
        assert solution.value <= best + 0.1 <= solution.bound + 0.2
        assert solution.gap < 0.05
        assert (np.isinf(solution.price) == (fewer.places == 0)).all()


@pytest.mark.parametrize(("needs", "offers"), [(0, 0), (5, 0), (0, 5)])
def test_without_needs_or_offers_there_is_nothing_to_do(needs, offers):
    groups = max(needs, 1)
    empty = Problem(
        starts=np.zeros(groups + 1, dtype=np.int64),
        offer=np.zeros(0, dtype=np.int32),
        points=np.zeros(0, dtype=np.float32),
        most_cut=np.full(groups, -np.inf),
        group=np.arange(needs),
        base_points=np.full(needs, 200.0),
        places=np.ones(offers, dtype=np.int64),
        opening_price=np.zeros(offers),
        reserve=np.zeros(offers),
        offer_points=np.zeros(offers),
        proposed=np.full(needs, UNASSIGNED),
    )
    solution = Auction(empty).solve()
    assert (solution.matches, solution.value, solution.bound, solution.gap) == (0, 0.0, 0.0, 0.0)


def test_each_further_task_of_one_volunteer_costs_more_so_that_the_work_is_shared():
    problem = Problem(
        starts=np.array([0, 2]),
        offer=np.array([0, 1], dtype=np.int32),
        points=np.array([70, 65], dtype=np.float32),
        most_cut=np.array([-np.inf]),
        group=np.zeros(4, dtype=np.int64),
        base_points=np.full(4, 200.0),
        places=np.array([4, 4]),
        opening_price=np.zeros(2),
        reserve=np.zeros(2),
        offer_points=np.zeros(2),
        proposed=np.full(4, UNASSIGNED),
    )
    assert np.bincount(Auction(problem).solve().offer_of).tolist() == [2, 2]
