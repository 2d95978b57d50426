"""The partners' agreement and votes, and how a decision is recorded, as the demonstration tells them."""

import datetime as dt
from uuid import uuid4

import pytest

from nearhome.demo.organisations import add_authorities, add_people, form
from nearhome.demo.story import buying_residential, buying_small, deciding
from nearhome.demo.story.players import KENT, MEDWAY, PORTSMOUTH, SUSSEX, Players
from nearhome.partnership.models import Ballot, DecisionRecord, DecisionRisk, Matter
from nearhome.partnership.queries import waiting_for
from nearhome.partnership.queries.votes import outcome_of
from nearhome.privacy.acting import acting

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
CODES = (KENT, SUSSEX, PORTSMOUTH, MEDWAY)


@pytest.fixture
def players() -> Players:
    authorities = add_authorities()
    form(authorities, list(CODES), {KENT: 5, SUSSEX: 3, PORTSMOUTH: 1, MEDWAY: 1}, NOW)
    add_people([authorities[code] for code in CODES])
    made = Players(now=NOW, codes=CODES)
    for story in (deciding.agree, deciding.voted, deciding.vote):
        story(made)
    deciding.proposed(made, buying_small.DECISION, uuid4(), made.morning(31))
    taken = deciding.taken(made, deciding.proposed(made, buying_residential.DECISION, uuid4(), made.morning(60)))
    deciding.carried_out(made, taken, "The tender was begun.", made.morning(5))
    return made


def test_both_votes_are_there_and_a_decision_of_each_kind(players: Players) -> None:
    with acting(players.person(KENT, "colin")):
        over, still_open = Ballot.objects.order_by("opened_at")
        assert over.outcome == "Carried: 2 for, 1 against, 0 abstentions, 0 of 3 not voted. The quorum was met."
        assert outcome_of(still_open, now=NOW).words == "Open: 2 of 3 votes cast so far."
        states = dict(DecisionRecord.objects.values_list("reference", "state"))
    assert states == {"MADEUP/00094": "implemented", "MADEUP/00101": "proposed"}


def test_each_partner_has_something_to_do(players: Players) -> None:
    for code, first, words in (
        (SUSSEX, "colin", ["Vote", "Settle the matter"]),
        (PORTSMOUTH, "fiona", ["Settle the matter"]),
        (MEDWAY, "april", ["Settle the matter"]),
        (KENT, "carla", ["Settle the matter", "Take the decision"]),
    ):
        person = players.person(code, first)
        with acting(person):
            assert [one.words for one in waiting_for(person, now=NOW)] == words, first


def test_partners_read_the_decisions_and_the_matter_is_portsmouths(players: Players) -> None:
    with acting(players.person(SUSSEX, "colin")):
        assert DecisionRecord.objects.count() == 2
        assert DecisionRisk.objects.count() == 6
        assert Matter.objects.get().raised_for.name == "Portsmouth"
