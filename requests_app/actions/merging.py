"""Merge asks of one household and needs that came twice; mark asks that only look alike."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import combinations

from django.db import transaction
from django.db.models import Max, Q
from django.db.models.functions import Now

from mutualaid.notify.outbox import enqueue
from mutualaid.transitions import StateChanged
from requests_app.access.veiling import veil_household
from requests_app.actions.changing import match_anew, release_excluded_claims
from requests_app.actions.claiming import move_to_week
from requests_app.actions.newcomers import note_read
from requests_app.actions.sending import announce, read_ask_first
from requests_app.lifecycle.actors import Actor
from requests_app.lifecycle.transitions import (
    apply_need_transition,
    lock_ask,
    lock_need,
    log_event,
    log_events,
)
from requests_app.models import (
    Ask,
    Claim,
    Erased,
    Exclusion,
    Need,
    NeedMerge,
    NeedNotes,
    PrivateLink,
)
from requests_app.signals import need_changed
from requests_app.states import NeedState

ALIKE = Ask.alike.through
HOW_SOON = ("urgency", "urgency_changed_at")


@transaction.atomic
def merge_asks(ask: Ask, *, into: Ask, by: Actor) -> None:
    """Put two asks of one household together: the needs of `ask` move to `into`, whose contact stays.

    Links of both are revoked and a new one goes to the contact that stays. Exclusions of either apply
    to both, and if one is read first, both are. Raises `StateChanged` for an ask with itself or if
    either was merged already, and `Erased` if either has been erased.
    """
    if ask == into:
        raise StateChanged("merge")
    _lock_asks(ask, into)
    if ask.merged_into_id or into.merged_into_id:
        raise StateChanged("merge")
    Ask.objects.filter(Q(pk=ask.pk) | Q(merged_into=ask)).update(merged_into=into)
    ask.merged_into = into
    if ask.veiled or into.veiled:
        veil_household(into)
        ask.refresh_from_db(fields=["veiled", "account", "veiled_account"])
    moved_needs = list(ask.needs.order_by("pk"))
    Need.objects.filter(ask=ask, came_with=None).update(came_with=ask)
    Need.objects.filter(ask=ask).update(ask=into)
    for read in (ask, into):
        note_read(read, by=by)
    _share_exclusions(ask, into)
    for need in moved_needs:
        need.ask = into
        log_event(need, "merge", by=by, reason="household")
    release_excluded_claims(into, by=by)
    _read_both_first_if_one_is(ask, into, by=by)
    match_anew(into)
    PrivateLink.objects.filter(ask__in=[ask, into], revoked_at=None).update(revoked_at=Now())
    _send_new_link(into)


@transaction.atomic
def unmerge_asks(ask: Ask, *, by: Actor) -> None:
    """Undo `merge_asks`: `ask` has its needs back, and its own contact, which was never changed.

    Changes and exclusions made meanwhile stay on the ask that had them; each gets a new link.
    Raises `StateChanged` if it is not merged, or if one of its needs is merged with a need of the other
    ask, and `Erased` if either has been erased.
    """
    into = ask.merged_into
    if into is None:
        raise StateChanged("unmerge")
    _lock_asks(ask, into)
    returned_needs = list(into.needs.filter(came_with=ask).order_by("pk"))
    ids = [need.pk for need in returned_needs]
    merged_across = Q(pk__in=ids, merged_into__isnull=False) & ~Q(merged_into__in=ids)
    merged_across |= Q(merged_into__in=ids) & ~Q(pk__in=ids)
    if Need.objects.filter(merged_across, state=NeedState.MERGED).exists():
        raise StateChanged("unmerge")
    Ask.objects.filter(pk=ask.pk).update(merged_into=None)
    ask.merged_into = None
    Need.objects.filter(pk__in=ids).update(ask=ask, came_with=None)
    for need in returned_needs:
        need.ask = ask
        log_event(need, "unmerge", by=by, reason="household")
    _read_both_first_if_one_is(ask, into, by=by)
    PrivateLink.objects.filter(ask=into, revoked_at=None).update(revoked_at=Now())
    for separate_ask in (ask, into):
        match_anew(separate_ask)
        _send_new_link(separate_ask)


def mark_alike(ask: Ask, *, other: Ask, by: Actor) -> None:
    """Note that two asks look alike and are of different people: links, contact and rights stay apart.

    Raises `StateChanged` for an ask with itself or of one household, and `Erased` if either has been erased.
    """
    mark_all_alike([ask, other], by=by)


@transaction.atomic
def mark_all_alike(asks: Collection[Ask], *, by: Actor) -> list[tuple[int, int]]:
    """Note that each of these asks is of other people than all others, as `mark_alike` does of two.

    Returns the pairs of ids of which that was not said before: they undo it, by `unmark_all_alike`. Raises
    `StateChanged` if two are of one household, and `Erased` if one has been erased.
    """
    locked = _lock_alike({ask.pk for ask in asks})
    households = {ask.merged_into_id or ask.pk for ask in locked}
    if len(households) < max(2, len(asks)):
        raise StateChanged("merge")
    ids = [ask.pk for ask in locked]
    said = set(ALIKE.objects.filter(from_ask__in=ids).values_list("from_ask", "to_ask"))
    new = [pair for pair in combinations(ids, 2) if pair not in said]
    both_ways = [*new, *((other, ask) for ask, other in new)]
    ALIKE.objects.bulk_create(ALIKE(from_ask_id=a, to_ask_id=b) for a, b in both_ways)
    _log_alike({ask for pair in new for ask in pair}, by=by)
    return new


def unmark_alike(ask: Ask, *, other: Ask, by: Actor) -> None:
    """Undo `mark_alike`: coordinators are told again that the asks look alike. Raises `Erased`."""
    unmark_all_alike([(ask.pk, other.pk)], by=by)


@transaction.atomic
def unmark_all_alike(pairs: Iterable[tuple[int, int]], *, by: Actor) -> None:
    """Undo `mark_all_alike` of these pairs of ids. Raises `Erased` if one has been erased."""
    others_of: dict[int, set[int]] = defaultdict(set)
    for ask, other in pairs:
        others_of[ask].add(other)
        others_of[other].add(ask)
    _lock_alike(others_of)
    for ask, others in others_of.items():
        ALIKE.objects.filter(from_ask=ask, to_ask__in=others).delete()
    _log_alike(others_of, by=by)


@transaction.atomic
def merge_need(need: Need, *, into: Need, by: Actor) -> None:
    """Keep a need that came twice in one ask together with the other: what becomes of `into` holds for both.

    `into`, or the need that it was merged into itself, takes the higher urgency, the earlier day and
    both texts; what it had before is kept in `NeedMerge`. Raises `StateChanged` if someone has claimed
    `need`, if `into` is closed or is `need` itself, or if they are of two asks (merge the asks first),
    and `WrongKey` if a text cannot be read, since it could be lost.
    """
    into = into.leading
    _lock_needs(need, into)
    has_helpers = need.claims.filling().exists()
    if has_helpers or into == need or need.ask_id != into.ask_id or not into.is_live:
        raise StateChanged("merge")
    into.refresh_from_db()
    need.refresh_from_db()
    before = NeedMerge(
        need=need,
        urgency=into.urgency,
        urgency_changed_at=into.urgency_changed_at,
        needed_by=into.needed_by,
        open_until=into.open_until,
        notes=_notes_of(into),
    )
    before.save(force_insert=not NeedMerge.objects.filter(pk=need.pk).exists())
    _write_fields(into, _merged_fields(need, before))
    _write_notes(into, _merged_notes(before.notes, _notes_of(need)))
    apply_need_transition(need, "merge", by=by, merged_into=into)
    need.merged.update(merged_into=into)
    log_event(into, "change", by=by, reason="merge")
    need_changed.send(sender=Need, need=into)


@transaction.atomic
def unmerge_need(need: Need, *, by: Actor) -> None:
    """Undo `merge_need`: `need` is open again by itself, and the other one is as it was before.

    How soon, the day or the notes of the other one stay as they are if they were changed since then. Raises
    `StateChanged` if `need` is not merged, and `WrongKey` if a text cannot be read.
    """
    into = need.merged_into
    _lock_needs(*filter(None, (need, into)))
    before = NeedMerge.objects.filter(need=need).first()
    apply_need_transition(need, "unmerge", by=by, merged_into=None)
    if into and before and into.is_live:
        _restore(into, before, need)
        log_event(into, "change", by=by, reason="unmerge")
        need_changed.send(sender=Need, need=into)
    if before:
        before.delete()
    if need.ask.read_first:
        apply_need_transition(need, "reread", by=by)
    else:
        announce(need)


def _lock_asks(*asks: Ask) -> list[tuple[Ask, list[Need]]]:
    """Lock asks with their live needs; always in one order, so that no two transactions deadlock."""
    return [(ask, lock_ask(ask)) for ask in sorted(asks, key=lambda ask: ask.pk)]


def _lock_needs(*needs: Need) -> None:
    for need in sorted(needs, key=lambda need: need.pk):
        lock_need(need)


def _read_both_first_if_one_is(ask: Ask, other: Ask, *, by: Actor) -> None:
    if ask.read_first or other.read_first:
        read_ask_first(ask, by=by)
        read_ask_first(other, by=by)


def _share_exclusions(ask: Ask, into: Ask) -> None:
    for source, target in ((ask, into), (into, ask)):
        for exclusion in source.exclusions.all():
            Exclusion.objects.get_or_create(
                ask=target, person=exclusion.person, fingerprint=exclusion.fingerprint
            )


def _send_new_link(ask: Ask) -> None:
    """Send a link by e-mail if that is safe; else ask a coordinator to call and read out a code."""
    contact = ask.readable_contact
    if contact and contact.safe_email:
        links_so_far = PrivateLink.objects.filter(ask=ask).count()
        enqueue("ask_link", about_id=ask.pk, key=f"ask_link:{ask.pk}:renewed:{links_so_far}")
    else:
        Ask.objects.filter(pk=ask.pk).update(call_back_at=Now())


def _lock_alike(ids: Collection[int]) -> list[Ask]:
    """Lock asks in the order of `_lock_asks`, and return them. Raises `Erased` if one has been erased."""
    locked = list(Ask.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    if any(ask.erased_at for ask in locked):
        raise Erased
    return locked


def _log_alike(asks: Collection[int], *, by: Actor) -> None:
    """Write an event for each live need of these asks; where all are closed, for the latest one."""
    needs = Need.objects.filter(ask__in=asks)
    live = needs.exclude(state=NeedState.CLOSED).values("pk")
    over = Ask.objects.filter(pk__in=asks).exclude(needs__in=live)
    latest = over.annotate(latest=Max("needs")).values("latest")
    locked = needs.filter(Q(pk__in=live) | Q(pk__in=latest)).select_for_update().order_by("pk")
    log_events(list(locked), "change", by=by, reason="alike")


def _merged_fields(need: Need, before: NeedMerge) -> dict[str, object]:
    """The fields of a leading need that was as `before`, once `need` is merged into it."""
    days = [day for day in (before.needed_by, need.needed_by) if day]
    day = min(days, default=None)
    is_sooner = need.urgency > before.urgency
    changed_at = need.urgency_changed_at or need.created_at
    return {
        "urgency": need.urgency if is_sooner else before.urgency,
        "urgency_changed_at": changed_at if is_sooner else before.urgency_changed_at,
        "needed_by": day,
        "open_until": None if day else before.open_until,
    }


def _merged_notes(first: str, second: str) -> str:
    texts = [text for text in (first.strip(), second.strip()) if text]
    return "\n\n".join(dict.fromkeys(texts))


def _restore(into: Need, before: NeedMerge, need: Need) -> None:
    """Give `into` how soon, the day and the notes it had `before`, each unless it was changed since."""
    into.refresh_from_db()
    as_merged = _merged_fields(need, before)
    back: dict[str, object] = {}
    if all(getattr(into, name) == as_merged[name] for name in HOW_SOON):
        back |= {name: getattr(before, name) for name in HOW_SOON}
    if into.needed_by == as_merged["needed_by"] != before.needed_by:
        back |= {"needed_by": before.needed_by, "open_until": before.open_until}
    is_same_text = _notes_of(into) == _merged_notes(before.notes, _notes_of(need))
    if back:
        _write_fields(into, back)
    if is_same_text:
        _write_notes(into, before.notes)


def _write_fields(into: Need, fields: dict[str, object]) -> None:
    """Write the fields of a merge; an occurrence of a series keeps its day."""
    if into.series_id:
        fields = {name: fields[name] for name in HOW_SOON if name in fields}
    Need.objects.filter(pk=into.pk).update(**fields)
    into.refresh_from_db()
    if fields.get("needed_by"):
        move_to_week(Claim.objects.filter(need=into), into.week)


def _write_notes(need: Need, text: str) -> None:
    NeedNotes.write(need, text)


def _notes_of(need: Need) -> str:
    """The notes of a need, "" if there are none. Raises `WrongKey` while no configured key decrypts them."""
    notes = NeedNotes.objects.filter(need=need).first()
    return notes.text if notes else ""
