"""The partners' agreement, votes and decisions as the demonstration tells them, without the rest of the region."""

import datetime as dt

import pytest

from nearhome.demo.organisations import add_authorities, add_people, form
from nearhome.demo.story import deciding
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
    for story in (
        deciding.agree, deciding.voted, deciding.vote, deciding.fostering_decision, deciding.residential_decision,
    ):  # fmt: skip
        story(made)
    return made


def test_both_decisions_and_both_votes_are_there(players: Players) -> None:
    with acting(players.person(KENT, "colin")):
        over, still_open = Ballot.objects.order_by("opened_at")
        assert over.outcome == "Carried: 2 for, 1 against, 0 abstentions, 0 of 3 not voted. The quorum was met."
        assert outcome_of(still_open, now=NOW).words == "Open: 2 of 3 votes cast so far."
        states = dict(DecisionRecord.objects.values_list("title", "state"))
    assert states == {
        "External fostering: a joint framework (made up)": "implemented",
        "A regional residential block (made up)": "proposed",
    }


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
