"""The two procurements of the made-up region, told with a small cast."""

import pytest

from cast import NOW, make_authority, make_cast, make_person
from nearhome.demo.story import buying_options
from nearhome.demo.story.players import KENT, MEDWAY, PORTSMOUTH, SUSSEX, Players
from nearhome.privacy.acting import acting
from nearhome.tendering.queries.cases import parties_of, procurement_for
from nearhome.tendering.queries.options import completed_of

pytestmark = pytest.mark.django_db


def test_both_decisions_are_told_with_their_options_weighed_and_one_recommended() -> None:
    cast = make_cast()
    make_authority("Medway", MEDWAY, "E06000035")
    sussex = make_person("Colin Madeup-Commissioner", cast.west_sussex, "commissioner")
    players = Players(now=NOW, codes=(KENT, SUSSEX, PORTSMOUTH, MEDWAY))
    buying_options.weigh_fostering(players)
    buying_options.weigh_regional(players)
    for person, found, first in (
        (cast.colin, buying_options.fostering(players), "A new framework, tendered with Medway"),
        (sussex, buying_options.regional(players), "A block shared by three authorities"),
    ):
        with acting(person):
            one = procurement_for(person, found.key)
            (version,) = completed_of(one)
            assert version.result["first"] == first
            assert one.estimated_value_pence > 3_000_000_000
            assert one.made_at < version.at <= NOW
    with acting(cast.oscar):
        seen = procurement_for(cast.oscar, buying_options.regional(players).key)
        assert [str(organisation) for organisation, _ in parties_of(seen)] == ["West Sussex", "Kent", "Portsmouth"]
