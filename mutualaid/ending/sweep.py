"""What the clock does of a winding down, in its order: tell, close, erase. Idempotent."""

from collections.abc import Iterator

from mutualaid.ending.closing import close_what_is_open
from mutualaid.ending.erasing import begin_erasing, erase_everything
from mutualaid.ending.models import WindingDown
from mutualaid.ending.telling import tell_all, tell_that_it_goes_on
from mutualaid.group.current import read_group


def sweep_winding_down() -> Iterator[int]:
    """Do what is due, batch after batch; yields how many rows each had. It may stop after any of them."""
    yield from tell_that_it_goes_on()
    if winding := WindingDown.objects.agreed().filter(erasing_at=None).first():
        yield from tell_all(winding)
        yield from close_what_is_open(winding)
        begin_erasing(winding)
    if read_group().ended_on:
        yield from erase_everything()
