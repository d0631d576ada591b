"""The short form of `make partners`: two real sites, and all that can happen to their messages."""

import os
from collections.abc import Iterator

import pytest

from tests.partners.two_sites.neighbourhoods import Neighbourhoods, outcome
from tests.partners.two_sites.plans import PLANS
from tests.partners.two_sites.run import ROUGH
from tests.partners.two_sites.sites import TwoSites, two_sites

pytestmark = [pytest.mark.slow, pytest.mark.each_database]


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoSites]:
    server = os.environ.get("DATABASE_URL", "")
    with two_sites(tmp_path_factory.mktemp("sites"), server=server) as sites:
        yield sites


def test_every_need_ends_alike_on_both_sides_whatever_happens_on_the_way(sites: TwoSites) -> None:
    """Two of each plan. Messages are lost, doubled, late and damaged, and a site is killed."""
    between = Neighbourhoods(sites, 2 * len(PLANS))
    between.pair()
    for site in sites:
        site.proxy.weather.chances = ROUGH
    between.run(kills=1)
    found = outcome(between)
    assert not found.broken, "\n".join(found.broken)
    unasked = [number for number, plan in between.plans.items() if not PLANS[plan].learns]
    erased = [number for number, plan in between.plans.items() if plan.startswith("erased")]
    for site, numbers in ((sites.theirs, [*unasked, *erased]), (sites.ours, erased)):
        assert not site.act("held", numbers)
    for site in sites:
        assert not site.act("held_in_files", list(between.plans))
        log = site.log.read_text()
        assert not [one for n in between.plans for one in _secrets(n) if one in log]


def _secrets(number: int) -> list[str]:
    return [f"Zsofianary {number:05}", f"{number:05} Canary", f"canary of {number:05}"]
