import datetime as dt
import json
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from cast import NOW, make_person
from nearhome.audit.queries import history_of
from nearhome.matching.actions.planning import tell_searches
from nearhome.matching.models import SharedSearch
from nearhome.partnership.models import Membership
from nearhome.privacy.acting import acting, acting_for
from nearhome.referrals.actions.recording import withdraw_referral
from nearhome.referrals.models import Referral
from scenes_inviting import AVOIDED, OWN_WORDS
from scenes_regional import RegionScene, home, make_region, token, told_by, told_rows, waits

LATER = NOW + dt.timedelta(hours=2)


@pytest.fixture
def region(db: None) -> RegionScene:
    made = make_region()
    home(made.cast, "Madeup Near House", places=2)
    return made


def live(person: object) -> list[SharedSearch]:
    return [row for row in told_rows(person) if row.withdrawn_at is None]


def test_only_searches_under_way_are_told(region: RegionScene) -> None:
    cast = region.cast
    searching = waits(cast, cast.olive, "TELL-1")
    for state in ("draft", "awaiting_permission", "selected", "placed", "withdrawn"):
        waits(cast, cast.olive, f"TELL-{state}", state=state)
    told_by(cast.olive)
    assert [row.referral_id for row in live(cast.olive)] == [searching.pk]


def test_told_twice_says_nothing_new(region: RegionScene) -> None:
    cast = region.cast
    referral = waits(cast, cast.olive, "TELL-1")
    assert told_by(cast.olive) == told_by(cast.olive, now=LATER) == region.partnership.pk
    assert len(told_rows(cast.olive)) == 1
    with acting(cast.olive):
        assert [line.name for line in history_of(referral.key)].count("search.told") == 1


def test_told_afresh_when_a_fact_changes_and_both_tellings_are_kept(region: RegionScene) -> None:
    cast = region.cast
    referral = waits(cast, cast.olive, "TELL-1")
    told_by(cast.olive)
    with acting(cast.olive):
        Referral.objects.filter(pk=referral.pk).update(needed_on=dt.date(2026, 12, 9))
    told_by(cast.olive, now=LATER)
    first, second = told_rows(cast.olive)
    assert first.withdrawn_at == LATER
    assert second.withdrawn_at is None
    assert second.facts["waiting"]["wanted_on"] == "2026-12-09"
    assert first.child_token == second.child_token


def test_a_search_that_ends_is_no_longer_told_and_its_history_says_so(region: RegionScene) -> None:
    cast = region.cast
    referral = waits(cast, cast.olive, "TELL-1")
    told_by(cast.olive)
    with acting(cast.olive):
        withdraw_referral(referral=referral, why="The child stays with their nan.", by=cast.olive, now=NOW)
    told_by(cast.olive, now=LATER)
    assert live(cast.olive) == []
    with acting(cast.olive):
        assert "Partners are no longer told of this search: it has ended." in {
            line.words for line in history_of(referral.key)
        }


def test_what_is_told_holds_nothing_that_says_who_or_why(region: RegionScene) -> None:
    cast = region.cast
    referral = waits(cast, cast.olive, "TELL-SECRET")
    told_by(cast.olive)
    [row] = live(cast.olive)
    said = json.dumps(row.facts) + str(row.child_token)
    for secret in (
        "TELL-SECRET", "Test Child", OWN_WORDS, AVOIDED, "ME14", "576000", "155500", "risk", "missing", "Madeup",
        referral.ref, str(referral.key), str(referral.child.key), "miles", "price", "nan",
    ):  # fmt: skip
        assert secret not in said, secret
    assert {name for option in row.facts["waiting"]["options"] for name, _ in option["parts"]} <= {"need_fit", "rest"}


def test_every_partner_reads_it_and_an_outsider_or_a_home_never(region: RegionScene) -> None:
    cast = region.cast
    wendy = make_person("Wendy Madeup-Officer", cast.west_sussex, "placement_officer")
    with acting(cast.olive):
        Membership.objects.create(
            partnership=region.partnership, organisation=cast.hampshire, standing="ally", starts_on=dt.date(2026, 1, 1),
            ends_before=dt.date(2026, 3, 1),
        )  # fmt: skip
    waits(cast, cast.olive, "TELL-1")
    told_by(cast.olive)
    for person, seen in (
        (cast.olive, 1),
        (cast.oscar, 1),
        (wendy, 1),
        (cast.hilda, 0),
        (cast.mona, 0),
        (cast.harry, 0),
    ):
        with acting(person), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM matching_sharedsearch")
            assert cursor.fetchone() == (seen,), person


def test_an_ally_reads_it_too(region: RegionScene) -> None:
    cast = region.cast
    with acting(cast.olive):
        Membership.objects.create(
            partnership=region.partnership, organisation=cast.hampshire, standing="ally", starts_on=dt.date(2026, 1, 1)
        )
    waits(cast, cast.olive, "TELL-1")
    told_by(cast.olive)
    assert len(told_rows(cast.hilda)) == 1


def test_a_partner_neither_changes_nor_adds_to_what_another_told(region: RegionScene) -> None:
    cast = region.cast
    referral = waits(cast, cast.olive, "TELL-1")
    told_by(cast.olive)
    [row] = told_rows(cast.oscar)
    with acting(cast.oscar):
        assert SharedSearch.objects.filter(pk=row.pk).update(withdrawn_at=NOW) == 0
        assert SharedSearch.objects.filter(pk=row.pk).delete()[0] == 0
    for authority in (cast.kent, cast.portsmouth):
        with pytest.raises(DatabaseError), transaction.atomic(), acting(cast.oscar):
            SharedSearch.objects.create(
                authority=authority, referral_id=referral.pk, child_token=uuid.uuid4(), facts={}, digest="x",
                shared_at=NOW, shared_by="Forged",
            )  # fmt: skip


def test_who_is_in_no_partnership_tells_nobody(region: RegionScene) -> None:
    cast = region.cast
    waits(cast, cast.hilda, "TELL-1")
    assert told_by(cast.hilda) is None
    assert told_rows(cast.hilda) == []


@pytest.mark.parametrize("who", ["mona", "anna", "fiona", "april"])
def test_only_who_plans_may_tell(region: RegionScene, who: str) -> None:
    person = getattr(region.cast, who)
    with acting(person), pytest.raises(PermissionDenied):
        tell_searches(authority_id=person.organisation_id, by=person, now=NOW)


def test_children_to_keep_apart_are_told_by_token_only(region: RegionScene) -> None:
    cast = region.cast
    one, other = waits(cast, cast.olive, "TELL-1"), waits(cast, cast.olive, "TELL-2")
    with acting_for(cast.kent.pk):
        from nearhome.needs.models import MustNotLiveWith

        MustNotLiveWith.objects.create(authority=cast.kent, child=one.child, other=other.child, reason="They fight.")
    told_by(cast.olive)
    apart = [row.facts["apart"] for row in live(cast.olive)]
    assert apart == [[token(other.child)], [token(one.child)]]
    assert "fight" not in json.dumps(apart)
