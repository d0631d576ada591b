"""Three cases of "this is here already": the same household, the same need twice, and different people."""

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from mutualaid.encryption.fields import WrongKey
from mutualaid.notify.outbox import enqueue
from mutualaid.transitions import StateChanged
from requests_app.actions.changing import match_anew, release_excluded_claims
from requests_app.actions.sending import announce, read_ask_first
from requests_app.lifecycle.actors import Actor
from requests_app.lifecycle.transitions import apply_need_transition, lock_ask, lock_need, log_event
from requests_app.models import Ask, Exclusion, Need, NeedMerge, NeedNotes, PrivateLink
from requests_app.signals import need_changed


@transaction.atomic
def merge_asks(ask: Ask, *, into: Ask, by: Actor) -> None:
    """Both are of the same household: the needs of `ask` move under `into`, whose contact stays.

    Links of both are revoked and a new one goes to the contact that stays. Who must not find out about
    one must not about the other; what made one of them read first makes both. Raises `StateChanged` for
    an ask with itself or with one that was merged already, and `Erased`.
    """
    if ask == into:
        raise StateChanged("merge")
    for one in sorted((ask, into), key=lambda row: row.pk):  # so that nobody waits in a ring
        lock_ask(one)
    if ask.merged_into_id or into.merged_into_id:
        raise StateChanged("merge")
    Ask.objects.filter(Q(pk=ask.pk) | Q(merged_into=ask)).update(merged_into=into)
    ask.merged_into = into
    moved = list(ask.needs.order_by("pk"))
    Need.objects.filter(ask=ask, came_with=None).update(came_with=ask)
    Need.objects.filter(ask=ask).update(ask=into)
    _share_exclusions(ask, into)
    for need in moved:
        need.ask = into
        log_event(need, "merge", by=by, reason="household")
    release_excluded_claims(into, by=by)
    if ask.read_first or into.read_first:
        for one in (ask, into):
            read_ask_first(one, by=by)
    match_anew(into)
    _renew_way_back(ask, into)


@transaction.atomic
def unmerge_asks(ask: Ask, *, by: Actor) -> None:
    """They were not of one household after all: `ask` has its needs back, and its contact, unchanged.

    What each was told meanwhile stays with the ask where it was told; each gets a new link of its own.
    Raises `StateChanged` where it is not merged, or its needs are put together with others of that ask.
    """
    into = ask.merged_into
    if into is None:
        raise StateChanged("unmerge")
    for one in sorted((ask, into), key=lambda row: row.pk):
        lock_ask(one)
    back = list(into.needs.filter(came_with=ask).order_by("pk"))
    ids = [need.pk for need in back]
    tied = Q(pk__in=ids, merged_into__isnull=False) & ~Q(merged_into__in=ids)
    tied |= Q(merged_into__in=ids) & ~Q(pk__in=ids)
    if Need.objects.filter(tied, state="merged").exists():
        raise StateChanged("unmerge")
    Ask.objects.filter(pk=ask.pk).update(merged_into=None)
    ask.merged_into = None
    Need.objects.filter(pk__in=ids).update(ask=ask, came_with=None)
    for need in back:
        need.ask = ask
        log_event(need, "unmerge", by=by, reason="household")
    if ask.read_first or into.read_first:
        for one in (ask, into):
            read_ask_first(one, by=by)
    PrivateLink.objects.filter(ask=into, revoked_at=None).update(revoked_at=Now())
    for one in (ask, into):
        match_anew(one)
        _send_link(one)


@transaction.atomic
def mark_alike(ask: Ask, *, other: Ask, by: Actor) -> None:
    """They look alike and are of different people: links, contact and rights stay apart.

    Raises `StateChanged` for an ask with itself.
    """
    if ask == other:
        raise StateChanged("merge")
    ask.alike.add(other)
    for one in sorted((ask, other), key=lambda row: row.pk):
        for need in lock_ask(one):
            log_event(need, "change", by=by, reason="alike")


@transaction.atomic
def unmark_alike(ask: Ask, *, other: Ask, by: Actor) -> None:
    """They may be of one person after all: coordinators are told again that they look alike."""
    ask.alike.remove(other)
    for one in sorted((ask, other), key=lambda row: row.pk):
        for need in lock_ask(one):
            log_event(need, "change", by=by, reason="alike")


@transaction.atomic
def merge_need(need: Need, *, into: Need, by: Actor) -> None:
    """The same need came twice in one ask: from now on both share one fate, and nothing of either is lost.

    `into` takes the higher urgency, the earlier day, and both texts. Raises `StateChanged` where
    somebody is at work on `need` already, where `into` is closed or `need` itself, or where they are of
    two asks: those of one household are merged first, and those of different people stay apart.
    """
    into = into.leading
    for one in sorted((need, into), key=lambda row: row.pk):
        lock_need(one)
    at_work = need.claims.filling().exists()
    if at_work or into == need or need.ask_id != into.ask_id or not into.is_live:
        raise StateChanged("merge")
    into.refresh_from_db()
    need.refresh_from_db()
    before = NeedMerge(
        need=need,
        urgency=into.urgency,
        needed_by=into.needed_by,
        open_until=into.open_until,
        notes=_text(into),
    )
    before.save(force_insert=not NeedMerge.objects.filter(pk=need.pk).exists())
    _write(into, need, _together(need, before), _both(before.notes, _text(need)))
    apply_need_transition(need, "merge", by=by, merged_into=into)
    need.merged.update(merged_into=into)
    log_event(into, "change", by=by, reason="merge")
    need_changed.send(sender=Need, need=into)


@transaction.atomic
def unmerge_need(need: Need, *, by: Actor) -> None:
    """They were not the same after all: it is open again, by itself, and the other one is as it was.

    What was changed on the other one since then stays changed.
    """
    into = need.merged_into
    for one in sorted(filter(None, (need, into)), key=lambda row: row.pk):
        lock_need(one)
    before = NeedMerge.objects.filter(need=need).first()
    apply_need_transition(need, "unmerge", by=by, merged_into=None)
    if into and before and into.is_live:
        into.refresh_from_db()
        as_merged = _together(need, before)
        is_untouched = all(getattr(into, name) == value for name, value in as_merged.items())
        fields = {name: getattr(before, name) for name in as_merged} if is_untouched else {}
        is_same_text = _text(into) == _both(before.notes, _text(need))
        _write(into, need, fields, before.notes if is_same_text else None)
        log_event(into, "change", by=by, reason="unmerge")
        need_changed.send(sender=Need, need=into)
    if before:
        before.delete()
    if need.ask.read_first:
        apply_need_transition(need, "reread", by=by)
    else:
        announce(need)


def _together(need: Need, before: NeedMerge) -> dict[str, object]:
    """What a need becomes, as it was `before`, with `need` put into it."""
    days = [day for day in (before.needed_by, need.needed_by) if day]
    day = min(days, default=None)
    return {
        "urgency": max(before.urgency, need.urgency),
        "needed_by": day,
        "open_until": None if day else before.open_until,
    }


def _write(into: Need, need: Need, fields: dict[str, object], notes: str | None) -> None:
    if fields:
        if into.series_id:
            fields = {"urgency": fields["urgency"]}
        Need.objects.filter(pk=into.pk).update(**fields)
        into.refresh_from_db()
    if notes is not None:
        NeedNotes.objects.filter(need=into).update(text=notes)


def _both(mine: str, theirs: str) -> str:
    texts = [text for text in (mine.strip(), theirs.strip()) if text]
    return "\n\n".join(dict.fromkeys(texts))


def _text(need: Need) -> str:
    """Raises `WrongKey`; then nothing is put together, for a text could be lost."""
    notes = NeedNotes.objects.filter(need=need).first()
    return notes.text if notes else ""


def _share_exclusions(ask: Ask, into: Ask) -> None:
    for one in ask.exclusions.all():
        Exclusion.objects.get_or_create(ask=into, person=one.person, fingerprint=one.fingerprint)
    for one in into.exclusions.all():
        Exclusion.objects.get_or_create(ask=ask, person=one.person, fingerprint=one.fingerprint)


def _renew_way_back(ask: Ask, into: Ask) -> None:
    links = PrivateLink.objects.filter(ask__in=[ask, into], revoked_at=None)
    links.update(revoked_at=Now())
    _send_link(into)


def _send_link(ask: Ask) -> None:
    """By e-mail where that is safe; else a coordinator rings and reads out a code."""
    try:
        contact = ask.contact
    except WrongKey:
        contact = None
    if contact and contact.safe_email:
        sent = PrivateLink.objects.filter(ask=ask).count()
        enqueue("ask_link", about_id=ask.pk, key=f"ask_link:{ask.pk}:renewed:{sent}")
    else:
        Ask.objects.filter(pk=ask.pk).update(call_back_at=Now())
