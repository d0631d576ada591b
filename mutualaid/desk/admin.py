from mutualaid.desk import finding  # noqa: F401  its page registers itself
