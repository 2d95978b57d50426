"""A placement made here writes the child's episodes, as the statutory return will want them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.geography.calculations.distance import normalise_postcode, sector
from nearhome.geography.postcodes import Postcodes
from nearhome.needs.calculations.placement import PlacementFacts, placement_facts, was_recently_uasc
from nearhome.needs.calculations.rows import EpisodeRow, Origin
from nearhome.needs.importers.placement_places import home_point, placement_place
from nearhome.needs.models import Child, ChildIdentity, Episode

CONTINUES, STARTS_CARE, MOVES = "X1", "S", "P"
APRIL = 4


@dataclass(frozen=True, slots=True)
class LivedIn:
    """Where a child lives, in the return's codes. `legal_status` and `need` empty: as in the episode before."""

    place_type: str
    place_provider: str
    urn: str
    place_postcode: str
    legal_status: str = ""
    need: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """Why an episode ends: X1 with a REASON_PLACE_CHANGE when the child moves on, else the reason care ceased."""

    reason_ceased: str
    reason_place_change: str = ""


def latest_episode(child: Child) -> Episode | None:
    """The child's last episode, running or not."""
    return Episode.objects.filter(child=child).order_by("-starts_on").first()


@transaction.atomic
def open_episode(
    *, child: Child, starts_on: date, lived_in: LivedIn, reason_place_change: str, by: Any, now: datetime,
    authority_code: str, thread: UUID | None = None,
) -> Episode:  # fmt: skip
    """Begin an episode; one still running ends the same day with X1. The same arrival again changes nothing.

    RNE is P after an episode in care and S when care begins. Raises ValidationError where it would overlap.
    """
    Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
    same = Episode.objects.filter(child=child, starts_on=starts_on).first()
    if same:
        return _take_over(same, lived_in, authority_code)
    before = latest_episode(child)
    _require_room(before, starts_on)
    goes_on = _hand_over(before, starts_on, reason_place_change)
    legal_status, need = _status_and_need(before if goes_on else None, lived_in)
    made = Episode(
        child=child, authority_id=child.authority_id, starts_on=starts_on, legal_status=legal_status, need=need,
        reason_new=MOVES if goes_on else STARTS_CARE,
    )  # fmt: skip
    _fill(made, lived_in, authority_code)
    words = f"Episode of care recorded from {wording.date(starts_on)} ({made.place_type}, {made.place_provider})."
    record("episode.opened", words, about=made, by=by, at=now, thread=thread)
    return made


@transaction.atomic
def close_episode(
    *, child: Child, starts_on: date, ends_before: date, ending: Ending, by: Any, now: datetime,
    thread: UUID | None = None,
) -> Episode | None:  # fmt: skip
    """End the episode that began on `starts_on`; again with other dates is a correction. None if there is none.

    An episode that would end on the day it began is left out, as the return asks: then the one before carries the
    ending. Raises ValidationError where the child's next episode says otherwise.
    """
    Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
    kept = Episode.objects.filter(child=child, starts_on__lte=starts_on).order_by("-starts_on").first()
    if kept is None or (kept.ends_before and kept.ends_before < starts_on):
        return None
    following = Episode.objects.filter(child=child, starts_on__gt=kept.starts_on).order_by("starts_on").first()
    _require_agrees(following, ends_before, ending)
    if ends_before == kept.starts_on:
        kept = _left_out(kept)
    if kept is None:
        return None
    kept.ends_before, kept.reason_ceased = ends_before, ending.reason_ceased
    kept.reason_place_change = ending.reason_place_change if ending.reason_ceased == CONTINUES else ""
    kept.save(update_fields=["ends_before", "reason_ceased", "reason_place_change"])
    words = f"Episode of care ended on {wording.date(ends_before)} ({ending.reason_ceased})."
    record("episode.closed", words, about=kept, by=by, at=now, thread=thread)
    return kept


@transaction.atomic
def correct_start(*, child: Child, was: date, is_now: date, by: Any, now: datetime, thread: UUID | None = None) -> None:
    """The child arrived on another day than recorded: move the start, and the end of the episode it followed."""
    kept = Episode.objects.select_for_update(of=("self",)).filter(child=child, starts_on=was).first()
    if kept is None or was == is_now:
        return
    before = Episode.objects.filter(child=child, starts_on__lt=was).order_by("-starts_on").first()
    if (before and is_now <= before.starts_on) or (kept.ends_before and is_now >= kept.ends_before):
        raise ValidationError(
            "The new date does not fit between the child's episodes before and after. Check the date."
        )
    if before and before.ends_before == was and before.reason_ceased == CONTINUES:
        before.ends_before = is_now
        before.save(update_fields=["ends_before"])
    kept.starts_on = is_now
    kept.save(update_fields=["starts_on"])
    words = f"Episode of care now starts on {wording.date(is_now)}, not {wording.date(was)}."
    record("episode.corrected", words, about=kept, by=by, at=now, thread=thread)


def _take_over(same: Episode, lived_in: LivedIn, authority_code: str) -> Episode:
    """The return already has an episode from this day: it is the same fact, so the places must agree."""
    if same.urn and same.urn != lived_in.urn:
        raise ValidationError(
            f"The child's record already has an episode from {wording.date(same.starts_on)} at another setting"
            f" (URN {same.urn}). Correct the date, or the episode."
        )
    _fill(same, lived_in, authority_code)
    return same


def _require_room(before: Episode | None, starts_on: date) -> None:
    if before is None:
        return
    if before.starts_on > starts_on:
        raise ValidationError(
            f"The child's record goes on with an episode from {wording.date(before.starts_on)}, after this day."
            " Check the date of arrival."
        )
    if before.ends_before and before.ends_before > starts_on:
        raise ValidationError(
            f"The child's record says they lived elsewhere until {wording.date(before.ends_before)}."
            " Check the date of arrival."
        )


def _hand_over(before: Episode | None, starts_on: date, reason_place_change: str) -> bool:
    """Whether care goes on from the episode before, which then ends on this day with X1."""
    if before is None:
        return False
    if before.ends_before is None:
        before.ends_before, before.reason_ceased = starts_on, CONTINUES
        before.reason_place_change = reason_place_change
        before.save(update_fields=["ends_before", "reason_ceased", "reason_place_change"])
        return True
    if before.ends_before == starts_on and before.reason_ceased != CONTINUES:
        raise ValidationError(
            f"The child's record says that care ended on {wording.date(starts_on)} ({before.reason_ceased})."
            " Correct that ending to a move first."
        )
    return before.reason_ceased == CONTINUES


def _status_and_need(before: Episode | None, lived_in: LivedIn) -> tuple[str, str]:
    legal_status = lived_in.legal_status or (before.legal_status if before else "")
    need = (before.need if before else "") or lived_in.need
    if not legal_status or not need:
        raise ValidationError(
            "The child has no episode of care to go on from. Select the legal status and the main need."
        )
    return legal_status, need


def _fill(episode: Episode, lived_in: LivedIn, authority_code: str) -> None:
    home_postcode = _home_postcode(episode.child_id)
    facts = _facts(episode, lived_in, home_postcode, authority_code)
    episode.place_type, episode.place_provider = lived_in.place_type, lived_in.place_provider
    episode.urn, episode.place_postcode = lived_in.urn[:8], lived_in.place_postcode
    episode.home_sector, episode.place_sector = _sector(home_postcode), _sector(lived_in.place_postcode)
    episode.miles, episode.place_location = facts.miles, facts.location
    episode.place_authority_code = facts.pl_la
    episode.source = Episode.Source.PLACEMENT
    episode.save()


def _facts(episode: Episode, lived_in: LivedIn, home_postcode: str, authority_code: str) -> PlacementFacts:
    row = EpisodeRow(
        Origin("placement", 0, episode.starts_on.year), "", episode.starts_on, episode.reason_new,
        episode.legal_status, episode.need, lived_in.place_type, lived_in.place_provider, None, "", "",
        home_postcode, lived_in.place_postcode, lived_in.urn,
    )  # fmt: skip
    postcodes = Postcodes.open()
    return placement_facts(
        row, home_point(home_postcode, postcodes), placement_place(lived_in.place_postcode, postcodes),
        is_recent_uasc=_is_recent_uasc(episode), authority=authority_code,
    )  # fmt: skip


def _is_recent_uasc(episode: Episode) -> bool:
    year = episode.starts_on.year + (episode.starts_on.month >= APRIL)
    return episode.child.is_uasc and was_recently_uasc(episode.child.uasc_ceased_on, year)


def _home_postcode(child_id: int) -> str:
    identity = ChildIdentity.objects.filter(child_id=child_id).first()
    return (identity.home_postcode or "") if identity else ""


def _sector(postcode: str) -> str:
    try:
        return sector(postcode) if normalise_postcode(postcode) else ""
    except ValueError:
        return ""


def _require_agrees(following: Episode | None, ends_before: date, ending: Ending) -> None:
    if following is None:
        return
    if following.starts_on < ends_before or (ending.reason_ceased == CONTINUES and following.starts_on != ends_before):
        raise ValidationError(
            f"The child's next episode starts on {wording.date(following.starts_on)}, so this one must end that day."
            " Check the date of leaving, or correct the arrival at the next home."
        )
    if ending.reason_ceased != CONTINUES and following.starts_on == ends_before:
        raise ValidationError(
            f"The child moved on to another home on {wording.date(following.starts_on)}, so care did not end that day."
            " Choose the reason for the move."
        )


def _left_out(kept: Episode) -> Episode | None:
    """The return has no episodes of no length: the one before, if it ended that day, is the last."""
    before = Episode.objects.filter(child_id=kept.child_id, starts_on__lt=kept.starts_on, ends_before=kept.starts_on)
    found = before.order_by("-starts_on").first()
    kept.delete()
    return found
