"""The broker dies, and nothing is lost."""

import os
import signal
from collections.abc import Iterator

import pytest

from tests.journeys.conftest import NewVisitor
from tests.support.journey import ask
from tests.support.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("broken") / "data")
    yield site.start("--demo")
    site.clear_up()


def test_a_need_asked_while_the_broker_is_gone_is_kept_and_matched(
    visitor: NewVisitor, own_site: Site
) -> None:
    ana, sam = visitor(site=own_site), visitor(site=own_site)
    broker = own_site.groups()[0]
    os.killpg(broker, signal.SIGKILL)

    ask(ana, name="Dark", area="lantern-quay")

    ana.sees("looking for someone near you.")
    sam.sign_in("Sam").waits_for("/help/", "Lantern Quay")
