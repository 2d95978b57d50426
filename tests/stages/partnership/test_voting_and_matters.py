"""Ballots from the question to the outcome, and matters up the ladder."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from cast import NOW, TODAY, Cast, make_cast
from nearhome.partnership.actions import (
    Terms,
    cast_vote,
    change_membership,
    close_ballot,
    open_ballot,
    write_agreement,
)
from nearhome.partnership.actions.escalating import move_up, raise_matter, resolve_matter
from nearhome.partnership.models import Ballot, BallotVoter, Matter, Membership, Vote
from nearhome.partnership.queries import ballot_about, waiting_for
from nearhome.partnership.queries.votes import outcome_of
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.privacy.conflict import ChangedMeanwhile
from scenes_partnership import DAY, Partners, accept, acting_at, make_partners

pytestmark = pytest.mark.django_db
CLOSES = NOW + 7 * DAY
SECOND = dt.timedelta(seconds=1)
ABOUT = uuid.UUID("00000000-0000-4000-8000-00000000abcd")


@pytest.fixture
def partners() -> Partners:
    return make_partners(make_cast())


@pytest.fixture
def cast(partners: Partners) -> Cast:
    return partners.cast


def opened(partners: Partners, **asked: Any) -> Ballot:
    colin = partners.cast.colin
    given = {"subject": "Uplift of 3%", "words": "Raise all rates.", "closes_at": CLOSES, "about_key": ABOUT} | asked
    with acting_at(colin, NOW):
        return open_ballot(partnership=partners.partnership, **given, by=colin, now=NOW)


def votes(person: Person, ballot: Ballot, choice: str, *, at: dt.datetime = NOW) -> Vote:
    with acting_at(person, at):
        return cast_vote(ballot=ballot, choice=choice, by=person, now=at)


def forged(ballot: Ballot, organisation_id: int) -> None:
    """A vote written by SQL as the site's own role is refused."""
    insert = (
        "INSERT INTO partnership_vote (ballot_id, organisation_id, choice, words, person_name, at)"
        " VALUES (%s, %s, 'for', '', 'x', now())"
    )
    refused = pytest.raises(DatabaseError, match="row-level security")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(insert, [ballot.pk, organisation_id])


def test_two_of_three_carry_and_the_outcome_is_kept(partners: Partners, cast: Cast) -> None:
    ballot = opened(partners)
    votes(cast.colin, ballot, "for")
    votes(partners.walter, ballot, "for")
    votes(cast.ada, ballot, "against")
    with acting_at(cast.colin, CLOSES):
        closed = close_ballot(ballot=ballot, by=cast.colin, now=CLOSES)
        assert close_ballot(ballot=ballot, by=cast.colin, now=CLOSES + DAY).closed_at == CLOSES
    assert closed.is_carried
    assert closed.outcome == "Carried: 2 for, 1 against, 0 abstentions, 0 of 3 not voted. The quorum was met."


def test_other_stages_find_the_outcome_by_what_it_is_about(partners: Partners, cast: Cast) -> None:
    ballot = opened(partners)
    votes(cast.colin, ballot, "for")
    votes(partners.walter, ballot, "for")
    with acting(cast.colin):
        during = ballot_about(ABOUT, now=NOW)
        # Nobody pressed the button: the count is final all the same.
        after = ballot_about(ABOUT, now=CLOSES)
        assert ballot_about(uuid.uuid4(), now=NOW) is None
    assert during and after
    assert (during.is_over, during.is_carried, after.is_over, after.is_carried) == (False, None, True, True)
    with acting(cast.hilda):
        assert ballot_about(ABOUT, now=CLOSES) is None


def test_a_tie_and_a_missed_quorum_are_not_carried_and_it_says_why(partners: Partners, cast: Cast) -> None:
    tie = opened(partners, subject="A tie")
    votes(cast.colin, tie, "for")
    votes(cast.ada, tie, "against")
    few = opened(partners, subject="Too few")
    votes(cast.colin, few, "for")
    with acting(cast.colin):
        assert outcome_of(Ballot.objects.get(pk=tie.pk), now=CLOSES).words.startswith("Not carried: 1 for, 1 against")
        words = outcome_of(Ballot.objects.get(pk=few.pk), now=CLOSES).words
    assert words.startswith("Not carried, because the quorum of 50% was not met")


def test_a_vote_may_change_until_the_last_second(partners: Partners, cast: Cast) -> None:
    ballot = opened(partners)
    first = votes(cast.ada, ballot, "for")
    assert votes(cast.ada, ballot, "for").at == first.at
    votes(partners.pavel, ballot, "abstain", at=CLOSES - SECOND)
    with acting(cast.ada):
        assert [(one.choice, one.person_name) for one in Vote.objects.all()] == [
            ("abstain", "Pavel Madeup-Commissioner")
        ]
    with pytest.raises(ValidationError, match="can no longer be cast"):
        votes(cast.ada, ballot, "for", at=CLOSES)


def test_the_database_itself_refuses_a_late_vote_and_a_changed_question(partners: Partners, cast: Cast) -> None:
    ballot = opened(partners)
    votes(cast.ada, ballot, "for")
    with acting_at(cast.ada, CLOSES + SECOND):
        assert Vote.objects.update(choice="against") == 0
    with acting_at(cast.colin, CLOSES + SECOND):
        forged(ballot, cast.kent.pk)
    with acting_at(cast.colin, NOW), pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(subject="Another question")
    with (
        acting_at(cast.colin, NOW),
        pytest.raises(DatabaseError, match="counted when it is over"),
        transaction.atomic(),
    ):
        Ballot.objects.filter(pk=ballot.pk).update(closed_at=CLOSES, is_carried=True)


def test_nobody_votes_for_another_authority_even_by_sql(partners: Partners, cast: Cast) -> None:
    ballot = opened(partners)
    with acting_at(cast.colin, NOW):
        forged(ballot, cast.portsmouth.pk)


def test_an_ally_and_an_officer_have_no_vote(partners: Partners, cast: Cast) -> None:
    ballot = opened(partners)
    for person in (partners.mia, cast.olive, cast.hilda):
        with pytest.raises((PermissionDenied, Ballot.DoesNotExist)):
            votes(person, ballot, "for")


def test_votes_weigh_by_contribution_where_the_agreement_says_so(partners: Partners, cast: Cast) -> None:
    with acting(cast.colin):
        terms = Terms(votes_by="contribution")
        write_agreement(partnership=partners.partnership, starts_on=TODAY, terms=terms, by=cast.colin, now=NOW)
    for person in (cast.april, partners.walter, cast.ada):
        accept(partners, person)
    ballot = opened(partners)
    votes(cast.colin, ballot, "for")
    votes(partners.walter, ballot, "against")
    votes(cast.ada, ballot, "against")
    with acting(cast.colin):
        count = outcome_of(Ballot.objects.get(pk=ballot.pk), now=CLOSES).count
    assert (count.in_favour, count.against, count.is_carried) == (5, 4, True)


def test_the_rule_and_the_voters_are_those_of_the_day_it_was_opened(partners: Partners, cast: Cast) -> None:
    ballot = opened(partners)
    with acting(cast.colin):
        medway = Membership.objects.get(organisation__name="Medway")
        change_membership(membership=medway, standing="member", weight=9, starts_on=TODAY + DAY, by=cast.colin, now=NOW)
        names = sorted(str(one.organisation) for one in BallotVoter.objects.filter(ballot=ballot))
    assert names == ["Kent", "Portsmouth", "West Sussex"]


def test_no_vote_before_every_member_accepted_the_rule() -> None:
    fresh = make_partners(make_cast(), accepted=False)
    accept(fresh, fresh.walter)
    with acting_at(fresh.cast.colin, NOW), pytest.raises(ValidationError, match="waits for Kent and Portsmouth"):
        open_ballot(
            partnership=fresh.partnership, subject="x", words="y", closes_at=CLOSES, by=fresh.cast.colin, now=NOW
        )


def test_a_double_click_opens_one_ballot_and_the_past_none(partners: Partners) -> None:
    assert opened(partners) == opened(partners)
    with pytest.raises(ValidationError, match="later than now"):
        opened(partners, subject="Late", closes_at=NOW)


def test_who_has_to_vote_or_to_count_is_told(partners: Partners, cast: Cast) -> None:
    ballot = opened(partners)
    with acting(partners.pavel):
        assert [(one.words, one.due_at) for one in waiting_for(partners.pavel, now=NOW)] == [("Vote", CLOSES)]
    votes(partners.pavel, ballot, "for")
    with acting(partners.pavel):
        assert waiting_for(partners.pavel, now=NOW) == ()
    with acting(cast.colin):
        after = [one.words for one in waiting_for(cast.colin, now=CLOSES)]
    assert after == ["Close the ballot and record its outcome"]


def raised(partners: Partners) -> Matter:
    with acting(partners.pavel):
        return raise_matter(
            partnership=partners.partnership,
            subject="Who pays in May",
            words="The bed was ours.",
            by=partners.pavel,
            now=NOW,
        )


def test_a_matter_goes_up_level_by_level_with_dates_in_working_days(partners: Partners, cast: Cast) -> None:
    matter = raised(partners)
    assert raised(partners) == matter
    assert matter.due_on == dt.date(2026, 11, 27)
    with acting(cast.colin):
        up = move_up(matter=matter, version=matter.version, why="No agreement", by=cast.colin, now=NOW + 10 * DAY)
        assert (up.level, up.due_on) == (1, dt.date(2026, 12, 14))
        with pytest.raises(ChangedMeanwhile):
            move_up(matter=matter, version=matter.version, why="Again", by=cast.colin, now=NOW + 10 * DAY)
        top = move_up(matter=up, version=up.version, why="Still none", by=cast.colin, now=NOW + 25 * DAY)
        with pytest.raises(ValidationError, match="last level"):
            move_up(matter=top, version=top.version, why="Higher", by=cast.colin, now=NOW + 26 * DAY)
        done = resolve_matter(matter=top, version=top.version, words="Halved", by=cast.colin, now=NOW + 27 * DAY)
        assert resolve_matter(matter=top, version=top.version, words="Halved", by=cast.colin, now=NOW) == done
        assert [(one.level_name, one.what) for one in done.steps.order_by("pk")] == [
            ("Operational leads", "reached"), ("Heads of service", "reached"),
            ("Directors of Children’s Services", "reached"), ("Directors of Children’s Services", "resolved"),
        ]  # fmt: skip


def test_an_overdue_matter_waits_for_every_party_and_no_outsider(partners: Partners, cast: Cast) -> None:
    raised(partners)
    later = NOW + 8 * DAY
    for person in (cast.colin, partners.wendy, partners.pavel):
        with acting(person):
            found = [one for one in waiting_for(person, now=later) if "Who pays in May" in one.about]
        assert [(one.words, one.is_overdue) for one in found] == [
            ("Move the matter up or say that it is settled", True)
        ]
    cast.hilda.roles = ["commissioner"]
    with acting(cast.hilda):
        assert waiting_for(cast.hilda, now=later) == ()
        assert not Matter.objects.exists()


def test_only_who_raised_it_or_the_lead_settles_a_matter_and_in_words(partners: Partners, cast: Cast) -> None:
    matter = raised(partners)
    with acting(partners.wendy), pytest.raises(PermissionDenied):
        resolve_matter(matter=matter, version=matter.version, words="Ours", by=partners.wendy, now=NOW)
    with acting(partners.pavel), pytest.raises(ValidationError, match="Say how"):
        resolve_matter(matter=matter, version=matter.version, words="  ", by=partners.pavel, now=NOW)
