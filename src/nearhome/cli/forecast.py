"""``nearhome forecast``: how many children, and how many placements to find, from the folders of returns alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nearhome.cli.analysing import AsHtml, AsJson, AsXlsx, Publish, give

if TYPE_CHECKING:
    from nearhome.needs.importers.return_tables import ReadReturns
    from nearhome.sufficiency.calculations.forecasting.backtest import Backtest
    from nearhome.sufficiency.calculations.forecasting.forecast import Forecast
    from nearhome.sufficiency.calculations.forecasting.forecast_cost import YearCost
    from nearhome.sufficiency.calculations.forecasting.scenarios import Compared

Folders = Annotated[list[Path], typer.Argument(help="Folders with the CSV files of returns: one authority or several, one year or many.")]  # fmt: skip
Window = Annotated[tuple[str, str], typer.Option(help="First and last day of the reference window, such as 2025-04-01 2026-03-31.")]  # fmt: skip
Method = Annotated[str, typer.Option(help="auto: whichever a back-test over the window finds best, ours where it is too short; or nearhome, daily-rates, no-change, trend.")]  # fmt: skip
Tested = Annotated[bool, typer.Option("--backtest", help="Say how each method would have done on earlier dates.")]
Named = Annotated[list[str] | None, typer.Option(help="DfE code of an authority; may be repeated. Whose return it is, or which to look at.")]  # fmt: skip
Scenarios = Annotated[list[Path] | None, typer.Option(help="A scenario (JSON: name, changes); may be repeated.")]
Prices = Annotated[Path | None, typer.Option(help="Prices (JSON): weekly_pence by kind of placement, uplifts [[date, factor], …].")]  # fmt: skip


def forecast(  # noqa: PLR0913 each is an option
    folders: Folders,
    reference: Window,
    months: Annotated[int, typer.Option(help="How many months ahead, 1 to 60.")] = 12,
    method: Method = "auto",
    authority: Named = None,
    backtest: Tested = False,
    scenario: Scenarios = None,
    prices: Prices = None,
    seed: Annotated[
        int, typer.Option(help="Start of the draws of scenarios; the same seed gives the same figures.")
    ] = 1,
    json: AsJson = False,
    html: AsHtml = None,
    xlsx: AsXlsx = None,
    publish: Publish = False,
) -> None:
    """Children in care and placements to find, month by month, with how sure that is. A scenario tool until back-tested."""
    from nearhome.cli.progress import stop
    from nearhome.cli.reading import a_day, read_return_folders

    start, end = (a_day(one, "--reference") for one in reference)
    if not 1 <= months <= 60:
        raise stop(f"--months {months} cannot be forecast. Give 1 to 60.")
    if end < start:
        raise stop(f"--reference starts on {start} after it ends on {end}. Give the earlier date first.")
    files = [_json_file(one) for one in scenario or []], _json_file(prices) if prices else None
    found = read_return_folders(folders, authority or [])
    try:
        analysis = _Question(found, (start, end), months, method, seed, backtest).analysis(*files)
    except ValueError as refused:
        raise stop(str(refused)) from None
    give(analysis, json=json, html=html, xlsx=xlsx, publish=publish)


class _Question:
    """What is asked of the returns that were read."""

    def __init__(
        self, found: "ReadReturns", window: tuple[Any, Any], months: int, method: str, seed: int, is_tested: bool
    ) -> None:
        from nearhome.sufficiency.calculations.forecasting.other_methods import AsSent

        self.found, self.window, self.months, self.method, self.seed = found, window, months, method, seed
        self.is_tested = is_tested or method == "auto"
        self.sent = AsSent(found.as_sent, found.records.children)

    def analysis(self, scenarios: Sequence[Any], prices: Any) -> Any:
        """Everything that was asked for, ready to be given. Raises ValueError with a sentence."""
        from nearhome.sufficiency.calculations.figures import Analysis
        from nearhome.sufficiency.calculations.forecasting.forecast_sections import sections

        tested, choice = self._tested()
        if self.method == "daily-rates" and not (self.is_tested or scenarios or prices):
            return self._daily_rates()
        told = self._forecast()
        compared = self._compared(told, scenarios)
        costs = _costs(told, prices) if prices is not None else ()
        parts = sections(told, tested=tested, choice=choice, scenarios=compared, costs=costs)
        first, last = self.window
        subtitle = f"{self.months} months from {last:%-d %B %Y}, from what happened since {first:%-d %B %Y}"
        return Analysis("forecast", "Forecast of children in care", subtitle, parts, self._data(), self._extra(told))

    def _daily_rates(self) -> Any:
        """The public model's own form: all authorities together, rows as they were sent."""
        from nearhome.sufficiency.calculations.forecasting.daily_rates import sent_rows
        from nearhome.sufficiency.calculations.forecasting.daily_rates_analysis import daily_rates_analysis
        from nearhome.sufficiency.calculations.forecasting.daily_rates_at_once import projected_at_once
        from nearhome.sufficiency.calculations.forecasting.forecast import check
        from nearhome.sufficiency.calculations.forecasting.public_model import months_later

        check(self.found.records, self.found.records.authorities, *self.window, self.months)
        ends = tuple(months_later(self.window[1], month) for month in range(1, self.months + 1))
        rows, born = sent_rows(self.found.as_sent)
        told = projected_at_once(rows, born, self.window, (ends[-1] - self.window[1]).days)
        return daily_rates_analysis(told, self.window, ends, self._data())

    def _forecast(self) -> "Forecast":
        from nearhome.sufficiency.calculations.forecasting.forecast import forecast

        start, end = self.window
        return forecast(
            self.found.records, start=start, end=end, months=self.months, method=self.method, seed=self.seed, as_sent=self.sent
        )  # fmt: skip

    def _tested(self) -> "tuple[Backtest | None, str]":
        """The back-test if it was asked for; with `auto` the method becomes what it chose."""
        if not self.is_tested:
            return None, ""
        from nearhome.sufficiency.calculations.forecasting.backtest import backtest, choose_method
        from nearhome.sufficiency.calculations.forecasting.forecast import check

        start, end = self.window
        check(self.found.records, self.found.records.authorities, start, end, self.months)
        tested = backtest(
            self.found.records, authorities=self.found.records.authorities, start=start, end=end, months=self.months
        )
        choice = choose_method(tested, self.months)
        if self.method == "auto":
            self.method = choice.method
        return tested, choice.why

    def _compared(self, told: "Forecast", scenarios: Sequence[Any]) -> "list[Compared]":
        if not scenarios:
            return []
        from nearhome.sufficiency.calculations.forecasting.scenarios import compared, scenario_from

        return [compared(told, scenario_from(one)) for one in scenarios]

    def _data(self) -> dict[str, Any]:
        from nearhome.cli.reading import rests_on

        return {
            "reference": list(self.window),
            "months": self.months,
            "method": self.method,
            "seed": self.seed,
            **rests_on(self.found),
        }

    def _extra(self, told: "Forecast") -> dict[str, Any]:
        from nearhome.sufficiency.calculations.forecasting.forecast_plain import daily_plain, plain

        extra = plain(told)
        return extra | daily_plain(self.sent, *self.window, self.months) if told.method == "daily-rates" else extra


def _costs(told: "Forecast", prices: Any) -> "tuple[YearCost, ...]":
    from nearhome.cli.reading import a_day
    from nearhome.sufficiency.calculations.forecasting.forecast_cost import cost

    if not isinstance(prices, dict) or not isinstance(prices.get("weekly_pence"), dict):
        raise ValueError("The prices need “weekly_pence”: pence a week for foster, residential, supported and other.")
    try:
        uplifts = [(a_day(str(day), "uplift"), float(factor)) for day, factor in prices.get("uplifts", [])]
        weekly = {str(name): float(pence) for name, pence in prices["weekly_pence"].items()}
    except (TypeError, ValueError):
        raise ValueError('A price or an uplift is not a number. An uplift is a pair: ["2027-04-01", 1.03].') from None
    return cost(told, weekly, uplifts=uplifts)


def _json_file(path: Path) -> Any:
    import json

    from nearhome.cli.progress import stop

    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_constant)
    except OSError as error:
        raise stop(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise stop(f"{path} is not JSON: {error}.") from None


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is no number")
