"""A site under load, as a group runs it: `python -m tests.load.run WHAT DATABASE`.

The site really runs: on SQLite with the embedded broker, or on PostgreSQL with a Redis beside it, filled
with 10,000 needs and 2,000 volunteers. Files that pages are drawn with are left out: browsers keep them.
Exits with 1 where an answer was wrong. It goes to this machine alone.
"""

import logging
import os
import signal
import sys
from argparse import ArgumentParser
from pathlib import Path

from tests.chaos import servers
from tests.chaos.history import History

SECONDS = {"steady": 120.0, "surge": 60.0, "claims": 300.0, "soak": 3600.0}


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no server is left behind
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=SECONDS)
    parser.add_argument("database", choices=["sqlite", "postgres"])
    parser.add_argument("--seconds", type=float, help="or else as many as the goals are for")
    parser.add_argument("--needs", type=int, default=10_000)
    parser.add_argument("--volunteers", type=int, default=2_000)
    parser.add_argument("--people", type=int, default=40, help="who come at once")
    parser.add_argument("--history", type=Path, default=Path("var/load"))
    options = parser.parse_args()
    options.seconds = options.seconds or SECONDS[options.what]
    os.environ |= dict.fromkeys(("QUIET_FROM", "QUIET_UNTIL"), "00:00")  # no one waits for morning
    history = History(options.history / f"{options.what}-{options.database}.jsonl")
    with servers.running(options.database, history) as world:
        from tests.load.modes import MODES  # Django is set up by now

        logging.disable(logging.INFO)  # each of thousands of sign-ins would be told
        sizes = f"{options.needs:,} needs, {options.volunteers:,} volunteers"
        print(f"== {options.what}, {options.database}: {sizes}", flush=True)
        return 0 if MODES[options.what](world, options) else 1


if __name__ == "__main__":
    sys.exit(main())
