"""Run Celery on a machine whose clock is wrong: `python -m tests.support.wrong_clock SECONDS worker …`.

The clock is patched in that one process, with its threads; the database and the broker have their own.
"""

import sys
from datetime import timedelta
from typing import Any


def main() -> None:
    # Before anything of the site: it takes the functions of the clock by name.
    import time_machine
    from django.utils import timezone

    wrong = timedelta(seconds=float(sys.argv.pop(1)))
    with time_machine.travel(timezone.now() + wrong):
        from celery.__main__ import main
        from celery.signals import task_success

        task_success.connect(_say, weak=False)

        sys.argv[1:1] = ["--app", "mutualaid"]
        main()


def _say(sender: Any, **_: Any) -> None:
    print("ran", sender.name, flush=True)


if __name__ == "__main__":
    main()
