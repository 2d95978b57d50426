"""Children of every authority who wait at the same time, so that there is something to plan: groups, conflicts, haste."""

from dataclasses import dataclass
from typing import Any

from nearhome.demo.story import answers
from nearhome.demo.story.journey import Journey
from nearhome.demo.story.players import KENT, MEDWAY, PORTSMOUTH, SUSSEX, Players
from nearhome.privacy.acting import acting
from nearhome.referrals.actions.together import keep_apart, place_together

FIRST_NUMBER = 20
HARD: dict[str, Any] = {
    "living_companions": "With other children recommended",
    "skills": {"therapeutic": "essential", "criminal_exploitation": "essential", "going_missing": "essential"},
    "risk_criminal_exploitation": "Risk present",
    "risk_drug_alcohol": "Risk present",
}


@dataclass(frozen=True)
class Waits:
    """One made-up child who waits: `together` joins them to the one before, `apart` keeps them from the one before."""

    code: str
    sex: str
    age: int
    days: int
    foster: bool = True
    hard: bool = False
    together: bool = False
    apart: bool = False
    emergency: bool = False
    since: int = 2


CHILDREN = (
    Waits(KENT, "M", 14, 6, foster=False, hard=True, since=9),
    Waits(KENT, "M", 13, 4, foster=False, hard=True, apart=True),
    Waits(KENT, "F", 7, 8),
    Waits(KENT, "F", 9, 8, together=True),
    Waits(KENT, "M", 15, 1, foster=False, hard=True, since=14),
    Waits(SUSSEX, "M", 12, 5, foster=False, hard=True, since=5),
    Waits(SUSSEX, "F", 8, 7, since=4),
    Waits(SUSSEX, "M", 6, 7, together=True, since=4),
    Waits(SUSSEX, "M", 10, 7, together=True, since=4),
    Waits(SUSSEX, "F", 15, 3, foster=False),
    Waits(PORTSMOUTH, "M", 14, 2, foster=False, hard=True, since=7),
    Waits(PORTSMOUTH, "F", 11, 6),
    Waits(PORTSMOUTH, "M", 5, 10),
    Waits(MEDWAY, "F", 13, 5, foster=False, hard=True),
    Waits(MEDWAY, "M", 4, 9),
    Waits(MEDWAY, "M", 3, 9, together=True),
)


def many_wait(players: Players) -> None:
    """Sixteen more searches under way in the four authorities; homes are not ranked yet."""
    before: Journey | None = None
    for number, one in enumerate(CHILDREN, start=FIRST_NUMBER):
        before = _search(players, number, one, before)


def _search(players: Players, number: int, one: Waits, before: Journey | None) -> Journey:
    child = players.new_child(one.code, number, sex=one.sex, age=one.age)
    journey = Journey(players, one.code, child, players.morning(one.since))
    if before and one.together:
        with acting(journey.officer):
            now = journey.later(minutes=5)
            place_together(referral=journey.fresh(), other_refs=[before.referral.ref], by=journey.officer, now=now)
    if before and one.apart:
        with acting(journey.officer):
            keep_apart(
                referral=journey.fresh(), other_ref=before.referral.child.return_ref, by=journey.officer,
                reason="They hurt each other when they lived together before.", now=journey.later(minutes=5),
            )  # fmt: skip
    said = (answers.FOSTER if one.foster else {}) | (HARD if one.hard else {})
    journey.submit(players.day(one.days), is_emergency=one.emergency, **said)
    if not one.emergency:
        journey.decide_search(granted=True)
    return journey
