import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from mutualaid.resources.hsds.writing import write_services
from mutualaid.resources.models import Resource


class Command(BaseCommand):
    help = "Write what is near as HSDS 3 JSON: to FILE.json, or here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", metavar="FILE.json")

    def handle(self, *, file: Path | None, **_options: Any) -> None:
        page = write_services(Resource.objects.with_all())
        text = json.dumps(page, ensure_ascii=False, indent=2)
        if file:
            file.write_text(text + "\n", encoding="utf-8")
        else:
            self.stdout.write(text)
