"""What a subject says, without the day or the code at its end that tells it from others."""

import re


def unmarked(subject: object) -> str:
    return re.sub(r" \([^()]+\)$", "", str(subject))
