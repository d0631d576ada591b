"""Whether other groups can be asked about needs: a room above says so when it is loaded."""

from collections.abc import Callable

IsPossible = Callable[[], bool]
_possible: list[IsPossible] = []


def ask_while(is_possible: IsPossible) -> None:
    """Let neighbours be asked whether other groups may be asked too, while `is_possible` holds."""
    _possible.append(is_possible)


def can_be_asked() -> bool:
    """Whether there is another group to ask now."""
    return any(is_possible() for is_possible in _possible)
