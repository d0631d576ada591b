"""Run the code of the release before on the tables of today, as its workers do while a site is upgraded.

`make upgrade-check`; COMMIT=… for another than the newest tag. Not in `make test`: a clone may lack history.
"""

import json
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from tests.support.releases import BASE, FOLDER, RELEASES, environment, run, write_sqlite

WALK = Path("tests/upgrades/use_site.py")


def main(commit: str) -> int:
    """Return 0 if the pages of `commit` open, and a need is asked and matched by it."""
    release = RELEASES[-1]
    commit = commit or _git("describe", "--tags", "--abbrev=0", "--match=v*").decode().strip()
    with TemporaryDirectory() as name:
        code, data = Path(name, "code"), Path(name, "data")
        with tarfile.open(fileobj=BytesIO(_git("archive", commit))) as archive:
            archive.extractall(code, filter="data")
        (code / WALK).parent.mkdir(exist_ok=True, parents=True)
        copyfile(BASE / WALK, code / WALK)
        data.mkdir()
        write_sqlite(release, data / "db.sqlite3")
        there = environment(release, data)
        run(there, "manage.py", "migrate", "--verbosity=0")
        words = ("-m", "tests.upgrades.use_site", str(FOLDER / release / "facts.json"))
        said = json.loads(run(there, *words, cwd=code))
    pages = {page: status for page, status in said["pages"].items() if status != 200}
    print(f"{commit} on the tables of today: not opened {pages}, matched {said['matched']}")
    return 1 if pages or not said["matched"] else 0


def _git(*words: str) -> bytes:
    done = subprocess.run(["git", *words], cwd=BASE, capture_output=True)
    if done.returncode:
        sys.exit(
            f"{done.stderr.decode().strip()}\nThe history is missing, or no release is tagged."
        )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if sys.argv[1:] else ""))
