"""What is written into a release is read back exactly, and says no more than its stage allows."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from nearhome.procurement.calculations.routes import Route
from nearhome.referrals.calculations.disclosure import anonymous_summary
from nearhome.referrals.calculations.profile import ImportantPlace, NeedsProfile, SkillNeed, Wish
from nearhome.referrals.calculations.released import (
    AnonymousNeed,
    Identity,
    age_on,
    assumed_born_month,
    detail_of,
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
    route = Route("block", "Made-up Block", weekly_price_pence=420_000, contract_id=3, place_ids=(1, 2))
    need = AnonymousNeed(summary, 12, "F", date(2026, 12, 1), False, None, (route,))
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


@given(age=st.integers(0, 18), day=st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_the_assumed_month_of_birth_gives_the_released_age(age: int, day: date) -> None:
    assert age_on(assumed_born_month(age, day), day) == age
