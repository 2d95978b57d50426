"""Who is suspended is never offered: by the other framework, by a block, singly; and Python and PostgreSQL say the same."""

import datetime as dt
from dataclasses import dataclass

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import NOW, TODAY, Cast
from nearhome.market.models import Place
from nearhome.matching.actions.asking import ask_homes
from nearhome.matching.actions.deciding import select_offer
from nearhome.placements.actions.approving import approve_and_book
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting
from nearhome.procurement.actions import admit_supplier, make_framework, set_rate_line
from nearhome.procurement.actions.suppliers import suspend_supplier
from nearhome.procurement.models import BlockContract, BlockParty, BlockPlace, BlockPrice, CallOff, FrameworkSupplier
from nearhome.procurement.queries import open_routes_for
from nearhome.referrals.models import Invitation
from scenes_inviting import invited, offered
from scenes_matching import MatchingScene, complete_choice, make_matching_scene, ranked_by

pytestmark = pytest.mark.django_db
APRIL = dt.date(2026, 4, 1)
DAY = dt.timedelta(days=1)
GROUNDS = ("judgement", "conduct", "financial", "own_request")


@dataclass(frozen=True)
class Scene:
    """Madeup Meadow House is admitted to two frameworks of Kent's, a block has a bed there, and it is sold singly."""

    matching: MatchingScene
    suppliers: tuple[FrameworkSupplier, FrameworkSupplier]

    @property
    def cast(self) -> Cast:
        return self.matching.cast


@pytest.fixture
def scene() -> Scene:
    made = make_matching_scene()
    by, home = made.cast.colin, made.meadow
    suppliers = []
    with acting(by):
        for name in ("Made-up framework", "Made-up framework for longer"):
            framework = make_framework(
                name=name, kind="childrens_home", starts_on=APRIL, parties=[made.cast.portsmouth], by=by, now=NOW
            )
            one = admit_supplier(framework=framework, registration=home.registration, tier=1, by=by, now=NOW)
            set_rate_line(supplier=one, weekly_price_pence=480_000, starts_on=APRIL, by=by, now=NOW)
            suppliers.append(one)
        block = BlockContract.objects.create(
            name="Made-up block", host=made.cast.kent, provider=made.cast.meadow, starts_on=APRIL
        )
        BlockParty.objects.create(contract=block, organisation=made.cast.kent)
        BlockPrice.objects.create(contract=block, starts_on=APRIL, weekly_price_pence=455_700)
        place = Place.objects.filter(home=home).order_by("pk").first()
        BlockPlace.objects.create(contract=block, place=place, available_from=APRIL)
    ranked_by(made.cast.olive, made.referral)
    return Scene(made, (suppliers[0], suppliers[1]))


def suspend(
    scene: Scene, which: int, ground: str, starts_on: dt.date = TODAY, ends_before: dt.date | None = None
) -> None:
    with acting(by := scene.cast.colin):
        suspend_supplier(
            supplier=scene.suppliers[which], starts_on=starts_on, ends_before=ends_before, ground=ground,
            words="Made-up words", by=by, now=NOW,
        )  # fmt: skip


def routes(scene: Scene, on: dt.date) -> set[tuple[str, str]]:
    meadow = scene.matching.meadow
    with acting(scene.cast.olive):
        found = open_routes_for([meadow], scene.cast.kent.pk, on, now=NOW, free_only=False)[meadow.pk]
    return {(one.kind, one.name) for one in found}


EVERY = {
    ("framework", "Made-up framework"), ("framework", "Made-up framework for longer"), ("block", "Made-up block"),
    ("spot", ""),
}  # fmt: skip


def let_by_the_database(scene: Scene, on: dt.date) -> set[tuple[str, str]]:
    """Every way of buying there that the guard of call-offs would not refuse for a suspension."""
    meadow, kent = scene.matching.meadow.registration_id, scene.cast.kent.pk
    admissions = {"Made-up framework": scene.suppliers[0].pk, "Made-up framework for longer": scene.suppliers[1].pk}
    with acting(scene.cast.olive), connection.cursor() as cursor:
        let = set()
        for kind, name in EVERY:
            cursor.execute(
                "SELECT procurement_bars_call_off(%s, %s, %s, %s, %s)", [meadow, kent, admissions.get(name), kind, on]
            )
            if not cursor.fetchone()[0]:
                let.add((kind, name))
    return let


def expected(suspended: list[tuple[int, str]]) -> set[tuple[str, str]]:
    """The rule in words, slowly: judgement and conduct bar all; another ground its own framework and buying singly."""
    left = set(EVERY)
    for which, ground in suspended:
        if ground in ("judgement", "conduct"):
            return set()
        names = ("Made-up framework", "Made-up framework for longer")
        left -= {("spot", ""), ("framework", names[which])}
    return left


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    grounds=st.tuples(*[st.none() | st.sampled_from(GROUNDS)] * 2), starts=st.tuples(*[st.integers(0, 9)] * 2),
    lengths=st.tuples(*[st.none() | st.integers(1, 9)] * 2), asked=st.integers(0, 20),
)  # fmt: skip
def test_suspended_means_never_offered_and_the_database_says_the_same(
    scene: Scene, grounds: tuple, starts: tuple, lengths: tuple, asked: int
) -> None:
    on, holds = TODAY + asked * DAY, []
    with transaction.atomic():
        for which, (ground, start, length) in enumerate(zip(grounds, starts, lengths, strict=True)):
            if ground:
                suspend(scene, which, ground, TODAY + start * DAY, TODAY + (start + length) * DAY if length else None)
                if start <= asked and (length is None or asked < start + length):
                    holds.append((which, ground))
        assert routes(scene, on) == let_by_the_database(scene, on) == expected(holds)
        transaction.set_rollback(True)


def test_a_home_suspended_for_its_conduct_by_one_framework_is_not_invited_by_the_other(scene: Scene) -> None:
    suspend(scene, 0, "conduct")
    meadow, referral = scene.matching.meadow, scene.matching.referral
    with acting(olive := scene.cast.olive):
        referral.refresh_from_db()
        with pytest.raises(ValidationError, match="Suspended from one of your frameworks"):
            ask_homes(referral=referral, homes=[meadow], reasons={}, by=olive, now=NOW)
        assert not Invitation.objects.exists()


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_suspension_after_the_choice_is_told_in_words_when_it_is_booked(scene: Scene, ground: str) -> None:
    offer = offered(scene.cast.mona, invited(scene.cast, scene.matching.referral, scene.matching.meadow))
    referral, olive, april = scene.matching.referral, scene.cast.olive, scene.cast.april
    with acting(olive):
        referral.refresh_from_db()
        decision = select_offer(
            referral=referral, offer=offer, choice=complete_choice(olive, referral, offer), by=olive, now=NOW
        )
    bars = ground in ("judgement", "conduct")
    suspend(scene, 0, ground)
    with acting(april):
        if bars:
            with pytest.raises(ValidationError, match="is suspended from a framework of your authority"):
                approve_and_book(decision=decision, by=april, now=NOW, granted=True)
            assert not Booking.objects.exists()
        else:
            approve_and_book(decision=decision, by=april, now=NOW, granted=True)
        assert CallOff.objects.exists() is not bars
        assert offer.route == "block"
