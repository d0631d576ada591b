"""The exact optimum, by OR-tools' maximum flow and minimum cost flow."""

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from ortools.graph.python import max_flow, min_cost_flow

SCALE = 100
"""A flow counts in whole numbers: hundredths of a point."""


@dataclass(frozen=True)
class Arcs:
    need: Any
    """(n_pairs,): position; so is `offer`."""
    offer: Any
    points: Any
    """(n_pairs,)"""
    priority: Any
    """(n_needs,): points."""
    places: Any
    """(n_offers,)"""
    reserve: Any = 0.0
    """(n_offers,), or one for all: points that a place is worth to needs that are still to come."""


@dataclass(frozen=True)
class Best:
    matches: int
    value: float
    flow_seconds: float


def most_matches(arcs: Arcs) -> int:
    """Return how many needs can be matched at most."""
    needs, offers = len(arcs.priority), len(arcs.places)
    source, sink = needs + offers, needs + offers + 1
    flow = max_flow.SimpleMaxFlow()
    flow.add_arcs_with_capacity(arcs.need, needs + arcs.offer, np.ones(len(arcs.need), dtype=int))
    flow.add_arcs_with_capacity(np.full(needs, source), np.arange(needs), np.ones(needs, dtype=int))
    flow.add_arcs_with_capacity(needs + np.arange(offers), np.full(offers, sink), arcs.places)
    assert flow.solve(source, sink) == flow.OPTIMAL
    return int(flow.optimal_flow())


def best_value(arcs: Arcs) -> Best:
    """Return the best value: points with priorities, less ten for each further task and what is reserved."""
    began = perf_counter()
    flow, pairs = _best_flow(arcs)
    seconds = perf_counter() - began
    return Best(int(np.sum(flow.flows(pairs))), -flow.optimal_cost() / SCALE, seconds)


def best_assignment(arcs: Arcs) -> Any:
    """Return the offer of each need in an assignment of the best value, (n_needs,); -1 for none."""
    flow, pairs = _best_flow(arcs)
    used = flow.flows(pairs) > 0
    offer_of = np.full(len(arcs.priority), -1)
    offer_of[arcs.need[used]] = arcs.offer[used]
    return offer_of


def _best_flow(arcs: Arcs) -> tuple[Any, Any]:
    """The flow, and its arcs from needs to offers."""
    needs, offers = len(arcs.priority), len(arcs.places)
    sink = needs + offers
    flow = min_cost_flow.SimpleMinCostFlow()

    def add(tail: Any, head: Any, points: Any) -> Any:
        cost = -np.rint(SCALE * points).astype(np.int64)
        ones = np.ones(len(cost), dtype=np.int64)
        return flow.add_arcs_with_capacity_and_unit_cost(tail, head, ones, cost)

    pairs = add(arcs.need, needs + arcs.offer, arcs.points + arcs.priority[arcs.need])
    add(np.arange(needs), np.full(needs, sink), np.zeros(needs))
    number = np.concatenate([np.arange(count) for count in arcs.places])
    place = np.repeat(needs + np.arange(offers), arcs.places)
    reserve = np.repeat(np.broadcast_to(arcs.reserve, offers), arcs.places)
    add(place, np.full(len(place), sink), -10.0 * number - reserve)
    flow.set_nodes_supplies(np.arange(needs), np.ones(needs, dtype=np.int64))
    flow.set_node_supply(sink, -needs)
    assert flow.solve() == flow.OPTIMAL
    return flow, pairs
