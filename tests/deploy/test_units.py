"""systemd understands the units, and each of them is hardened."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

UNITS = settings.BASE_DIR / "mutualaid" / "deploy" / "systemd"
NAMES = sorted(path.name for path in UNITS.iterdir() if path.is_file())
SERVICES = [name for name in NAMES if name.endswith(".service")]
MOST_EXPOSED = 2.0
"""Of systemd's scale from 0 to 10; above 9 stands a service without any of it."""
PYTHON = "/opt/mutualaid/.venv/bin/python"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units as they are installed, with a Python that is there."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here: no unit was read by systemd")
    folder = tmp_path_factory.mktemp("units")
    shutil.copytree(UNITS, folder, symlinks=True, dirs_exist_ok=True)
    for unit in folder.glob("*.service"):
        unit.write_text(unit.read_text().replace(PYTHON, sys.executable))
    return folder


def analyze(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"SYSTEMD_UNIT_PATH": f"{folder}:", "SYSTEMD_COLORS": "0"}
    command = ["systemd-analyze", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def of_group(name: str) -> str:
    return name.replace("@", "@harbour")


@pytest.mark.parametrize("name", NAMES)
def test_systemd_finds_no_fault_in_a_unit(folder: Path, name: str):
    done = analyze(folder, "verify", "--man=no", "--recursive-errors=one", of_group(name))
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_would_name_a_fault(folder: Path):
    wrong = folder / "mutualaid-wrong@.service"
    wrong.write_text("[Service]\nExecStart=/nowhere/at-all\n")
    assert "not executable" in analyze(folder, "verify", "--man=no", of_group(wrong.name)).stderr
    wrong.unlink()


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_hardened(folder: Path, name: str):
    done = analyze(folder, "security", "--offline=yes", "--no-pager", str(folder / of_group(name)))
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert level, done.stdout + done.stderr
    print(level[0])
    assert float(level[1]) <= MOST_EXPOSED


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".timer")])
def test_a_timer_has_a_service_of_its_name(name: str):
    assert name.replace(".timer", ".service") in SERVICES


def test_the_one_service_and_the_many_never_run_beside_each_other():
    small, large = "mutualaid@%i.service", "mutualaid-large@%i.target"
    assert f"Conflicts={large}" in (UNITS / "mutualaid@.service").read_text()
    target = (UNITS / "mutualaid-large@.target").read_text()
    assert f"Conflicts={small}" in target
    for name in re.findall(r"mutualaid-\w+@", target.partition("Wants=")[2].partition("\n")[0]):
        assert f"PartOf={large}" in (UNITS / f"{name}.service").read_text()


def test_a_site_whose_upgrade_failed_is_not_started_again_and_none_is_killed_half_way():
    unit = (UNITS / "mutualaid@.service").read_text()
    assert f"RestartPreventExitStatus={os.EX_CONFIG}" in unit
    assert "TimeoutStartSec=infinity" in unit
