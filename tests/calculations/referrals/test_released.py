"""What is written into a release is read back exactly, and says no more than its stage allows."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from nearhome.procurement.calculations.routes import PriceLimit, Route
from nearhome.referrals.calculations.disclosure import AGE_BANDS, age_band, anonymous_summary
from nearhome.referrals.calculations.profile import ImportantPlace, NeedsProfile, SkillNeed, Wish
from nearhome.referrals.calculations.released import (
    AnonymousNeed,
    Identity,
    age_on,
    assumed_born_month,
    detail_of,
    priced_route,
    pseudonym,
    read_anonymous,
    read_detail,
    read_identity,
    written,
)

PROFILE = NeedsProfile(
    sibling_count=1,
    risk_missing="Risk present",
    additional_support=("Therapeutic support",),
    skills=(SkillNeed("autism", "helps"),),
    wishes=(Wish("I want my dog with me", "pets"),),
    important_places=(ImportantPlace("school", "Madeup Road School", 1, 2),),
)


def test_every_stage_is_read_back_as_it_was_written() -> None:
    summary = anonymous_summary(PROFILE, 12, "F", area="Kent")
    block = Route("block", "Made-up Block", weekly_price_pence=420_000, contract_id=3, place_ids=(1, 2))
    framework, limit = Route("framework", "Made-up Framework", 1), PriceLimit("for ages 12 to 12", 400_000)
    day = date(2026, 12, 1)
    routes = (priced_route(block, PriceLimit("bed", 420_000), day), priced_route(framework, limit, day))
    need = AnonymousNeed(summary, "F", day, False, None, routes)
    detail = detail_of(PROFILE, "C-1", with_wishes=True)
    identity = Identity("Test Child Blue Kite 0042", date(2014, 2, 3), "C-1")
    assert read_anonymous(written(need)) == need
    assert read_detail(written(detail)) == detail
    assert read_identity(written(identity)) == identity


def test_detail_says_every_need_but_no_place_and_a_wish_only_when_decided() -> None:
    without = written(detail_of(PROFILE, "C-1", with_wishes=False))
    assert "There is a risk" in without
    assert "Going missing (essential)" in without
    assert "my dog" not in without
    assert "my dog" in written(detail_of(PROFILE, "C-1", with_wishes=True))
    assert "Madeup Road School" not in written(detail_of(PROFILE, "C-1", with_wishes=True))


def test_a_pseudonym_is_always_the_same_and_does_not_contain_the_key() -> None:
    key = "6f1d0c5e-0000-4000-8000-000000000042"
    assert pseudonym(key) == pseudonym(key)
    assert pseudonym(key) != pseudonym(key[:-1] + "3")
    assert "6F1D" not in pseudonym(key)


def test_a_provider_is_told_the_limit_for_the_child_but_neither_the_age_nor_whose_bed_it_is_first() -> None:
    day = date(2026, 12, 1)
    framework = Route("framework", "Made-up Framework", 1, 380_000, contract_id=3)
    told = priced_route(framework, PriceLimit("your rate card for a child aged 12 to 12", 400_000), day)
    assert told.limit == PriceLimit(
        "your standard rate in Made-up Framework for this child on 1 December 2026", 400_000
    )
    assert told.route.weekly_price_pence is None
    none = priced_route(framework, PriceLimit("no rate for a child aged 12 on this day", 0), day)
    assert none.limit == PriceLimit("Made-up Framework has no standard rate for this child on 1 December 2026", 0)
    block = Route("block", "Made-up Block", nominated_authority_id=1, released_from=day, place_ids=(7,))
    assert priced_route(block, PriceLimit("bed", 1), day).route == Route("block", "Made-up Block", place_ids=(7,))


@given(band=st.sampled_from([words for _, words in AGE_BANDS]), day=st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_the_assumed_month_of_birth_says_the_age_band_and_nothing_more(band: str, day: date) -> None:
    assert age_band(age_on(assumed_born_month(band, day), day)) == band


def test_children_of_one_band_are_assumed_to_be_the_same_age() -> None:
    assert assumed_born_month("10 to 15", date(2026, 12, 1)) == date(2013, 12, 1)
    assert assumed_born_month("16 or 17", date(2026, 12, 24)) == date(2009, 12, 1)
