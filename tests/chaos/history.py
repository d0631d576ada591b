"""What happened when: every line is kept in a file, so that a run can be read afterwards."""

import json
import threading
import time
from pathlib import Path


class History:
    """Seconds count from the start. Written to from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("w", buffering=1)
        self._lock = threading.Lock()
        self._began = time.monotonic()

    def now(self) -> float:
        return round(time.monotonic() - self._began, 3)

    def note(self, what: str, *, aloud: bool = False, **facts: object) -> float:
        """Write one line, and with `aloud` say it in the terminal too. Returns the moment."""
        at = self.now()
        with self._lock:
            print(json.dumps({"at": at, "what": what, **facts}), file=self._file)
        if aloud:
            print(f"{at:7.1f} s  {what}", flush=True)
        return at
