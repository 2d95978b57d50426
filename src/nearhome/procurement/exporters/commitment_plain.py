"""A commitment as plain values for JSON; `nearhome schema commitment-result` describes it."""

from typing import Any

from nearhome.procurement.calculations.amount_words import pounds_in_words
from nearhome.procurement.calculations.blocks.case import Case, Worked
from nearhome.procurement.calculations.blocks.commitment import Line
from nearhome.procurement.calculations.blocks.stated_total import Check
from nearhome.procurement.exporters.commitment_words import check_in_words, spot_in_words


def commitment_as_plain(case: Case, found: Worked) -> dict[str, Any]:
    """Pence as whole numbers, dates as text, shares as fractions of one."""
    total = found.commitment
    return {
        "name": case.name,
        "starts_on": case.terms.starts_on.isoformat(),
        "ends_before": case.terms.ends_before.isoformat(),
        "occupancy": float(case.occupancy),
        "total_pence": total.pence,
        "total_in_words": pounds_in_words(total.pence),
        "least_pence": total.least_pence,
        "most_pence": total.most_pence,
        "bed_days": total.bed_days,
        "unpriced_days": total.unpriced_days,
        "by_authority": dict(zip(total.authorities, total.by_authority, strict=True)),
        "financial_years": [_line(line, total.authorities) for line in total.financial_years],
        "contract_years": [_line(line, total.authorities) for line in total.contract_years],
        "breaks": [{"ends_before": day.isoformat(), "pence": pence} for day, pence in total.breaks],
        "computed": [{"what": one.what, "pence": one.pence} for one in found.computed],
        "checks": [_check(one) for one in found.checks],
        "spot": _spot(case, found),
    }


def _line(line: Line, authorities: tuple[str, ...]) -> dict[str, Any]:
    return {
        "label": line.label,
        "starts_on": line.starts_on.isoformat(),
        "ends_before": line.ends_before.isoformat(),
        "bed_days": line.bed_days,
        "pence": line.pence,
        "by_authority": dict(zip(authorities, line.by_authority, strict=True)),
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "stated": check.stated.text,
        "stated_pence": check.stated.pence,
        "agrees": bool(check.agrees_with),
        "nearest": check.nearest.what,
        "nearest_pence": check.nearest.pence,
        "times": float(check.times) if check.times is not None else None,
        "words": check_in_words(check),
    }


def _spot(case: Case, found: Worked) -> dict[str, Any] | None:
    spot = found.spot
    if spot is None:
        return None
    return {
        "weekly_pence": case.spot_pence,
        "effective_pence": float(spot.effective_pence) if spot.effective_pence is not None else None,
        "cheaper": float(spot.cheaper_bp / 10_000) if spot.cheaper_bp is not None else None,
        "break_even": float(spot.break_even) if spot.break_even is not None else None,
        "is_no_dearer": spot.is_no_dearer,
        "reaches_the_aim": spot.reaches_the_aim,
        "words": list(spot_in_words(case, found)),
    }
