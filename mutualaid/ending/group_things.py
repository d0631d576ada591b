"""What belongs to the group and to no person, in one file to keep."""


def group_things() -> bytes:
    """Return a ZIP: services near by, numbers, kinds and areas, how the group works, its words and logo.

    Nothing in it is of a person: no account, no ask, no offer. Twelve queries.
    """
    raise NotImplementedError
