"""What stands in the way of a file, a row or a cell: told to whoever imports, in their language."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
D = TypeVar("D")


class FileProblem(Exception):
    """The file or a choice cannot be used. Nothing has been written yet."""


class Unread(Exception):
    """A row, or a part of it, cannot be read; the others can. Its arguments are the reasons.

    They quote nothing that a neighbour wrote but the name of a kind of help, an area or a state.
    """

    @property
    def reasons(self) -> list[str]:
        return list(map(str, self.args))


class Reasons(list[str]):
    """Why a row cannot be read: all of it, so that it is corrected once."""

    def read(self, part: Callable[[], T], otherwise: D) -> T | D:
        """Return what `part` reads; `otherwise` where it cannot be read, and note why."""
        try:
            return part()
        except Unread as unread:
            self += [reason for reason in unread.reasons if reason not in self]
            return otherwise

    def refuse_if_any(self) -> None:
        """Raises `Unread` with all of them where there are some."""
        if self:
            raise Unread(*self)
