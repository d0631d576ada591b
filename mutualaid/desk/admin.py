from mutualaid.desk import call, cannot_come, finding  # noqa: F401  their pages register themselves
