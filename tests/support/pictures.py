"""Pictures of lives, as mermaid writes them, and the arrows that they draw."""

import re
from pathlib import Path

from django.conf import settings

ARROW = re.compile(r"^    (\w+) --> (\w+): (\w+)$", re.MULTILINE)
BOX = re.compile(r"^    state (\w+) \{([^}]+)\}$", re.MULTILINE)
Arrow = tuple[str, str, str]
"""From where, to where, by which step."""


def arrows_in(picture: str) -> set[Arrow]:
    """Every arrow, those from a box as one from each state in it."""
    boxes = {name: inside.split() for name, inside in BOX.findall(picture)}
    return {
        (source, target, action)
        for start, target, action in ARROW.findall(picture)
        for source in boxes.get(start, [start])
    }


def written(file: str, heading: str = "") -> str:
    """A document of the project, or one chapter of it."""
    text = Path(settings.BASE_DIR, file).read_text()
    return text.split(f"\n## {heading}\n")[1].split("\n## ")[0] if heading else text
