"""Putting a question to the vote, voting, and recording what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.calendars.calculations.working_days import london_date
from nearhome.design.wording import moment, nice_list
from nearhome.partnership.actions.taking_turns import take_turns
from nearhome.partnership.models import Ballot, BallotVoter, Membership, Partnership, PartnershipAgreement, Vote
from nearhome.partnership.permissions import can_begin, require_can_count, require_can_vote
from nearhome.partnership.queries.partnerships import agreement_for_votes, members_on, party_ids
from nearhome.partnership.queries.votes import outcome_of


@transaction.atomic
def open_ballot(
    *,
    partnership: Partnership,
    subject: str,
    words: str,
    closes_at: datetime,
    by: Any,
    now: datetime,
    about_key: UUID | None = None,
) -> Ballot:
    """Put a question to the members of today, by the rule of the agreement they have all accepted.

    For a commissioner of the lead or of a member, or for Nearhome acting for one. The same question that closes at the
    same moment is put once. Raises PermissionDenied, and ValidationError with the mend.
    """
    take_turns(partnership.pk)
    members = members_on(partnership, london_date(now))
    _require_can_open(by, partnership, members)
    same = Ballot.objects.filter(partnership=partnership, subject=subject, closes_at=closes_at).first()
    if same is not None:
        return same
    if closes_at <= now:
        raise ValidationError("A ballot must close later than now. Choose a later day or time.")
    agreement = _rule(partnership, members, now)
    ballot = Ballot.objects.create(
        partnership=partnership, agreement=agreement, about_key=about_key, subject=subject, words=words,
        quorum_percent=agreement.quorum_percent, majority=agreement.majority, votes_by=agreement.votes_by,
        abstentions_make_quorum=agreement.abstentions_make_quorum, opened_for_id=by.organisation_id, opened_by=str(by),
        opened_at=now, closes_at=closes_at,
    )  # fmt: skip
    by_weight = agreement.votes_by == PartnershipAgreement.VotesBy.CONTRIBUTION
    for member in members:
        weight = member.contribution_weight if by_weight else 1
        BallotVoter.objects.create(ballot=ballot, organisation=member.organisation, weight=weight)
    _record("ballot.opened", f"“{subject}” was put to the vote; it closes {moment(closes_at)}.", ballot, by, now)
    return ballot


@transaction.atomic
def cast_vote(*, ballot: Ballot, choice: str, by: Any, now: datetime, words: str = "") -> Vote:
    """Vote for one's own authority; it may change until the ballot closes. The same vote again changes nothing."""
    take_turns(ballot.partnership_id)
    kept = Ballot.objects.select_related("partnership__lead").prefetch_related("voters").get(pk=ballot.pk)
    require_can_vote(by, kept)
    if choice not in Vote.Choice.values:
        raise ValidationError("Vote for or against, or abstain.")
    if now >= kept.closes_at or kept.closed_at:
        raise ValidationError(f"This ballot closed {moment(kept.closes_at)}. Votes can no longer be cast or changed.")
    vote, is_new = Vote.objects.select_for_update(of=("self",)).get_or_create(
        ballot=kept, organisation_id=by.organisation_id,
        defaults={"choice": choice, "words": words, "person_id": by.pk, "person_name": str(by), "at": now},
    )  # fmt: skip
    if not is_new:
        if (vote.choice, vote.words) == (choice, words):
            return vote
        vote.choice, vote.words, vote.person_id, vote.person_name, vote.at = choice, words, by.pk, str(by), now
        vote.save()
    verb = "voted" if is_new else "changed its vote"
    said = f"{by.organisation} {verb} on “{kept.subject}”: {vote.get_choice_display().lower()}."
    _record("ballot.voted", said, kept, by, now)
    return vote


@transaction.atomic
def close_ballot(*, ballot: Ballot, by: Any, now: datetime) -> Ballot:
    """Record the outcome of a ballot that is over. Harmless when it is on record already."""
    rows = Ballot.objects.select_for_update(of=("self",)).select_related("partnership__lead", "opened_for")
    kept = rows.filter(pk=ballot.pk).first()
    require_can_count(by, kept or ballot)
    if kept is None:
        raise PermissionDenied("Only the authority that opened this ballot can close it.")
    if kept.closed_at:
        return kept
    if now < kept.closes_at:
        raise ValidationError(f"This ballot is open until {moment(kept.closes_at)}. It is counted then.")
    outcome = outcome_of(kept, now=now)
    kept.closed_at, kept.is_carried, kept.outcome = now, outcome.is_carried, outcome.words
    kept.save(update_fields=["closed_at", "is_carried", "outcome"])
    _record("ballot.closed", f"“{kept.subject}”: {kept.outcome}", kept, by, now)
    return kept


def _require_can_open(by: Any, partnership: Partnership, members: list[Membership]) -> None:
    mine = by.organisation_id in {partnership.lead_id, *(row.organisation_id for row in members)}
    if not mine or not (by.pk is None or can_begin(by)):
        raise PermissionDenied(f"Only a commissioner of a member of {partnership} puts a question to the vote.")


def _rule(partnership: Partnership, members: list[Membership], now: datetime) -> PartnershipAgreement:
    """The agreement whose rule applies. Raises ValidationError that names who has still to accept the newest."""
    if not members:
        raise ValidationError(f"{partnership} has no member today, so nobody could vote.")
    today = london_date(now)
    found = agreement_for_votes(partnership, today)
    if found is not None:
        return found
    newest = partnership.agreements.filter(starts_on__lte=today).order_by("-version").first()
    if newest is None:
        raise ValidationError(f"{partnership} has no agreement yet, so there is no voting rule. Write one first.")
    have = set(newest.acceptances.values_list("organisation_id", flat=True))
    missing = nice_list(row.organisation for row in members if row.organisation_id not in have)
    raise ValidationError(
        f"No version of the agreement is accepted by every member, so there is no voting rule yet."
        f" Version {newest.version} waits for {missing}."
    )


def _record(name: str, words: str, ballot: Ballot, by: Any, now: datetime) -> None:
    told = party_ids(ballot.partnership, london_date(now))
    record(name, words, about=ballot, by=by, at=now, thread=ballot.key, seen_by=told)
