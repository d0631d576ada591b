"""One site as a process: its web server, and a driver that does what people and the clock do there.

`python -m tests.partners.two_sites.site_process PORT`, with the environment of a site. It reads an act from
each line of its input, as JSON: the name of a function in `acts.py`, and its arguments. Each gets a line.
"""

import json
import os
import signal
import sys
import time
import traceback
from typing import IO, Any

import django

from mutualaid.standalone.child import STOPPED_BY


def main() -> None:
    port = int(sys.argv[1])
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mutualaid.settings")
    django.setup()
    from mutualaid.standalone import web
    from mutualaid.standalone.preload import preload

    preload()
    server = os.fork()
    if not server:
        for number in STOPPED_BY:
            signal.signal(number, signal.SIG_DFL)
        web.run(port)
        return
    while not web.answers(port):
        time.sleep(0.05)
    try:
        _obey(out)
    finally:
        os.kill(server, signal.SIGTERM)
        os.waitpid(server, 0)


def _obey(out: IO[str]) -> None:
    from tests.partners.two_sites import acts

    print(json.dumps({"value": "ready"}), file=out, flush=True)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        answer: dict[str, Any]
        try:
            answer = {"value": getattr(acts, name)(*arguments)}
        except Exception:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer, default=str), file=out, flush=True)


if __name__ == "__main__":
    main()
