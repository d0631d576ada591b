"""Read state diagrams out of the documents (mermaid), as sets of arrows."""

import re
from pathlib import Path

from django.conf import settings

ARROW = re.compile(r"^    (\w+) --> (\w+): (\w+)$", re.MULTILINE)
BOX = re.compile(r"^    state (\w+) \{([^}]+)\}$", re.MULTILINE)
Arrow = tuple[str, str, str]
"""Source state, target state, action."""


def arrows_in(picture: str) -> set[Arrow]:
    """Return every arrow; one that starts at a box as one from each state in it."""
    boxes = {name: inside.split() for name, inside in BOX.findall(picture)}
    return {
        (source, target, action)
        for start, target, action in ARROW.findall(picture)
        for source in boxes.get(start, [start])
    }


def written(file: str, heading: str = "") -> str:
    """Return the text of a document, or of one chapter of it."""
    text = Path(settings.BASE_DIR, file).read_text()
    return text.split(f"\n## {heading}\n")[1].split("\n## ")[0] if heading else text
