from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mutualaid.ending.actions import DecidedByMembers, NotAllowed, agree
from mutualaid.ending.models import Stage, WindingDown
from mutualaid.ending.progress import progress_of
from mutualaid.group.current import read_group
from mutualaid.transitions import StateChanged

WORDS = {
    Stage.PROPOSED: "proposed; it waits for a second person until {expires_at:%Y-%m-%d %H:%M %Z}",
    Stage.TELLING: "agreed; everyone is being told",
    Stage.TOLD: "agreed; everyone was told",
    Stage.CLOSING: "what is open is being closed",
    Stage.CLOSED: "what was open is closed",
    Stage.ERASING: "everything is being erased",
}


class Command(BaseCommand):
    help = "How far the winding down of the group has come; `agree` where it has one coordinator alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("step", nargs="?", choices=("status", "agree"), default="status")

    def handle(self, *, step: str, **options: Any) -> None:
        winding = WindingDown.objects.live().first()
        if winding and winding.stage == Stage.CALLED_OFF:
            winding = None
        if step == "agree":
            self._agree(winding)
        else:
            self._status(winding)

    def _agree(self, winding: WindingDown | None) -> None:
        if winding is None:
            raise CommandError("No one has proposed it. That is done in the admin: Winding down.")
        try:
            agree(winding, by=None)
        except NotAllowed as error:
            message = (
                "Someone else of the team can agree, in the admin. Two people of the group decide."
            )
            raise CommandError(message) from error
        except DecidedByMembers as error:
            raise CommandError("Members of the group decide about this, on its pages.") from error
        except StateChanged as error:
            raise CommandError("Nothing waits for a second person any more.") from error
        self.stdout.write(
            f"Agreed. What is open closes on {winding.closes_on}, everything is erased on"
            f" {winding.erases_on}. In the admin it can be called off until then."
        )

    def _status(self, winding: WindingDown | None) -> None:
        group = read_group()
        if winding is None:
            self.stdout.write(
                f"{group.name} ended on {group.ended_on}. Backups in {settings.BACKUP_DIR} and elsewhere"
                " are yours to delete."
                if group.ended_on
                else f"{group.name} is not winding down."
            )
            return
        self.stdout.write(f"{group.name}: {WORDS[winding.stage].format(**vars(winding))}.")
        self.stdout.write(f"What is open closes on {winding.closes_on}.")
        self.stdout.write(f"Everything is erased on {winding.erases_on}.")
        if winding.is_held_back:
            self.stdout.write(
                "A clock was wrong: what it wrote lies in the future, and until then nothing more is closed"
                " or erased. Set it right, call the winding down off in the admin, and propose it anew."
            )
        progress = progress_of(winding)
        self.stdout.write(
            f"Told: {progress.told} of {progress.to_tell}; on its way or to ring: {progress.under_way}, not"
            f" reached: {progress.unreached}. Open needs: {progress.open}, with help on the way:"
            f" {progress.with_help}. Weekly: {progress.series}."
        )
