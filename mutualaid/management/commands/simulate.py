from argparse import ArgumentParser
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from mutualaid.simulation.chart import svg
from mutualaid.simulation.policies import POLICIES
from mutualaid.simulation.sandbox import Prepare, RunCommand, SimulationFailed, simulate_all
from mutualaid.simulation.settings import SimulationSettings
from mutualaid.simulation.table import lines


class Command(BaseCommand):
    help = (
        "Play weeks of a made-up city, or of your own past needs, through the real code on a "
        "throw-away database, with different ways to decide whom to ask, and compare them. How people "
        "answer is assumed: trust the direction, not the digits."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        defaults = {field.name: field.default for field in fields(SimulationSettings)}
        parser.add_argument(
            "--policy",
            action="append",
            choices=list(POLICIES),
            help="only this one; may be repeated",
        )
        for name in ("seed", "weeks", "volunteers", "needs_a_week"):
            option = f"--{name.replace('_', '-')}"
            parser.add_argument(option, type=int, default=defaults[name])
        parser.add_argument(
            "--fatigue",
            type=float,
            default=defaults["fatigue"],
            help="0: nobody tires of being asked",
        )
        parser.add_argument(
            "--past", type=Path, help="your own needs, a sheet that import_needs reads"
        )
        parser.add_argument(
            "--read-as",
            action="append",
            default=[],
            metavar="OPTION=VALUE",
            help="an option of import_needs for the sheet, as date-order=dmy; may be repeated",
        )
        parser.add_argument(
            "--draw", type=Path, help="write the table as a drawing to this SVG file"
        )

    def handle(
        self, *, policy: list[str] | None, past: Path | None, draw: Path | None, **options: Any
    ) -> None:
        if past and not past.is_file():
            raise CommandError(_("%s is not there.") % past)
        policies = policy or list(POLICIES)
        values = {
            field.name: options[field.name]
            for field in fields(SimulationSettings)
            if field.name in options
        }
        simulations = [SimulationSettings(policy=name, **values) for name in policies]
        try:
            results = simulate_all(simulations, _prepare(past, options["read_as"]))
        except SimulationFailed as problem:
            raise CommandError(str(problem)) from problem
        title = _(
            "%(needs)s needs in %(weeks)s weeks, %(volunteers)s volunteers, seed %(seed)s"
        ) % {
            **values,
            "needs": results[0].needs,
        }
        self.stdout.write("\n".join([title, *lines(policies, results)]))
        if draw:
            draw.write_text(svg(title, policies, results), encoding="utf-8")
            self.stdout.write(_("Drawn: %s") % draw)


def _prepare(past: Path | None, read_as: list[str]) -> Prepare:
    def prepare(run: RunCommand, folder: Path) -> None:
        run("migrate", "--verbosity", "0")
        run("seed", "--verbosity", "0")
        if past:
            areas = folder / "areas.csv"
            run("propose_localities", str(past), "--out", str(areas), "--parent", "All")
            run("import_localities", str(areas))
            run("import_needs", str(past), *(f"--{option}" for option in read_as))

    return prepare
