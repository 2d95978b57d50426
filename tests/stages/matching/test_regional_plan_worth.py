from dataclasses import replace

import pytest

from cast import NOW
from nearhome.matching.calculations.at_once.columns import Columns
from nearhome.matching.calculations.at_once.ranking_at_once import rank_at_once
from nearhome.matching.calculations.ranking import rank_homes
from nearhome.matching.calculations.region.worth import option_of
from nearhome.matching.calculations.region.worth_at_once import options_of
from nearhome.matching.queries.moving import homes_for_plan, leaving_of
from nearhome.matching.queries.policy import current_policy
from nearhome.matching.queries.regional_plans import plan_policy
from nearhome.matching.queries.searching import search_for
from nearhome.privacy.acting import acting
from scenes_regional import FAR, home, lives, make_region, waits


@pytest.mark.django_db
def test_all_homes_at_once_are_worth_what_each_is_worth_by_itself() -> None:
    cast = make_region().cast
    home(cast, "Madeup Near House", places=2)
    home(cast, "Madeup Far House", point=FAR, skills=["going_missing"])
    home(cast, "Madeup Unskilled House", point=(600_000, 150_000), skills=[])
    home(cast, "Madeup Foster Home", kind="foster", skills=[], price_pence=90_000)
    home(cast, "Madeup Own House", provider=cast.kent)
    referral = waits(cast, cast.olive, "WORTH-1")
    with acting(cast.olive):
        search = search_for(referral)
        homes = homes_for_plan(referral, search, leaving_of(cast.kent.pk, [referral], now=NOW), days=28, now=NOW)
    policy, plan = current_policy(), plan_policy()
    one_by_one = [option_of(one, policy, plan, takes_all=True) for one in rank_homes(search, homes, policy).ranked]
    at_once = options_of(rank_at_once(search, Columns.of(homes), policy, explain=0), plan, takes_all=True)
    assert len(at_once) == 5
    assert list(at_once) == [replace(option, asks=()) for option in one_by_one]


@pytest.mark.django_db
def test_a_home_counts_without_those_who_would_move_on_but_the_childs_own_stays_an_option() -> None:
    cast = make_region().cast
    near = home(cast, "Madeup Near House")
    mover, other = waits(cast, cast.olive, "WORTH-MOVER"), waits(cast, cast.olive, "WORTH-2")
    lives(mover.child, near)
    with acting(cast.olive):
        leaving = leaving_of(cast.kent.pk, [mover, other], now=NOW)
        assert leaving.home_of(mover.child.key) == str(near.key)
        assert leaving.home_of(other.child.key) == ""
        [seen] = homes_for_plan(other, search_for(other), leaving, days=28, now=NOW)
    assert (seen.free_places, seen.residents) == (1, ())
