"""The tables and charts of budgets, shown and downloaded alike."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate

from django.urls import reverse
from markupsafe import Markup

from nearhome.design.charts import Series, bar_chart, line_chart
from nearhome.design.tables import Column, Link, Table
from nearhome.design.wording import MINUS, money
from nearhome.settlement.queries.budget_years import LineYear, Made, Year
from nearhome.settlement.queries.periods import in_words
from nearhome.settlement.queries.service_lines import KINDS, PHASINGS, ROUTES, ExpectedPlacements, VersionLine

OVER = Column("Over budget (minus: under)", "money")


def lines_table(worked: Year) -> Table:
    """Every line of the year, and their sums; a line without a budget has no difference."""
    years = [one.outlook for one in worked.lines]
    assumed = any(one.assumed_pence for one in years)
    rows = [
        (
            Link(one.name, f"{reverse('settlement:budget', args=[one.key])}?year={worked.year}") if one.key else one.name,
            one.outlook.forecast_pence, one.outlook.budget_pence, one.outlook.variance_pence, *_made_of(one.outlook, assumed),
        )
        for one in worked.lines
    ]  # fmt: skip
    known = [one.variance_pence for one in years]
    totals = (
        "Sum", sum(one.forecast_pence for one in years), sum(one.budget_pence or 0 for one in years),
        None if None in known else sum(one or 0 for one in known),
        *(sum(each) for each in zip(*(_made_of(one, assumed) for one in years), strict=True)),
    )  # fmt: skip
    columns = (Column("Line"), Column("Forecast", "money"), Column("Budget", "money"), OVER, *_made_columns(assumed))
    empty = "No service line has been named yet."
    return Table("Service lines", columns, rows, totals if rows else None, is_wide=True, when_empty=empty)


def over_table(worked: Year) -> Table:
    """How far each line with a budget is over or under it."""
    rows = [(one.name, one.outlook.variance_pence) for one in worked.lines if one.budget]
    return Table(
        "Over or under budget", (Column("Line"), OVER), rows, when_empty="No line has a budget for this year yet."
    )


def lines_chart(worked: Year) -> Markup | None:
    """The same as bars; None where no line has a budget."""
    rows = over_table(worked).rows
    return bar_chart([row[0] for row in rows], [row[1] / 100 for row in rows], short_pounds) if rows else None


def months_table(one: LineYear) -> Table:
    """A line month by month, and the year's sums."""
    year = one.outlook
    assumed = bool(year.assumed_pence)
    rows = [
        (in_words(each.starts_on), each.forecast_pence, each.budget_pence, *_made_of(each, assumed))
        for each in year.months
    ]
    totals = ("Year", year.forecast_pence, year.budget_pence, *_made_of(year, assumed))
    columns = (Column("Month"), Column("Forecast", "money"), Column("Budget", "money"), *_made_columns(assumed))
    return Table("Month by month", columns, rows, totals, is_wide=True)


def months_chart(one: LineYear) -> Markup:
    """Budget and forecast since April."""
    months = one.outlook.months
    series = [Series("Forecast", _since_april([each.forecast_pence for each in months]))]
    if one.budget:
        series.append(Series("Budget", _since_april([each.budget_pence or 0 for each in months])))
    return line_chart([f"{each.starts_on:%b}" for each in months], series, short_pounds)


def kinds_table(one: LineYear) -> Table:
    """Weeks and money of each kind of provision, as budgeted and as forecast."""
    columns = (
        Column("Kind of provision"), Column("Weeks budgeted", "number"), Column("Weeks forecast", "number"),
        Column("Budget", "money"), Column("Forecast", "money"),
    )  # fmt: skip
    rows = [
        (kind.words, kind.budgeted_weeks, round(kind.nights / 7, 1), kind.budgeted_pence, kind.pence)
        for kind in one.kinds
    ]
    totals = (
        "Sum", sum(kind.budgeted_weeks for kind in one.kinds), round(sum(kind.nights for kind in one.kinds) / 7, 1),
        sum(kind.budgeted_pence for kind in one.kinds), sum(kind.pence for kind in one.kinds),
    )  # fmt: skip
    empty = "Nothing is budgeted, posted or committed for this year."
    return Table("By kind of provision", columns, rows, totals if rows else None, when_empty=empty)


def variance_table(one: LineYear) -> Table:
    """What each kind of provision adds to the difference, by cause."""
    columns = (
        Column("Kind of provision"), Column("Price", "money"), Column("Volume", "money"), Column("Mix", "money"), OVER,
    )  # fmt: skip
    why = one.variance
    rows = [
        (kind.words, each.price, each.volume, each.mix, each.total)
        for kind, each in zip(one.kinds, why.kinds if why else (), strict=False)
    ]
    totals = ("Sum", why.price, why.volume, why.mix, why.total) if why and rows else None
    return Table(
        "Why the forecast differs from the budget", columns, rows, totals,
        when_empty="The line has no budget for this year, so there is nothing to explain.",
    )  # fmt: skip


def costs_table(one: LineYear) -> Table:
    """Live placements with what they still come to."""
    columns = (
        Column("Child"), Column("Home"), Column("Bought"), Column("Expected to end", "date"),
        Column("Still to come this year", "money"),
    )  # fmt: skip
    rows = [
        (
            each.live.child,
            each.live.home,
            ROUTES[each.live.route],
            _until(each.live.ends_on, each.live.is_overdue),
            each.pence,
        )
        for each in one.costs
    ]
    totals = ("Sum", "", "", "", sum(each.pence for each in one.costs)) if rows else None
    return Table(
        "Live placements", columns, rows, totals,
        when_empty="No live placement adds to the months that are not posted.",
    )  # fmt: skip


def expected_table(rows: Sequence[ExpectedPlacements]) -> Table:
    """What a finance officer has said to count on."""
    columns = (
        Column("Bought"), Column("Children", "number"), Column("From", "date"), Column("Last night", "date"),
        Column("A week each", "money"), Column("Why"), Column("Recorded by"),
    )  # fmt: skip
    lines = [
        (KINDS[one.kind], one.children, one.starts_on, one.ends_before - timedelta(days=1), one.weekly_price_pence,
         one.reason, one.recorded_by)
        for one in rows
    ]  # fmt: skip
    return Table("Expected placements", columns, lines, when_empty="No placement that nobody has booked is assumed.")


def rules_table(rules: Sequence[tuple[date, str, str]]) -> Table:
    """What goes to a line."""
    columns = Column("From"), Column("What goes to the line"), Column("Recorded by")
    rows = [(in_words(since), words, by) for since, words, by in rules]
    return Table("What goes to this line", columns, rows, when_empty="Nothing goes to this line yet.")


def versions_table(versions: Sequence[VersionLine]) -> Table:
    """Every version of the year's budget."""
    columns = (
        Column("Version"), Column("Budget", "money"), Column("Spread"), Column("Why"), Column("Set", "moment"),
        Column("By"),
    )  # fmt: skip
    rows = [
        (f"Version {one.version}", one.pence, PHASINGS[one.phasing], one.reason, one.set_at, one.set_by)
        for one in versions
    ]
    return Table("Versions of the budget", columns, rows, when_empty="No budget has been set for this year yet.")


def problems_table(worked: Year) -> Table:
    """What could not be priced, and the mend."""
    columns = Column("About"), Column("What is wrong, and what to do")
    rows = [(one.about, one.words) for one in worked.problems]
    title = "What could not be priced, or is not what the contract says"
    return Table(title, columns, rows, when_empty="Everything that is committed has a price.")


def _made_columns(assumed: bool) -> tuple[Column, ...]:
    """What a forecast is made of; the assumed part only where there is any."""
    parts = ("Posted", "Committed", "Assumed") if assumed else ("Posted", "Committed")
    return tuple(Column(part, "money") for part in parts)


def _made_of(one: Made, assumed: bool) -> tuple[int | None, ...]:
    parts = one.actual_pence, one.committed_pence
    return (*parts, one.assumed_pence) if assumed else parts


def _until(ends_on: date | None, is_overdue: bool) -> date | str:
    if ends_on is None:
        return "No end given"
    return f"Was {ends_on:%-d %b %Y}" if is_overdue else ends_on


def _since_april(pence: Sequence[int]) -> list[float]:
    return [each / 100 for each in accumulate(pence)]


def short_pounds(value: float) -> str:
    """Room beside a chart is narrow: £800k, £2.5m, −£450."""
    sign, size = MINUS if value < 0 else "", abs(value)
    if size >= 1_000_000:
        return f"{sign}£{size / 1_000_000:,.4g}m"
    return f"{sign}£{size / 1_000:,.4g}k" if size >= 10_000 else f"{sign}£{size:,.0f}"


def over_words(pence: int) -> str:
    """£12.00 more than, £12.00 less than, exactly."""
    return "exactly" if not pence else f"{money(abs(pence))} {'more' if pence > 0 else 'less'} than"
