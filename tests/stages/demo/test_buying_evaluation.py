"""The made-up tender that is evaluated in the story: ranked, with a low price to look into and letters to read."""

import datetime as dt

import pytest
from django.utils import timezone

from cast import make_cast, make_person
from nearhome.demo.story import buying_evaluation
from nearhome.demo.story.players import Players
from nearhome.people.models import Organisation
from nearhome.privacy.acting import acting
from nearhome.tendering.models import FeedbackLetter, LotResult, LowPriceQuery
from scenes import make_home

pytestmark = pytest.mark.django_db


def test_the_story_evaluates_its_tender_once() -> None:
    cast = make_cast()
    for authority in (cast.west_sussex, cast.portsmouth):
        make_person("Colin Madeup-Commissioner", authority, "commissioner")
    for number in range(4):
        provider = Organisation.objects.create(
            kind="provider", name=f"Madeup Story {number} Ltd", owner_ref=f"RP90010{number}"
        )
        make_person("Manager Madeup", provider, "provider")
        make_home(provider, f"Madeup Story House {number}", urn=f"SC93000{number}")
    players = Players(now=timezone.now() - dt.timedelta(hours=1), codes=("886", "938", "851"))
    for _ in range(2):
        buying_evaluation.evaluated(players)
    with acting(cast.colin):
        ranked = LotResult.objects.get().result["ranking"]
        assert [(row["rank"], bool(row["low"])) for row in ranked] == [(1, False), (2, True), (3, False), (4, False)]
        assert FeedbackLetter.objects.filter(sent_at__isnull=True).count() == 4
        assert LowPriceQuery.objects.filter(answered_at__isnull=True).count() == 1
