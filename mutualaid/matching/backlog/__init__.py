"""The whole backlog at once: which free offer should meet which open need, and what each offer is worth.

`load` reads, `groups` puts needs together that are alike, `pairs` joins them with offers, `points`
values the pairs, `auction` solves, `store` writes, and `run` keeps all of it safe (ADR 14). Shapes of
arrays are given as (n_needs,), (n_offers,), (n_groups,), (n_pairs,), (n_places,) and (n_seats,): a
need has one seat for each helper who is still to be found, an offer one place for each task that its
volunteer has left in a week: it stands there once for each week that has needs.
"""
