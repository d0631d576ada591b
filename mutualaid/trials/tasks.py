"""Tasks of Celery. Safe to run twice, late, or in two places at once: one worker takes a trial."""

from celery import shared_task

from mutualaid.trials import actions
from mutualaid.trials.models import Trial


@shared_task
def play(pk: int) -> None:
    actions.play_trial(pk)


@shared_task
def sweep() -> None:
    """Play one trial that is due: it takes minutes, and the next sweep goes on."""
    actions.tidy_up()
    if trial := Trial.objects.due().order_by("pk").first():
        actions.play_trial(trial.pk)
