"""The containers: what compose understands, what every part must have, and that no secret is in the image."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

FOLDER = settings.BASE_DIR / "mutualaid" / "deploy" / "container"
OURS = {"prepare", "web", "worker", "backlog", "beat"}


@pytest.fixture
def services() -> dict[str, Any]:
    text = (FOLDER / "compose.yaml").read_text()
    return dict(yaml.safe_load(text)["services"])


def test_compose_understands_the_file(tmp_path: Path):
    command = ["docker-compose"] if shutil.which("docker-compose") else ["docker", "compose"]
    if (
        not shutil.which(command[0])
        or subprocess.run([*command, "version"], capture_output=True, check=False).returncode
    ):
        pytest.skip("docker compose is not here: compose.yaml was read as YAML alone")
    shutil.copy(FOLDER / "compose.yaml", tmp_path)
    (tmp_path / "mutualaid.env").write_text('GROUP_NAME="Old Harbour"\n')
    environment = os.environ | {"POSTGRES_PASSWORD": "word"}
    done = subprocess.run(
        [*command, "config"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert set(yaml.safe_load(done.stdout)["services"]) == {*OURS, "database", "broker"}


def test_no_part_writes_outside_of_its_volume_or_gains_rights(services: dict[str, Any]):
    for name in (*OURS, "broker"):
        assert services[name]["read_only"] is True, name
        assert services[name]["cap_drop"] == ["ALL"], name
    assert all("no-new-privileges:true" in part["security_opt"] for part in services.values())


def test_what_needs_another_part_waits_for_it(services: dict[str, Any]):
    assert services["prepare"]["depends_on"]["database"]["condition"] == "service_healthy"
    for name in OURS - {"prepare"}:
        condition = services[name]["depends_on"]["prepare"]["condition"]
        assert condition == "service_completed_successfully"
    assert all("healthcheck" in services[name] for name in ("web", "database", "broker"))


def test_only_the_web_server_is_reachable_and_from_this_machine_alone(services: dict[str, Any]):
    published = {name: part["ports"] for name, part in services.items() if "ports" in part}
    assert published == {"web": ["127.0.0.1:8001:8000"]}


def test_every_queue_has_a_worker(services: dict[str, Any]):
    served = " ".join(services[name]["command"] for name in ("worker", "backlog"))
    queues = ",".join(re.findall(r"--queues (\S+)", served)).split(",")
    assert sorted(queues) == sorted(queue.name for queue in settings.CELERY_TASK_QUEUES)


def test_every_queue_has_a_worker_in_the_units_too():
    units = settings.BASE_DIR / "mutualaid" / "deploy" / "systemd"
    texts = [(units / f"mutualaid-{name}@.service").read_text() for name in ("worker", "backlog")]
    queues = [*re.findall(r"WORKER_QUEUES=([\w,]+)", texts[0])[0].split(","), "backlog"]
    assert "--queues ${WORKER_QUEUES}" in texts[0]
    assert "--queues backlog" in texts[1]
    assert sorted(queues) == sorted(queue.name for queue in settings.CELERY_TASK_QUEUES)


def test_the_image_holds_code_alone_and_runs_as_nobody_in_particular():
    text = (FOLDER / "Containerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M)
    code = "requirements.txt manage.py pyproject.toml mutualaid offers_app requests_app templates"
    assert " ".join(copied) == code
    assert not re.search(r"SECRET_KEY|CONTACT_KEYS|PASSWORD", text)
    assert re.search(r"^USER mutualaid$", text.rpartition("FROM ")[2], re.M)
    assert (FOLDER / "Containerfile.dockerignore").read_text().splitlines()[1] == "*"


@pytest.mark.slow
def test_the_image_is_built_where_there_is_a_daemon():
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "info"], capture_output=True, check=False).returncode:
        pytest.skip("no docker daemon is here: the image was not built")
    command = [docker, "build", "--quiet", "--file", str(FOLDER / "Containerfile"), "."]
    subprocess.run(command, cwd=settings.BASE_DIR, check=True)
