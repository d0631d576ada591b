from argparse import ArgumentParser, ArgumentTypeError
from math import inf
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from mutualaid.simulation import assumptions
from mutualaid.simulation.behaviour import POPULATIONS
from mutualaid.simulation.chart import svg
from mutualaid.simulation.group_settings import BadSettings, points_of_site, read_changes
from mutualaid.simulation.metrics import Metrics
from mutualaid.simulation.sandbox import (
    Prepare,
    RunCommand,
    SimulationFailed,
    seed_only,
    simulate_all,
)
from mutualaid.simulation.settings import CitySettings, SimulationSettings
from mutualaid.simulation.strategies import STRATEGIES
from mutualaid.simulation.table import OURS, differences, goals, means


class Command(BaseCommand):
    help = (
        "Play weeks of a made-up city, or of your own past needs, through the real code on a "
        "throw-away database, with different ways to decide whom to ask, and compare them. How people "
        "answer is assumed: trust the direction, not the digits."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--assumptions", action="store_true", help="print what is assumed, and end"
        )
        parser.add_argument(
            "--only",
            action="append",
            choices=list(STRATEGIES),
            help="only this way; may be repeated",
        )
        parser.add_argument(
            "--population",
            action="append",
            choices=list(POPULATIONS),
            help="only this one; may be repeated",
        )
        parser.add_argument(
            "--policy",
            type=Path,
            help="a JSON file of values of your policy or points to play beside those of today",
        )
        parser.add_argument("--seeds", type=int, default=1, help="so many cities, from --seed on")
        parser.add_argument(
            "--minutes",
            type=float,
            default=inf,
            help="begin nothing after so many, and show the cities that were played whole",
        )
        for name in CITY:
            option = f"--{name.replace('_', '-')}"
            parser.add_argument(option, type=int, default=getattr(CitySettings, name))
        parser.add_argument(
            "--assume",
            action="append",
            type=_figure,
            default=[],
            metavar="FIGURE=VALUE",
            help="another value of a figure of --assumptions, as SameLaws.FATIGUE=0; may be repeated",
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
            "--draw",
            type=Path,
            help="write the table of the first seed as a drawing to this SVG file",
        )

    def handle(self, **options: Any) -> None:
        if options["assumptions"]:
            self.stdout.write("\n".join(assumptions.table()))
            return
        past: Path | None = options["past"]
        if past and not past.is_file():
            raise CommandError(_("%s is not there.") % past)
        if options["seeds"] < 1:
            raise CommandError("--seeds: at least 1.")
        try:
            columns = _columns(options["only"], options["policy"])
            plays = _plays(columns, options)
            results = simulate_all(
                list(plays.values()),
                _prepare(past, options["read_as"]),
                self._tell(len(plays)),
                seconds=60 * options["minutes"],
            )
        except (BadSettings, SimulationFailed) as problem:
            raise CommandError(str(problem)) from problem
        each = len(plays) // options["seeds"]
        options["seeds"] = len(results) // each
        if not options["seeds"]:
            raise CommandError("No city was played whole in this time.")
        whole = list(plays)[: each * options["seeds"]]
        self._show(dict(zip(whole, results, strict=False)), options)

    def _tell(self, of: int) -> Any:
        def tell(done: int) -> None:
            if self.stderr.isatty():
                self.stderr.write(f"\r{done}/{of}", ending="" if done < of else "\n")

        return tell

    def _show(self, results: dict["Play", Metrics], options: dict[str, Any]) -> None:
        title = _(
            "%(needs)s needs in %(weeks)s weeks, %(volunteers)s volunteers, seed %(seed)s"
        ) % {**options, "needs": next(iter(results.values())).needs}
        if options["seeds"] > 1:
            title += f" to {options['seed'] + options['seeds'] - 1}"
        self.stdout.write(title)
        for population in dict.fromkeys(population for population, _seed, _column in results):
            table: dict[str, list[Metrics]] = {}
            for (of, _seed, column), metrics in results.items():
                if of == population:
                    table.setdefault(column, []).append(metrics)
            self.stdout.write(f"\nPopulation “{population}”")
            for line in (*means(table), *differences(table), "", *goals(table)):
                self.stdout.write(line)
            if draw := options["draw"]:
                file = draw.with_stem(f"{draw.stem}-{population.replace(' ', '-')}")
                first = [metrics[0] for metrics in table.values()]
                file.write_text(svg(title, list(table), first), encoding="utf-8")
                self.stdout.write(_("Drawn: %s") % file)


CITY = ("seed", "weeks", "volunteers", "needs_a_week")
Play = tuple[str, int, str]
"""Population, seed and column of the table."""


def _figure(words: str) -> tuple[str, float]:
    """Raises `ArgumentTypeError` for an unknown figure, and `ValueError` where the value is no number."""
    name, _equals, value = words.partition("=")
    try:
        assumptions.check_names([name])
    except assumptions.UnknownFigure as problem:
        raise ArgumentTypeError(f"there is no figure {problem}; see --assumptions") from problem
    return name, float(value)


def _columns(only: list[str] | None, policy: Path | None) -> dict[str, tuple[str, dict[str, Any]]]:
    """Each column of the table: its strategy, and what differs from the settings of a new site."""
    today = points_of_site()
    columns = {name: (name, dict[str, Any](today)) for name in only or STRATEGIES}
    if policy:
        columns[policy.name] = (OURS, today | read_changes(policy))
    return columns


def _plays(
    columns: dict[str, tuple[str, dict[str, Any]]], options: dict[str, Any]
) -> dict[Play, SimulationSettings]:
    values = {name: options[name] for name in CITY} | {"assumed": tuple(options["assume"])}
    first = options["seed"]
    return {
        (population, seed, column): SimulationSettings(
            strategy=strategy,
            city=CitySettings(**values | {"seed": seed}),
            population=population,
            changes=changes,
        )
        for seed in range(first, first + options["seeds"])
        for population in options["population"] or POPULATIONS
        for column, (strategy, changes) in columns.items()
    }


def _prepare(past: Path | None, read_as: list[str]) -> Prepare:
    def prepare(run: RunCommand, folder: Path) -> None:
        seed_only(run, folder)
        if past:
            areas = folder / "areas.csv"
            run("propose_localities", str(past), "--out", str(areas), "--parent", "All")
            run("import_localities", str(areas))
            run("import_needs", str(past), *(f"--{option}" for option in read_as))

    return prepare
