import os
import sys
from collections.abc import Mapping
from typing import NoReturn


def begin_again(environment: Mapping[str, str]) -> NoReturn:
    """Replace this process by one of the same command line, with `environment` added to its own."""
    os.environ.update(environment)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  ourselves again
