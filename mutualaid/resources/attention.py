"""Numbers for the coordinators' board."""

from mutualaid.resources.models import Resource, ResourceReport


def reports_waiting() -> int:
    """How many reports of a mistake no coordinator has settled yet."""
    return ResourceReport.objects.filter(settled_at=None).count()


def due_for_recheck() -> int:
    """How many resources in use should be checked again, those that are hidden for their age included."""
    return Resource.objects.due().count()
