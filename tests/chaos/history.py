"""Record what happened when, line by line in a file, so that a run can be read afterwards."""

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

    def note(self, what: str, *, in_terminal: bool = False, **facts: object) -> float:
        """Write one line, also to the terminal if `in_terminal`; return the moment in seconds."""
        at = self.now()
        with self._lock:
            print(json.dumps({"at": at, "what": what, **facts}), file=self._file)
        if in_terminal:
            print(f"{at:7.1f} s  {what}", flush=True)
        return at
