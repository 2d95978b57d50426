"""What the partners agreed, what they vote on, and two decisions of Kent's: one carried out, one waiting to be taken."""

import datetime as dt
from typing import Any

from nearhome.demo.people import CABINET_MEMBER, domain_of
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
from nearhome.partnership.actions.drafting import begin_decision, change_decision
from nearhome.partnership.actions.escalating import raise_matter
from nearhome.partnership.models import Ballot, DecisionRecord, Partnership
from nearhome.people.models import Person
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


def fostering_decision(players: Players) -> None:
    """The example 21/00077, as a decision of the made-up Kent that was carried out."""
    changes = {"data_protection_needed": False, "data_protection_words": "Nothing about children is shared anew."}
    decision = _proposed(players, "kent-21-00077", "External fostering: a joint framework (made up)", 26, 120, changes)
    decision = _taken(players, decision, 85)
    colin = players.person(KENT, "colin")
    with acting(colin):
        carry_out(
            decision=decision,
            version=decision.version,
            words="The tender was begun.",
            by=colin,
            now=players.morning(60),
        )


def residential_decision(players: Players) -> None:
    """The example 21/00094: its notice has stood, and it waits for whoever may take it."""
    _proposed(players, "kent-21-00094", "A regional residential block (made up)", 27, 31, {})


def _partnership(players: Players) -> Partnership:
    with acting(players.person(KENT, "colin")):
        return Partnership.objects.select_related("lead", "finance_lead").get(lead=players.authorities[KENT])


def _cabinet_member(players: Players) -> Person:
    """A made-up cabinet member of Kent: decisions of millions are above everybody else's limit."""
    kent = players.authorities[KENT]
    email = f"{CABINET_MEMBER}@{domain_of(kent)}"
    found = Person.objects.select_related("organisation").filter(email=email).first()
    if found is not None:
        return found
    april = players.person(KENT, "april")
    return Person.objects.create(
        email=email, password=april.password, name="Carla Madeup-Cabinet-Member", organisation=kent, roles=["approver"]
    )


def _proposed(
    players: Players, example: str, title: str, number: int, days_ago: int, changes: dict[str, Any]
) -> DecisionRecord:
    colin, partnership = players.person(KENT, "colin"), _partnership(players)
    now = players.morning(days_ago)
    with acting(colin):
        decision = begin_decision(
            reference=f"{now:%y}/{number:05}",
            title=title,
            example_name=example,
            partnership=partnership,
            by=colin,
            now=now,
        )
        for risk in decision.risks.all():
            risk.review_on = players.day(20 + 7 * risk.number)
            risk.save(update_fields=["review_on"])
        decision = change_decision(decision=decision, changes=changes, version=decision.version, by=colin, now=now)
        return propose_decision(decision=decision, version=decision.version, by=colin, now=now)


def _taken(players: Players, decision: DecisionRecord, days_ago: int) -> DecisionRecord:
    carla = _cabinet_member(players)
    with acting(carla):
        return take_decision(
            decision=decision, version=decision.version, is_approved=True, words="Agreed as recommended.", by=carla,
            now=players.morning(days_ago),
        )  # fmt: skip
