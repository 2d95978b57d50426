"""Ballots: what is asked, who may vote, who has, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from nearhome.design.wording import plural
from nearhome.partnership.calculations.voting import Choice, Count, Majority, Voter, VotingRules, count_votes
from nearhome.partnership.models import Ballot, Partnership, PartnershipAgreement
from nearhome.partnership.permissions import require_can_read
from nearhome.people.models import Person


@dataclass(frozen=True)
class BallotOutcome:
    """A ballot and its count so far; `is_carried` is None while it is open."""

    ballot: Ballot
    count: Count
    is_over: bool
    is_carried: bool | None
    words: str


def ballots_of(partnership: Partnership) -> QuerySet[Ballot]:
    """Its ballots, the newest first."""
    rows = partnership.ballots.select_related("opened_for", "partnership__lead")
    return rows.prefetch_related("voters__organisation", "votes__organisation").order_by("-opened_at", "-pk")


def ballot_for(person: Person, key: UUID) -> Ballot:
    """One ballot of a partnership one takes part in. Raises PermissionDenied for another role and Http404 for others'."""
    require_can_read(person)
    rows = Ballot.objects.filter(key=key).select_related("opened_for", "partnership__lead", "agreement")
    found = rows.prefetch_related("voters__organisation", "votes__organisation").first()
    if found is None:
        raise Http404("No such ballot")
    return found


def rules_of(ballot: Ballot) -> VotingRules:
    """The rule that was copied into the ballot."""
    return VotingRules(ballot.quorum_percent, Majority(ballot.majority), ballot.abstentions_make_quorum)


def outcome_of(ballot: Ballot, *, now: datetime) -> BallotOutcome:
    """The count of the votes as they stand: final once the ballot is over, whether or not anybody closed it."""
    voters = [Voter(str(one.organisation_id), one.weight) for one in ballot.voters.all()]
    votes = {str(one.organisation_id): Choice(one.choice) for one in ballot.votes.all()}
    count = count_votes(rules_of(ballot), voters, votes)
    is_over = now >= ballot.closes_at
    words = count_in_words(count, ballot.quorum_percent) if is_over else _so_far(count)
    return BallotOutcome(ballot, count, is_over, count.is_carried if is_over else None, words)


def ballot_about(key: UUID, *, now: datetime) -> BallotOutcome | None:
    """The newest ballot about a thing, with its outcome; None if nobody put it to the vote (or one may not read it)."""
    rows = Ballot.objects.filter(about_key=key).select_related("opened_for", "partnership__lead")
    found = rows.prefetch_related("voters__organisation", "votes__organisation").order_by("-opened_at", "-pk").first()
    return outcome_of(found, now=now) if found else None


def count_in_words(count: Count, quorum_percent: int) -> str:
    """What came of it, with the figures: "Carried: 2 for, 1 against, …"."""
    figures = f"{count.in_favour:,} for, {count.against:,} against, {plural(count.abstained, 'abstention')}"
    not_voted = f"{count.not_voted:,} of {count.in_all:,} not voted"
    if not count.is_quorate:
        return f"Not carried, because the quorum of {quorum_percent}% was not met: {figures}, {not_voted}."
    return f"{'Carried' if count.is_carried else 'Not carried'}: {figures}, {not_voted}. The quorum was met."


def rule_in_words(rules: Ballot | PartnershipAgreement) -> str:
    """A voting rule as a sentence, of a ballot or of a version of the agreement."""
    abstentions = "counts" if rules.abstentions_make_quorum else "does not count"
    by = "each member has one vote" if rules.votes_by == "each" else "votes weigh by contribution"
    needed = _CARRIED_BY[rules.majority]
    return (
        f"{by[0].upper()}{by[1:]}. At least {rules.quorum_percent}% of the votes must take part; carried by {needed}."
        f" An abstention {abstentions} towards the quorum, and is neither for nor against. A tie is not carried."
    )


_CARRIED_BY = {
    "simple": "more than half of the votes for and against",
    "two_thirds": "at least two thirds of the votes for and against",
    "three_quarters": "at least three quarters of the votes for and against",
    "unanimous": "all the votes for and against",
}


def _so_far(count: Count) -> str:
    voted = count.in_all - count.not_voted
    return f"Open: {voted:,} of {plural(count.in_all, 'vote')} cast so far."
