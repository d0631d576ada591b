import os
import signal
import socket
import stat
from collections.abc import Callable

import pytest

from mutualaid.standalone.supervisor import BROKER_ENDS_WITHIN, ENDS_WITHIN
from tests.support.full_disk import no_room
from tests.support.site import Site, free_port, is_running, until

pytestmark = pytest.mark.slow
NewSite = Callable[..., Site]
WEB = 2


@pytest.fixture(scope="module")
def site(new_site: NewSite) -> Site:
    return new_site().start()


@pytest.mark.each_database
def test_one_command_starts_the_demo_and_a_stop_leaves_nothing_behind(new_site: NewSite) -> None:
    site = new_site(empty=True, SITE_URL="").start("--demo", first=True)
    groups = site.groups()
    output = site.output.read_text()
    answered = site.answers()

    code = site.stop()

    assert answered
    assert f"http://localhost:{site.port}" in output
    assert "@" in output, "the demo's sign-ins"
    assert code == 0
    until(lambda: not any(is_running(group) for group in groups))  # init reaps in its own time
    assert not site.broker.exists()


def test_a_stop_takes_ten_seconds_at_most() -> None:
    assert ENDS_WITHIN + BROKER_ENDS_WITHIN < 10


def test_what_people_wrote_is_readable_for_this_account_alone(site: Site) -> None:
    readable = [
        path.name
        for path in site.folder.iterdir()
        if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    ]

    assert readable == []


def test_a_second_start_on_the_same_folder_is_refused_kindly(site: Site) -> None:
    output = site.refuses("up", "--port", str(free_port()))

    assert output == (
        f"The site runs already, at http://localhost:{site.port}. Use that one, or stop it first.\n"
    )
    assert site.answers()


def test_a_port_in_use_is_refused_with_another_to_choose(new_site: NewSite) -> None:
    site = new_site()
    with socket.create_server(("127.0.0.1", site.port)):
        output = site.refuses("up", "--port", str(site.port))

    assert output == (
        f"Another program uses port {site.port}. Choose another one: make run PORT=8001\n"
    )


@pytest.mark.parametrize(("name", "index"), [("broker", 0), ("worker", 1), ("web server", 2)])
def test_a_server_that_dies_is_started_again(site: Site, name: str, index: int) -> None:
    before = site.groups()

    os.kill(before[index], signal.SIGKILL)

    until(lambda: site.groups()[index] != before[index])
    until(site.answers)
    until(site.works)
    assert f"Stopped by itself, and will start again: {name}\n" in site.output.read_text()
    others = [0, 1, 2]
    others.remove(index)
    assert [site.groups()[other] for other in others] == [before[other] for other in others]


def test_a_server_that_dies_while_the_disk_is_full_is_started_again(site: Site) -> None:
    before = site.groups()
    with no_room(site):
        os.killpg(before[WEB], signal.SIGKILL)
        until(lambda: not is_running(before[WEB]))
        until(site.answers)
        assert site.groups() == before, "there was room after all"

    until(lambda: site.groups()[WEB] != before[WEB])
    assert is_running(site.groups()[WEB])
    until(site.works)


@pytest.mark.each_database
def test_after_a_killed_supervisor_the_next_start_clears_up_and_keeps_the_data(
    new_site: NewSite,
) -> None:
    site = new_site().start()
    create = ("createsuperuser", "--no-input", "--email", "kept@example.org")
    assert site.manage(*create).returncode == 0
    orphans = site.groups()
    site.kill()

    site.start()

    assert site.answers()
    until(lambda: not any(is_running(group) for group in orphans))
    assert "already taken" in site.refuses(*create)


def test_a_database_that_is_down_is_named_without_its_password(new_site: NewSite) -> None:
    closed = free_port()
    site = new_site(DATABASE_URL=f"postgres://ana:tops3cret@127.0.0.1:{closed}/help")

    output = site.refuses("up", "--port", str(site.port))

    reason = output.removeprefix("Getting ready…\nThe database in DATABASE_URL does not answer: ")
    assert reason != output
    assert "127.0.0.1" in reason
    assert len(reason.splitlines()) == 1
    assert "tops3cret" not in output


def test_a_broker_that_is_down_is_said_and_the_site_starts_without_it(new_site: NewSite) -> None:
    site = new_site(REDIS_URL=f"redis://:tops3cret@127.0.0.1:{free_port()}/0").start()

    assert site.answers()
    assert "The broker in REDIS_URL does not answer." in site.output.read_text()
    assert "tops3cret" not in site.output.read_text()
