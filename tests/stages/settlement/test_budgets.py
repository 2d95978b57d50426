"""Budgets of an authority: set in versions, held against what was posted and what is committed, and explained."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting, acting_for
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.procurement.actions.block_terms import WantedFee, set_block_fee
from nearhome.settlement.actions.budgeting import map_to_line
from nearhome.settlement.actions.expecting import expect_placements, withdraw_expected
from nearhome.settlement.calculations.nights import VoidRule
from nearhome.settlement.models import Budget, LineRule, ServiceLine
from nearhome.settlement.queries import service_lines
from nearhome.settlement.queries.budget_years import LineYear, Year, year_of_lines
from nearhome.settlement.queries.service_lines import Mapped, NewExpected
from scenes import make_home
from scenes_budgets import TODAY, make_budget, make_line, post_september, weeks
from scenes_rules import agreed, lead_cost, terms
from scenes_settlement import IN_OCTOBER, OPENED, SEPTEMBER, WEEKLY, BlockScene, first_place, live_in, make_block_scene

pytestmark = pytest.mark.django_db
DECEMBER = dt.date(2026, 12, 1)


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


def year_for(person, year: int = 2026, today: dt.date = TODAY) -> Year:
    with acting(person):
        return year_of_lines(person, year, today=today)


def line_named(worked: Year, name: str) -> LineYear:
    return next(one for one in worked.lines if one.name == name)


def month_of(one: LineYear, first: dt.date):
    return next(each for each in one.outlook.months if each.starts_on == first)


def spot_home(scene: BlockScene):
    return first_place(make_home(scene.cast.harbour, "Madeup Harbour House", urn="SC900002"))


def test_posted_months_count_as_posted_and_the_rest_as_committed_to_the_expected_end(scene: BlockScene) -> None:
    felix = scene.cast.felix
    booking = live_in(spot_home(scene), scene.cast.portsmouth, "P-2", SEPTEMBER, weekly=700_000)
    with acting_for(scene.cast.portsmouth.pk):
        Booking.objects.filter(pk=booking.pk).update(expected_ends_on=dt.date(2026, 11, 15))
    post_september(scene)
    line = make_line(felix, "Spot placements", route="spot")
    make_budget(felix, line, weeks("spot", "10", 700_000))
    one = line_named(year_for(felix), "Spot placements")
    assert month_of(one, SEPTEMBER).actual_pence == 3_000_000  # 30 nights at £1,000
    assert month_of(one, dt.date(2026, 10, 1)).committed_pence == 3_100_000
    assert month_of(one, dt.date(2026, 11, 1)).committed_pence == 1_400_000
    assert month_of(one, DECEMBER).committed_pence == 0
    assert one.outlook.forecast_pence == 7_500_000
    assert one.outlook.variance_pence == 500_000
    assert one.variance is not None
    assert (one.variance.price, one.variance.volume, one.variance.mix) == (0, 500_000, 0)
    assert [(each.live.child, each.pence) for each in one.costs] == [("P-2", 4_500_000)]


def test_a_child_still_there_after_the_expected_end_is_committed_to_the_end_of_march(scene: BlockScene) -> None:
    felix = scene.cast.felix
    booking = live_in(spot_home(scene), scene.cast.portsmouth, "P-2", SEPTEMBER, weekly=700_000)
    with acting_for(scene.cast.portsmouth.pk):
        Booking.objects.filter(pk=booking.pk).update(expected_ends_on=TODAY)
    make_line(felix, "Everything")
    one = line_named(year_for(felix), "Everything")
    assert one.outlook.committed_pence == 212 * 100_000  # 1 September to 31 March
    assert one.costs[0].live.is_overdue
    assert line_named(year_for(felix, 2027), "Everything").outlook.committed_pence == 366 * 100_000  # a leap year


def test_the_host_is_committed_to_empty_beds_and_not_to_beds_that_others_fill(scene: BlockScene) -> None:
    fiona = scene.cast.fiona
    live_in(scene.places[1], scene.cast.portsmouth, "P-1", SEPTEMBER, block=scene.contract)
    make_line(fiona, "Residential block", contract=scene.contract)
    one = line_named(year_for(fiona, 2027), "Residential block")
    a_year = round(WEEKLY * 366 / 7)
    assert abs(one.outlook.committed_pence - a_year) <= 12  # Place 1 stands empty; Place 2 is Portsmouth's to pay
    assert [(each.kind, each.nights) for each in one.kinds] == [("block_empty", 366)]


def test_a_partner_is_committed_to_its_child_in_the_block_and_to_the_empty_bed_nominated_to_it(
    scene: BlockScene,
) -> None:
    live_in(scene.places[1], scene.cast.portsmouth, "P-1", SEPTEMBER, block=scene.contract)
    make_line(scene.cast.felix, "Block", route="block")
    make_line(scene.wendy, "Block", route="block")
    ports = line_named(year_for(scene.cast.felix, 2027), "Block")
    assert [(each.kind, each.nights) for each in ports.kinds] == [("block", 366)]
    west = line_named(year_for(scene.wendy, 2027), "Block")
    assert [(each.kind, each.nights) for each in west.kinds] == [("block_empty", 366)]
    assert west.costs == ()


def test_variable_parts_guarantees_and_the_leads_costs_are_committed_as_they_will_be_posted(scene: BlockScene) -> None:
    agreed(scene, terms(rule=VoidRule("nominated"), guarantee=8_000, variable_weekly=70_000))
    lead_cost(scene, 3_650_000, {scene.cast.kent: 3, scene.cast.portsmouth: 1, scene.cast.west_sussex: 1})
    live_in(scene.places[1], scene.cast.portsmouth, "P-1", SEPTEMBER, block=scene.contract)
    people = (scene.cast.fiona, scene.cast.felix, scene.wendy)
    for person in people:
        make_line(person, "Block", route="block")
        make_line(person, "The rest")

    def septembers(kept: str) -> list[tuple[int, int]]:
        years = [year_for(person) for person in people]
        months = [[month_of(line_named(year, name), SEPTEMBER) for name in ("Block", "The rest")] for year in years]
        return [(getattr(block, kept), getattr(rest, kept)) for block, rest in months]

    committed = septembers("committed_pence")
    assert [rest for _, rest in committed] == [180_000, 60_000, 60_000]  # 30 of 365 days of £36,500
    assert all(block > 0 for block, _ in committed)
    post_september(scene)
    assert septembers("actual_pence") == committed


def test_a_fee_of_the_contract_that_no_rules_say_is_listed_with_the_budgets(scene: BlockScene) -> None:
    colin, felix = scene.cast.colin, scene.cast.felix
    with acting(colin):
        fee = WantedFee(WEEKLY, variable_pence=70_000)
        set_block_fee(contract=scene.contract, starts_on=OPENED, fee=fee, by=colin, now=IN_OCTOBER)
    make_line(felix, "Block", route="block")
    assert any("a variable part of £700.00" in one.words for one in year_for(felix).problems)
    client = Client()
    client.force_login(felix)
    page = client.get(reverse("settlement:budgets")).content.decode()
    assert "Not in it: children of other authorities whom yours agreed to pay for" in page
    assert "Propose rules of the block with a variable part of £700.00" in page


def test_what_no_rule_names_is_shown_and_not_lost(scene: BlockScene) -> None:
    felix = scene.cast.felix
    live_in(spot_home(scene), scene.cast.portsmouth, "P-2", SEPTEMBER, weekly=700_000)
    post_september(scene)
    make_line(felix, "Block", route="block")
    left = line_named(year_for(felix), "In no line")
    assert left.outlook.actual_pence == 3_000_000
    text = signed_in(felix).get(address("budgets") + "?year=2026").content.decode()
    assert "Some costs go to no line" in text


def test_the_most_particular_rule_wins_and_a_later_month_changes_it(scene: BlockScene) -> None:
    felix = scene.cast.felix
    live_in(spot_home(scene), scene.cast.portsmouth, "P-2", SEPTEMBER, weekly=700_000)
    make_line(felix, "Everything")
    spot = make_line(felix, "Spot", route="spot")
    other = make_line(felix, "From December", contract=scene.contract)
    with acting(felix):
        map_to_line(line=other, mapped=Mapped(DECEMBER, None, "spot"), by=felix, now=IN_OCTOBER)
        map_to_line(line=other, mapped=Mapped(DECEMBER, None, "spot"), by=felix, now=IN_OCTOBER)
        assert LineRule.objects.filter(line=other).count() == 2
        assert spot.rules.count() == 1
    worked = year_for(felix)
    assert line_named(worked, "Everything").outlook.forecast_pence == 0
    assert line_named(worked, "Spot").outlook.forecast_pence == 91 * 100_000  # September, October, November
    assert line_named(worked, "From December").outlook.forecast_pence == 121 * 100_000


def test_what_cannot_be_priced_is_listed(scene: BlockScene) -> None:
    live_in(spot_home(scene), scene.cast.portsmouth, "P-9", SEPTEMBER)
    make_line(scene.cast.felix, "Everything")
    problems = year_for(scene.cast.felix).problems
    assert [one.about for one in problems] == ["P-9 at Madeup Harbour House"]
    assert "no price" in problems[0].words


def test_a_budget_is_kept_in_versions_and_the_same_one_once(scene: BlockScene) -> None:
    felix = scene.cast.felix
    line = make_line(felix, "Spot", route="spot")
    part = weeks("spot", "52.14", 700_001)
    first = make_budget(felix, line, part)
    assert (first.version, first.pence, sum(first.months_pence)) == (1, 36_498_052, 36_498_052)
    assert make_budget(felix, line, part).pk == first.pk
    with pytest.raises(ChangedMeanwhile):
        make_budget(felix, line, weeks("spot", "1", 1))
    assert make_budget(felix, line, weeks("spot", "1", 1), version=1, reason="Less").version == 2
    assert line_named(year_for(felix), "Spot").outlook.budget_pence == 1


def test_months_that_do_not_add_up_are_refused_by_the_action_and_by_the_database(scene: BlockScene) -> None:
    felix = scene.cast.felix
    line = make_line(felix, "Spot", route="spot")
    with pytest.raises(ValidationError, match="They must agree"):
        make_budget(felix, line, weeks("spot", "1", 12), phasing="typed", months=(2,) * 12)
    with acting(felix), pytest.raises(DatabaseError, match="budget_months_add_up"), transaction.atomic():
        Budget.objects.create(
            authority=felix.organisation, line=line, year=2026, version=1, pence=12, phasing="typed",
            months_pence=[2] * 12, reason="x", set_at=IN_OCTOBER, set_by="x",
        )  # fmt: skip


def test_a_budget_that_was_set_is_never_changed(scene: BlockScene) -> None:
    felix = scene.cast.felix
    make_budget(felix, make_line(felix, "Spot"), weeks("spot", "1", 1))
    for change in (lambda: Budget.objects.update(pence=2), lambda: LineRule.objects.all().delete()):
        with acting(felix), pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_only_a_finance_officer_sets_a_budget_and_only_of_the_own_authority(scene: BlockScene) -> None:
    line = make_line(scene.cast.felix, "Spot")
    with pytest.raises(PermissionDenied, match="Only a finance officer"):
        make_line(scene.cast.colin, "Kent line")
    with pytest.raises(ValidationError, match="set by the authority whose line it is"):
        make_budget(scene.cast.fiona, line, weeks("spot", "1", 1))


def test_the_same_line_asked_for_twice_is_one_line(scene: BlockScene) -> None:
    felix = scene.cast.felix
    assert make_line(felix, "Disability").pk == make_line(felix, "  disability ").pk
    with pytest.raises(ValidationError, match="name of at most 120"):
        make_line(felix, "x" * 121)


def test_row_security_keeps_lines_and_budgets_to_their_authority(scene: BlockScene) -> None:
    make_budget(scene.cast.felix, make_line(scene.cast.felix, "Spot"), weeks("spot", "1", 1))
    for person in (scene.cast.fiona, scene.harriet, scene.cast.mona):
        with acting(person):
            assert not ServiceLine.objects.exists()
            assert not Budget.objects.exists()


def expect(felix, line: ServiceLine, children: int = 2, weekly: int = 700_000, reason: str = "Growth"):
    january, february = dt.date(2027, 1, 1), dt.date(2027, 2, 1)
    wanted = NewExpected("spot", children, january, february, weekly, reason)
    with acting(felix):
        return expect_placements(line=line, expected=wanted, by=felix, now=IN_OCTOBER)


def test_nobody_is_assumed_unless_a_finance_officer_says_so_and_until_it_is_withdrawn(scene: BlockScene) -> None:
    felix = scene.cast.felix
    line = make_line(felix, "Spot", route="spot")
    assert line_named(year_for(felix), "Spot").outlook.forecast_pence == 0
    row = expect(felix, line)
    assert expect(felix, line).pk == row.pk
    one = line_named(year_for(felix), "Spot")
    assert (one.outlook.assumed_pence, one.outlook.forecast_pence) == (6_200_000, 6_200_000)
    assert [(kind.kind, kind.nights) for kind in one.kinds] == [("spot", 62)]
    for _ in range(2):
        with acting(felix):
            withdraw_expected(expected=row, by=felix, now=IN_OCTOBER)
    assert line_named(year_for(felix), "Spot").outlook.forecast_pence == 0


def test_an_assumption_needs_children_a_price_and_a_reason_and_the_right_person(scene: BlockScene) -> None:
    line = make_line(scene.cast.felix, "Spot")
    for given, words in (
        ({"children": 0}, "from 1 to 1,000"),
        ({"weekly": 0}, r"above £0\.00"),
        ({"reason": " "}, "Say why"),
    ):
        with pytest.raises(ValidationError, match=words):
            expect(scene.cast.felix, line, **given)
    with pytest.raises(PermissionDenied):
        expect(scene.cast.oscar, line)


# Pages


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(name: str, *arguments) -> str:
    return reverse(f"settlement:{name}", args=arguments)


def test_a_finance_officer_names_a_line_sets_its_budget_and_reads_why_it_differs(scene: BlockScene) -> None:
    felix, client = scene.cast.felix, signed_in(scene.cast.felix)
    live_in(spot_home(scene), scene.cast.portsmouth, "P-2", SEPTEMBER, weekly=700_000)
    post_september(scene)
    assert "No service line has been named yet" in client.get(address("budgets")).content.decode()
    typed = {"name": "Looked after children", "starts_on": "2026-04-01", "route": "spot"}
    made = client.post(address("new_line"), typed)
    with acting(felix):
        line = ServiceLine.objects.get()
    assert made["Location"] == address("budget", line.key)
    assert "It has no budget for this year yet" in client.get(f"{made['Location']}?year=2026").content.decode()
    where = address("set_budget", line.key, 2026)
    empty = client.post(where, {"version": "0", "phasing": "equal", "weeks_spot": "10"}).content.decode()
    assert "Enter what a week costs: spot" in empty
    typed = {"version": "0", "phasing": "equal", "weeks_spot": "10", "price_spot": "6,000", "reason": "Growth agreed"}
    client.post(where, typed)
    text = client.get(f"{address('budget', line.key)}?year=2026").content.decode()
    for words in ("£60,000.00", "Growth agreed", "Price explains", "P-2", "Version 1", "£30,000.00"):
        assert words in text
    again = client.post(where, typed | {"price_spot": "5,000"}).content.decode()
    assert "was changed by somebody else" in again
    rows = client.get(f"{address('budget', line.key)}?year=2026&download=csv&table=month-by-month").content.decode()
    assert "September 2026,30000.00,5000.00,30000.00," in rows


def test_typed_months_must_be_twelve_amounts(scene: BlockScene) -> None:
    client = signed_in(scene.cast.felix)
    line = make_line(scene.cast.felix, "Spot")
    typed = {"version": "0", "phasing": "typed", "other": "12", "reason": "x"}
    where = address("set_budget", line.key, 2026)
    assert "for each of the 12 months, not 1" in client.post(where, typed | {"months": "12"}).content.decode()
    assert "must be an amount of money" in client.post(where, typed | {"months": "twelve"}).content.decode()
    assert "They must agree" in client.post(where, typed | {"months": "2\n" * 12}).content.decode()
    assert client.post(where, typed | {"months": "1\n" * 12}).status_code == 302


def test_an_assumption_is_typed_seen_and_withdrawn_on_the_page(scene: BlockScene) -> None:
    client = signed_in(scene.cast.felix)
    line = make_line(scene.cast.felix, "Spot", route="spot")
    where = address("expected", line.key)
    typed = {
        f"{name}-{part}": value
        for name in ("starts_on", "ends_on")
        for part, value in (("day", "1"), ("month", "1"), ("year", "2027"))
    }
    typed |= {"kind": "spot", "children": "3", "weekly_price": "700", "reason": "Two homes close"}
    wrong = client.post(where, typed | {"ends_on-year": "2026"}).content.decode()
    assert "The last night must be on or after the first" in wrong
    made = client.post(where, typed)
    text = client.get(f"{made['Location']}?year=2026").content.decode()
    for words in ("Two homes close", "£300.00", "Assumed"):
        assert words in text
    with acting(scene.cast.felix):
        (one,) = service_lines.expected_of(line)
    assert signed_in(scene.cast.fiona).post(address("withdraw_expected", one.key)).status_code == 404
    client.post(address("withdraw_expected", one.key))
    assert "Two homes close" not in client.get(where).content.decode()


def test_readers_read_and_do_not_set_and_others_find_nothing(scene: BlockScene) -> None:
    line = make_line(scene.cast.fiona, "Residential")
    for person in (scene.cast.colin, scene.cast.april, scene.cast.anna, scene.cast.frank):
        assert signed_in(person).get(address("budget", line.key)).status_code == 200
    assert signed_in(scene.cast.colin).get(address("set_budget", line.key, 2026)).status_code == 403
    for person in (scene.cast.felix, scene.harriet):
        assert signed_in(person).get(address("budget", line.key)).status_code == 404
    for person in (scene.cast.olive, scene.cast.mona, scene.cast.hilda):
        assert signed_in(person).get(address("budgets")).status_code == 403
    assert signed_in(scene.cast.fiona).get(address("set_budget", line.key, 1066)).status_code == 404
    assert signed_in(scene.cast.fiona).get(address("budgets") + "?year=٢٠٢٦").status_code == 200
