from mutualaid.desk import finding, review  # noqa: F401  their pages register themselves
