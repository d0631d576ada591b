"""Messages of neighbouring groups, sixty a second: `make bench-inbox`.

The site really runs, on SQLite or on PostgreSQL. Sixty partners send as their sites do, each on a connection
of its own, at a fixed rate: a message that waits for the one before counts from when it was due. Beside it,
at the same rate in the same run, stands the page that only asks the database whether it is there.
"""

import http.client
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

from tests.benchmarks.goals import at_most
from tests.chaos import servers
from tests.chaos.history import History

PARTNERS, PER_SECOND, SECONDS, MOST_MS = 60, 60, 60, 50
SENDERS = 32
"""Threads that send. So many may wait for an answer at once."""
ALONE = "asks the database alone"
Request = Callable[[http.client.HTTPConnection], None]


def main(database: str) -> bool:
    """Return whether the goal is reached."""
    with servers.running(database, History(Path("var/chaos") / f"inbox-{database}.jsonl")) as world:
        address = urlsplit(world.site.environment["SITE_URL"])
        print(f"== {PER_SECOND} messages a second from {PARTNERS} partners, {database}", flush=True)
        rate = partial(_at_rate, address.hostname or "", address.port or 0)
        for request in _pings(PER_SECOND)[:PARTNERS]:  # the code is read, connections are made
            rate([request], {200})
        base = _report(ALONE, rate([_readiness] * PER_SECOND * SECONDS, {200}), 0)
        _report("refused: not known", rate(_pings(PER_SECOND * SECONDS, known=False), {401}), base)
        p95 = _report("taken up", rate(_pings(PER_SECOND * SECONDS), {200}), base)
        return at_most(f"p95 of a message taken up, {database}", p95, MOST_MS, "ms")


def _readiness(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/readyz")


def _pings(many: int, *, known: bool = True) -> Sequence[Request]:
    """Signed in advance: it is the other sites' work."""
    from uuid import uuid4

    from mutualaid.partners.protocol import wire
    from mutualaid.partners.protocol.addresses import INBOX
    from mutualaid.partners.protocol.messages import Ping
    from tests.support import partners

    sites = [partners.other_site() for _ in range(PARTNERS)]
    if not known:
        for site in sites:
            site.key = partners.key_pair()
    requests = []
    for number in range(many):
        message_id, site = uuid4(), sites[number % PARTNERS]
        body = wire.write(Ping(name="Crown Heights"), message_id=message_id)
        headers = site.sign(body, message_id)
        requests.append(partial(_post, path=INBOX, body=body, headers=headers))
    return requests


def _post(
    connection: http.client.HTTPConnection, *, path: str, body: bytes, headers: dict[str, str]
) -> None:
    connection.request("POST", path, body, headers)


def _at_rate(host: str, port: int, requests: Sequence[Request], statuses: set[int]) -> list[float]:
    """Send them at the rate; return the ms until each answer, from when it was due.

    Raises `AssertionError` for an answer with another status.
    """
    began = time.perf_counter() + 0.1

    def send(number: int, request: Request) -> tuple[float, int]:
        due = began + number / PER_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        connection = http.client.HTTPConnection(host, port, timeout=30)
        try:
            request(connection)
            answer = connection.getresponse()
            answer.read()
            return 1000 * (time.perf_counter() - due), answer.status
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDERS) as senders:
        answers = list(senders.map(send, range(len(requests)), requests))
    found = Counter(status for _, status in answers)
    assert found.keys() == statuses, found
    return [ms for ms, _ in answers]


def _report(what: str, times: list[float], base: float) -> float:
    """Print a line; return the 95th percentile."""
    cut = quantiles(times, n=100, method="inclusive")
    p50, p95, p99 = (cut[part - 1] for part in (50, 95, 99))
    beside = f"{p95 / base:6.1f} × {ALONE}" if base else ""
    print(
        f"   {what:26} p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  p99 {p99:6.1f} ms {beside}", flush=True
    )
    return p95


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1]) else 1)
