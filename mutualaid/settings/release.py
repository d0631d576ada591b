"""Which release of the code this is: in logs, backups and heartbeats."""

import tomllib
from pathlib import Path


def release(project: Path) -> str:
    """Return the version that the `pyproject.toml` in the folder `project` names, as in the CHANGELOG."""
    text = (project / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])
