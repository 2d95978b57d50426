"""The fairness report of an authority's own placements: worked out from the record, kept, published, worked out again."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cast import NOW, Cast, make_cast
from nearhome.audit.record import Nearhome
from nearhome.matching.actions.fairness import work_out_fairness
from nearhome.matching.models import Decision
from nearhome.matching.queries.fairness import choices_of, usual_window
from nearhome.needs.actions.loading import load_return
from nearhome.people.models import Organisation
from nearhome.privacy.acting import acting, acting_for
from nearhome.referrals.models import ReferralMove
from nearhome.sufficiency.actions.picturing import work_out_again
from nearhome.sufficiency.calculations.figures import HIDDEN, Analysis, Breakdown
from nearhome.sufficiency.models import KeptAnalysis
from nearhome.sufficiency.queries.analyses import figures_of, tables_of_kept
from reading_responses import client_of, text_of, text_of_response
from scenes import make_partnership
from scenes_matching import chosen, make_matching_scene, two_offers
from scenes_needs import EPISODES, HEADER, table
from scenes_regional import home, make_region, planned_by, waits
from scenes_whole import make_whole
from scenes_years import load_years

pytestmark = pytest.mark.django_db

SINCE, UNTIL = dt.date(2025, 4, 1), dt.date(2026, 3, 31)
OWN, FAR = "ME14 1XX", "M1 1AA"


@dataclass(frozen=True)
class _Group:
    """So many children of one sex, of whom so many are placed far away."""

    sex: str
    number: int
    far: int


def load_groups(authority: Organisation, prefix: str, *groups: _Group) -> None:
    """A return of 2025/26 in which every child of these groups came into foster care on 1 June 2025, aged about 12."""
    header, episodes = [], []
    for group in groups:
        for number in range(group.number):
            child = f"{prefix}{group.sex}{number:03d}"
            header.append(f"{child},{group.sex},{number % 28 + 1:02d}/05/2013,WBRI,UN1,,")
            place = FAR if number < group.far else OWN
            episodes.append(f"{child},01/06/2025,S,C2,N1,U6,PR1,,,,{OWN},{place},{7_000_000 + number}")
    files = {"header.csv": table(HEADER, header), "episodes.csv": table(EPISODES, episodes)}
    with acting_for(authority.pk):
        load_return(files, authority=authority, year=2026, by=Nearhome(authority.pk, authority.name), now=NOW)


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    make_partnership(made)
    return made


def worked(cast: Cast, since: dt.date = SINCE, until: dt.date = UNTIL) -> KeptAnalysis:
    with acting(cast.anna):
        return work_out_fairness(authority=cast.kent, since=since, until=until, by=cast.anna, now=NOW)


def table_of(analysis: Analysis, name: str) -> Breakdown:
    return next(one for section in analysis.sections for one in section.breakdowns if one.name == name)


def rows_of(analysis: Analysis, name: str) -> dict[Any, dict[str, Any]]:
    found = table_of(analysis, name)
    return {row[0]: dict(zip((one.key for one in found.columns), row, strict=True)) for row in found.rows}


def test_a_difference_on_record_is_found_and_said_without_a_verdict(cast: Cast) -> None:
    load_groups(cast.kent, "KEN", _Group("F", 40, 32), _Group("M", 40, 8))
    kept = worked(cast)
    girls = rows_of(figures_of(kept), "fairness_near")["Sex: Female"]
    assert (girls["children"], girls["value"], girls["rest"]) == (40, pytest.approx(0.2), pytest.approx(0.8))
    assert girls["word"] == "differs"
    text = text_of(client_of(cast.anna).get(reverse("matching:fairness")))
    assert "Placed within 20 miles of home" in text
    assert "no figure here says why groups differ" in text
    assert not [word for word in ("unfair outcome", "discriminat", "biased", "KENF0") if word in text]


def test_groups_alike_show_no_difference_and_nobody_is_named(cast: Cast) -> None:
    load_groups(cast.kent, "KEN", _Group("F", 40, 12), _Group("M", 40, 12))
    kept = worked(cast)
    assert rows_of(figures_of(kept), "fairness_near")["Sex: Female"]["word"] == "no difference seen"
    client = client_of(cast.anna)
    page = text_of(client.get(reverse("matching:fairness")))
    assert "No difference seen in any comparison." in page
    for kind in ("html", "json", "xlsx", "pdf"):
        assert "KENF" not in text_of_response(client.get(reverse("sufficiency:file", args=[kept.key, kind])))


def test_small_groups_are_too_few_to_say_and_hidden(cast: Cast) -> None:
    load_groups(cast.kent, "KEN", _Group("F", 6, 2), _Group("M", 40, 12))
    girls = rows_of(figures_of(worked(cast)), "fairness_near")["Sex: Female"]
    assert girls["value"] is HIDDEN
    assert girls["word"] == "too few to say"


def test_what_is_published_tells_no_number_from_1_to_5(cast: Cast) -> None:
    load_groups(cast.kent, "KEN", _Group("F", 30, 3), _Group("M", 40, 12))
    kept = worked(cast)
    inside = rows_of(figures_of(kept), "fairness_near")
    assert inside["Sex: Female"]["children"] == 30
    told = client_of(cast.anna).get(reverse("sufficiency:file", args=[kept.key, "json"]), {"for": "partners"}).json()
    near = next(one for section in told["sections"] for one in section["tables"] if one["name"] == "fairness_near")
    sexes = [row for row in near["rows"] if row["group"].startswith("Sex")]
    assert len(sexes) == 2
    for row in sexes:
        assert row["value"] is row["rest"] is row["difference"] is None, row
        assert not {"children", "few"} & set(row)


def test_whether_a_child_moved_within_a_year_is_known_only_after_one(cast: Cast) -> None:
    load_years(cast.kent, "KEN", each_month=3)
    late, early = worked(cast), worked(cast, dt.date(2023, 4, 1), dt.date(2025, 3, 31))
    with acting(cast.anna):
        of_late, of_early = (tables_of_kept(one)["placements"]["moved_in_year"] for one in (late, early))
    assert of_late.null_count() > 30
    assert of_early.count() > 20


def test_placements_with_parents_are_left_out_and_ages_are_completed_years(cast: Cast) -> None:
    rows = [f"KEN{number},M,15/05/{2013 + number},WBRI,UN1,," for number in range(3)]
    episodes = [
        f"KEN0,01/06/2025,S,C2,N1,U6,PR1,,,,{OWN},{OWN},7000000",
        f"KEN1,30/04/2025,S,C2,N1,U6,PR1,,,,{OWN},{OWN},7000001",
        f"KEN2,01/06/2025,S,C2,N1,P1,PR0,,,,{OWN},{OWN},",
    ]
    files = {"header.csv": table(HEADER, rows), "episodes.csv": table(EPISODES, episodes)}
    with acting_for(cast.kent.pk):
        load_return(files, authority=cast.kent, year=2026, by=Nearhome(cast.kent.pk, "Kent"), now=NOW)
    kept = worked(cast)
    with acting(cast.anna):
        placements = tables_of_kept(kept)["placements"]
    assert placements["age"].to_list() == [12, 10]
    assert placements["need"].to_list() == ["Abuse or neglect", "Abuse or neglect"]
    assert placements["disability"].null_count() == 2


def test_the_same_days_are_kept_once_and_worked_out_again_to_the_same_figures(cast: Cast) -> None:
    load_groups(cast.kent, "KEN", _Group("F", 30, 10), _Group("M", 30, 10))
    first, second = worked(cast), worked(cast)
    assert first.pk == second.pk
    load_groups(cast.kent, "NEW", _Group("F", 5, 5))
    with acting(cast.anna):
        assert work_out_again(kept=first, by=cast.anna, now=NOW)
    client = client_of(cast.anna)
    page = client.post(reverse("sufficiency:again", args=[first.key]), follow=True)
    assert "every figure is the same" in text_of(page)
    assert "Fairness" in text_of(client.get(reverse("sufficiency:analyses")))


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (dt.date(2025, 3, 31), UNTIL, "where the record begins"),
        (UNTIL, SINCE, "The last day is before the first"),
        (SINCE, dt.date(2046, 4, 1), "Nothing is on record after"),
        (dt.date(2025, 7, 1), dt.date(2025, 7, 2), "No placement on record began"),
    ],
)
def test_days_that_cannot_be_looked_at_are_refused_with_the_mend(
    cast: Cast, since: dt.date, until: dt.date, words: str
) -> None:
    load_groups(cast.kent, "KEN", _Group("F", 10, 1))
    with pytest.raises(ValidationError, match=words):
        worked(cast, since, until)
    typed = {f"{name}-{part}": getattr(day, part) for name, day in (("since", since), ("until", until)) for part in ("day", "month", "year")}  # fmt: skip
    page = text_of(client_of(cast.anna).post(reverse("matching:work_out_fairness"), typed))
    assert "There is a problem" in page
    assert words in page


def test_without_a_return_the_page_says_what_to_do(cast: Cast) -> None:
    page = text_of(client_of(cast.anna).get(reverse("matching:fairness")))
    assert "There is no return on record yet" in page
    with pytest.raises(ValidationError, match="no return on record"):
        worked(cast)


def test_only_analysts_and_commissioners_work_it_out_and_only_for_their_own(cast: Cast) -> None:
    load_groups(cast.kent, "KEN", _Group("F", 10, 1))
    for person in (cast.olive, cast.mona):
        assert client_of(person).get(reverse("matching:fairness")).status_code == 403
        with acting(person), pytest.raises(PermissionDenied):
            work_out_fairness(authority=cast.kent, since=SINCE, until=UNTIL, by=person, now=NOW)
    with acting(cast.anna), pytest.raises(ValidationError, match="whose children"):
        work_out_fairness(authority=cast.portsmouth, since=SINCE, until=UNTIL, by=cast.anna, now=NOW)


def test_a_report_is_read_by_its_own_authority_alone(cast: Cast) -> None:
    load_groups(cast.kent, "KEN", _Group("F", 12, 3), _Group("M", 12, 3))
    kept = worked(cast)
    cast.oscar.roles = ["analyst"]
    cast.oscar.save()
    assert client_of(cast.oscar).get(reverse("sufficiency:analysis", args=[kept.key])).status_code == 404
    assert "no return on record" in text_of(client_of(cast.oscar).get(reverse("matching:fairness")))


def test_the_page_asks_as_many_questions_for_many_placements_as_for_few(cast: Cast) -> None:
    def asked() -> int:
        client = client_of(cast.anna)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("matching:fairness"))
        return len(queries)

    load_groups(cast.kent, "KEN", _Group("F", 12, 3), _Group("M", 12, 3))
    worked(cast)
    few = asked()
    load_groups(cast.kent, "MOR", _Group("F", 60, 20), _Group("M", 60, 20))
    worked(cast)
    assert asked() == few


def test_what_was_chosen_here_is_read_from_the_ranking_it_was_chosen_from() -> None:
    scene = make_matching_scene()
    first, _ = two_offers(scene)
    decision = chosen(scene, first)
    with acting(scene.cast.olive):
        ReferralMove.objects.create(
            referral=scene.referral, authority=scene.cast.kent, to_state="searching", by_name="Olive",
            at=NOW - dt.timedelta(days=9),
        )  # fmt: skip
        Decision.objects.filter(pk=decision.pk).update(granted=True, approved_by=scene.cast.april, approved_at=NOW)
    window = first.starts_on - dt.timedelta(days=1), first.starts_on + dt.timedelta(days=1)
    with acting(scene.cast.anna):
        choices, scales = choices_of(scene.cast.kent, *window)
        child = scene.referral.child.return_ref
        assert choices_of(scene.cast.kent, window[1], window[1])[0].height == 0
    assert choices.select("rank", "needs_met", "days_waited", "chosen_urn").row(0) == (1.0, 1.0, 9.0, "SC900001")
    assert choices["child"][0] == child
    named = dict(scales.select("criterion", "scale").iter_rows())
    assert named["essential_needs"] == 1.0
    assert named["near_home"] == 1.0


def test_the_usual_window_is_the_12_months_to_the_last_day_on_record() -> None:
    assert usual_window((dt.date(2023, 4, 1), UNTIL)) == {"since": SINCE, "until": UNTIL}
    assert usual_window((dt.date(2025, 10, 1), UNTIL))["since"] == dt.date(2025, 10, 1)


def test_a_child_placed_with_nearhome_is_a_row_with_what_the_choice_rested_on() -> None:
    whole = make_whole()
    today = timezone.localdate()
    with acting(whole.cast.anna):
        kept = work_out_fairness(
            authority=whole.cast.kent, since=today - dt.timedelta(days=60), until=today, by=whole.cast.anna,
            now=timezone.now(),
        )  # fmt: skip
        tables = tables_of_kept(kept)
    assert figures_of(kept).data["placements_chosen_here"] == 1
    here = tables["placements"].filter(pl.col("rank").is_not_null())
    assert here.select("placement", "rank", "days_waited").height == 1
    assert tables["contributions"]["placement"].to_list() == here["placement"].to_list()
    page = text_of(client_of(whole.cast.anna).get(reverse("matching:fairness")))
    assert "Criteria found" in page
    assert "ZZ" not in page


def test_who_may_read_the_report_finds_it_from_the_plan_and_from_need() -> None:
    region = make_region()
    home(region.cast, "Madeup Near House", area_code="850")
    waits(region.cast, region.cast.olive, "FAIR-OWN")
    planned_by(region.cast.olive)
    address = reverse("matching:fairness")
    assert address in text_of(client_of(region.cast.april).get(reverse("matching:plan")))
    assert address not in text_of(client_of(region.cast.olive).get(reverse("matching:plan")))
    assert address in text_of(client_of(region.cast.anna).get(reverse("sufficiency:picture")))
