"""Stage one of disclosure: nothing that could point at one child."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.referrals.calculations.disclosure import age_band, anonymous_summary, area_in_general
from nearhome.referrals.calculations.plain import as_plain
from nearhome.referrals.calculations.profile import ImportantPlace, NeedsProfile, SkillNeed, Wish

PROFILE = NeedsProfile(
    needed_by="Today",
    sibling_count=1,
    uasc_status="Yes",
    pets="No",
    home_adaptation_required=False,
    specific_communication_requirement=("BSL", "Makaton"),
    foster_care_suitability="Preferred",
    risk_missing="Risk present",
    skills=(SkillNeed("autism", "helps"),),
    wishes=(Wish("Nan Testname on Madeup Street", "people"), Wish("my friend Blue Kite", "people")),
    important_places=(ImportantPlace("school", "Madeup Academy", 590123, 160456, "886"),),
    other_answers=(("note", "Madeup secret"),),
)


def test_the_anonymous_need_says_what_a_home_must_know():
    summary = anonymous_summary(PROFILE, 13, "F", area="ME10 4ZZ")
    assert (summary.age_band, summary.area, summary.siblings) == ("10 to 15", "ME10", 1)
    assert summary.needs == ("Going missing (essential)", "Autism (helps)")
    assert ("Can the child live with pets?", "No pets") in summary.requirements
    assert ("Must the home be adapted for a disability?", "No") in summary.requirements
    assert ("Which help with communication or language?", "British Sign Language; Makaton") in summary.requirements
    assert summary.settings == (("Would foster care suit this child?", "The best kind of home for this child"),)
    assert summary.wishes_about == ("Who I live with or see (it matters a lot)",)


@pytest.mark.parametrize("secret", ["Testname", "Madeup", "Blue Kite", "590123", "160456", "4ZZ", "secret", "asylum"])
def test_the_anonymous_need_holds_no_name_place_or_words_of_the_child(secret):
    assert secret not in json.dumps(as_plain(anonymous_summary(PROFILE, 13, "F", area="ME10 4ZZ")))


@given(st.text("QJXZqjxz ", min_size=6, max_size=20).filter(lambda text: len(text.strip()) > 5))
def test_no_free_text_ever_gets_out(text):
    profile = NeedsProfile(
        wishes=(Wish(text),), important_places=(ImportantPlace("family", text),), other_answers=(("note", text),)
    )
    assert text.strip() not in json.dumps(as_plain(anonymous_summary(profile, 9, "M", area="Kent")))


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "under 1"), (1, "1 to 4"), (4, "1 to 4"), (5, "5 to 9"), (10, "10 to 15"), (15, "10 to 15"), (17, "16 or 17")],
)
def test_ages_become_the_published_bands(age, band):
    assert age_band(age) == band


def test_an_age_below_nought_is_refused():
    with pytest.raises(ValueError, match="cannot be -1"):
        age_band(-1)


@pytest.mark.parametrize(
    ("area", "general"),
    [
        ("Kent", "Kent"),
        ("me104zz", "ME10"),
        ("BN1 1ZZ", "BN1"),
        ("bn1", "BN1"),
        ("", ""),
        (" West  Sussex ", "West Sussex"),
    ],
)
def test_only_the_area_in_general_is_told(area, general):
    assert area_in_general(area) == general


@pytest.mark.parametrize("address", ["12 Madeup Street", "Flat 3", "Madeup Street ME10 4ZZ"])
def test_what_may_be_an_address_is_refused(address):
    with pytest.raises(ValueError, match="may be an address"):
        area_in_general(address)
