"""A disk without room for a site that really runs, which takes no rights to arrange."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

from tests.support.site import Site


@contextmanager
def no_room(site: Site) -> Iterator[None]:
    """Let no process of `site` write anything into a file, nor any that it starts meanwhile."""
    let_files_grow_to(site, 0)
    try:
        yield
    finally:
        let_files_grow_to(site, resource.RLIM_INFINITY)


def let_files_grow_to(site: Site, most: int) -> None:
    """So many bytes, `RLIM_INFINITY` for as many as there are. The broker is left out: it has but its log."""
    assert site.process
    supervisor = psutil.Process(site.process.pid)
    for process in (supervisor, *supervisor.children(recursive=True)):
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            if "valkey" not in process.name():
                limits = (most, resource.RLIM_INFINITY)
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, limits)
