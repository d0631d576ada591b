from mutualaid.desk import call, cannot_come, finding, review  # noqa: F401  their pages register themselves
