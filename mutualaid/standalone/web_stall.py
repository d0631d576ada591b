"""A web process all of whose threads hang ends itself, and Gunicorn starts another.

Gunicorn notices only a process whose main thread stands still, and a question of the supervisor may be
answered by another process on the same port. What hung gets no answer, as it would have got none.
"""

import logging
import os
import sys
import threading
import time
import traceback
from collections import Counter

from mutualaid.logs import place_of

STALLED_SECONDS = 60.0
"""So long all threads are taken, and no request begins or ends. Assumed; proxies give up about then."""
LOOK_SECONDS = 5.0
log = logging.getLogger(__name__)


class Progress:
    """Counts the requests that a web process is answering, and notices when none of them moves."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = 0
        self._moved_at = time.monotonic()

    def begin(self) -> None:
        with self._lock:
            self._taken += 1
            self._moved_at = time.monotonic()

    def end(self) -> None:
        with self._lock:
            self._taken -= 1
            self._moved_at = time.monotonic()

    def is_stalled(self, threads: int) -> bool:
        """Whether all these threads are taken, and for `STALLED_SECONDS` no request began or ended."""
        with self._lock:
            waited = time.monotonic() - self._moved_at
            return self._taken >= threads and waited > STALLED_SECONDS

    def watch(self, threads: int) -> None:
        """Look from a thread of its own from now on. Call it in each process after its fork."""
        threading.Thread(target=self._look, args=(threads,), name="web-stall", daemon=True).start()

    def _look(self, threads: int) -> None:
        while not self.is_stalled(threads):
            time.sleep(LOOK_SECONDS)
        log.error("web process stalled", extra={"place": _where_most_hang()})
        logging.shutdown()
        os._exit(1)


def _where_most_hang() -> str:
    """Return the place in our code where most threads are, without any value of theirs."""
    me = threading.get_ident()
    others = [frame for thread, frame in sys._current_frames().items() if thread != me]
    places = Counter(place_of(traceback.extract_stack(frame)) for frame in others)
    del places[""]
    return places.most_common(1)[0][0] if places else ""
