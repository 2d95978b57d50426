"""What the partners agreed and what they vote on; and how Kent records, takes and carries out a decision on a procurement."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nearhome.calendars.bank_holidays import bank_holidays_anywhere
from nearhome.calendars.calculations.working_days import add_working_days
from nearhome.demo.story.buying_steps import at, on_day
from nearhome.demo.story.players import KENT, PORTSMOUTH, SUSSEX, Players
from nearhome.design.wording import LONDON
from nearhome.partnership.actions import (
    Terms,
    accept_agreement,
    cast_vote,
    close_ballot,
    name_task_lead,
    open_ballot,
    write_agreement,
)
from nearhome.partnership.actions.deciding import carry_out, propose_decision, take_decision
from nearhome.partnership.actions.drafting import (
    Review,
    add_risk,
    add_to_list,
    begin_decision,
    change_decision,
    review_risk,
)
from nearhome.partnership.actions.escalating import raise_matter
from nearhome.partnership.models import Ballot, DecisionRecord, Partnership
from nearhome.privacy.acting import acting
from nearhome.privacy.clock import playing_at

WORDS = (
    "Vacancies are offered to partners before anybody else. Each authority keeps its relations with the homes in its"
    " area. What one pays for another is settled once a month. (Made up for the demonstration.)"
)
UPLIFT = (
    "For: all rates of the made-up framework rise by 3% from April. Against: they stay as they are."
    " An uplift applies to new and old placements alike."
)
MORE_HOMES = "For: the framework is opened again in October for homes that were not ready in spring."
MATTER = "The bed was free from the 5th, but offered to partners only on the 12th. Who pays for that week?"


def agree(players: Players) -> None:
    """Version 2 of the agreement, accepted by all; West Sussex leads procurement; one matter waits."""
    colin, partnership = players.person(KENT, "colin"), _partnership(players)
    with acting(colin):
        terms = Terms(words=WORDS, quorum_percent=60)
        starts_on = max(players.day(-60), partnership.agreements.order_by("-version")[0].starts_on)
        agreement = write_agreement(
            partnership=partnership, starts_on=starts_on, terms=terms, by=colin, now=players.morning(75)
        )
        sussex = players.authorities[SUSSEX]
        name_task_lead(
            partnership=partnership, task="procurement", organisation=sussex, starts_on=starts_on, by=colin,
            now=players.morning(70),
        )  # fmt: skip
    for days_ago, code in enumerate(players.codes):
        april = players.person(code, "april")
        with acting(april):
            accept_agreement(agreement=agreement, by=april, now=players.morning(74 - min(days_ago, 12)))
    fiona = players.person(PORTSMOUTH, "fiona")
    with acting(fiona):
        raise_matter(
            partnership=partnership, subject="Who pays for a bed that was offered late", words=MATTER, by=fiona,
            now=players.morning(3),
        )  # fmt: skip


def voted(players: Players) -> None:
    """A question that was voted on and carried: all members for it but Portsmouth."""
    opened, closed = players.morning(50), players.morning(40)
    ballot = _asked(players, "Take in more children’s homes this autumn", MORE_HOMES, opened, closed)
    colin = players.person(KENT, "colin")
    with acting(colin):
        members = [voter.organisation for voter in ballot.voters.select_related("organisation")]
    for code, authority in players.authorities.items():
        if authority in members:
            choice = "against" if code == PORTSMOUTH else "for"
            _vote(players, ballot, code, choice, "", opened + dt.timedelta(days=1))
    with playing_at(closed), acting(colin):
        close_ballot(ballot=ballot, by=colin, now=closed)


def vote(players: Players) -> None:
    """An uplift is put to the vote: Kent and Portsmouth have voted, West Sussex has not."""
    closes = dt.datetime.combine(players.day(10), dt.time(12), LONDON)
    ballot = _asked(players, "Raise framework rates by 3% from April", UPLIFT, players.morning(2), closes)
    _vote(players, ballot, KENT, "for", "Wages rose by more.", players.morning(2, 10))
    _vote(players, ballot, PORTSMOUTH, "abstain", "Our budget is not settled.", players.morning(1))


def _asked(players: Players, subject: str, words: str, now: dt.datetime, closes_at: dt.datetime) -> Ballot:
    colin, partnership = players.person(KENT, "colin"), _partnership(players)
    with playing_at(now), acting(colin):
        return open_ballot(
            partnership=partnership, subject=subject, words=words, closes_at=closes_at, by=colin, now=now
        )


def _vote(players: Players, ballot: Ballot, code: str, choice: str, words: str, now: dt.datetime) -> None:
    colin = players.person(code, "colin")
    with playing_at(now), acting(colin):
        cast_vote(ballot=ballot, choice=choice, words=words, by=colin, now=now)


@dataclass(frozen=True, slots=True)
class Told:
    """A decision to record: its reference, title, the shipped example it begins with, and what is written in it besides."""

    reference: str
    title: str
    example: str
    changes: Mapping[str, Any]
    options: tuple[Mapping[str, Any], ...] = ()
    risks: tuple[Mapping[str, Any], ...] = ()


def proposed(players: Players, told: Told, about: UUID, now: dt.datetime) -> DecisionRecord:
    """Kent writes a decision on a procurement from an example and publishes its notice."""
    colin, partnership = players.person(KENT, "colin"), _partnership(players)
    with at(colin, now):
        decision = begin_decision(
            reference=told.reference, title=told.title, example_name=told.example, partnership=partnership,
            about_key=about, by=colin, now=now,
        )  # fmt: skip
        for wanted in told.risks:
            add_risk(decision=decision, risk=wanted, by=colin, now=now)
        for risk in decision.risks.all():
            look_again = players.day(20 + 7 * risk.number)
            review = Review(
                risk.likelihood,
                risk.impact,
                risk.mitigation,
                risk.owner,
                "Scored when the decision was written.",
                look_again,
            )
            review_risk(risk=risk, review=review, by=colin, now=now)
        for option in told.options:
            decision = add_to_list(decision=decision, name="options", entry=option, by=colin, now=now)
        decision = change_decision(decision=decision, changes=told.changes, version=decision.version, by=colin, now=now)
        return propose_decision(decision=decision, version=decision.version, by=colin, now=now)


def taken(players: Players, decision: DecisionRecord) -> DecisionRecord:
    """The cabinet member takes it on the first working day on which it may be taken."""
    carla = players.cabinet_member(KENT)
    assert decision.not_before_on
    before = decision.not_before_on - dt.timedelta(days=1)
    now = on_day(add_working_days(before, 1, bank_holidays_anywhere(before, before)))
    with at(carla, now):
        return take_decision(
            decision=decision,
            version=decision.version,
            is_approved=True,
            words="Agreed as recommended.",
            by=carla,
            now=now,
        )


def carried_out(players: Players, decision: DecisionRecord, words: str, now: dt.datetime) -> None:
    """Its call-in is over, and what it decides is done."""
    colin = players.person(KENT, "colin")
    with at(colin, now):
        carry_out(decision=decision, version=decision.version, words=words, by=colin, now=now)


def _partnership(players: Players) -> Partnership:
    with acting(players.person(KENT, "colin")):
        return Partnership.objects.select_related("lead", "finance_lead").get(lead=players.authorities[KENT])
