"""The two ways in which reading goes wrong. Both carry words for the person who runs the import."""


class FileProblem(Exception):
    """The file or an option is not usable. Nothing has been written yet."""


class Unread(Exception):
    """One row cannot be read; the others can. Its words quote nothing that a neighbour wrote."""
