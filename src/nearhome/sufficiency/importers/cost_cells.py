"""Is this cell of a table of placement costs a price, a date, an age, a code, a yes or no? If not, what is the mend?"""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Final

from nearhome.geography.authorities import authority_by_dfe, authority_by_gss, authority_by_name
from nearhome.needs.calculations.fields import CellError, parse_date
from nearhome.needs.importers.standard import LAST_YEAR, standard
from nearhome.sufficiency.calculations.prices.costs import kind_of_place

LEAST_PENCE, MOST_PENCE = 5_000, 10_000_000
_MONEY = re.compile(
    r"(?P<minus>[-−(]?)\s*£?\s*(?P<also>[-−]?)(?P<size>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,12}(?:\.\d+)?)\s*\)?"
)
_ABSENT: Final = frozenset({"", "na", "n/a", "none", "not specified", "not known", "unknown", "not applicable", "-"})
_YES: Final = frozenset({"yes", "y", "true", "1", "risk present", "solo placement recommended"})
_NO: Final = frozenset({
    "no", "n", "false", "0", "no known risk", "no preference", "with other children recommended",
    "only with other older children", "only with other younger children",
})  # fmt: skip
_KIND_WORDS: Final = {
    "foster": "foster", "fostering": "foster", "foster care": "foster", "foster placement": "foster", "ifa": "foster",
    "residential": "residential", "residential care": "residential", "children's home": "residential",
    "children’s home": "residential", "childrens home": "residential", "residential children's home": "residential",
    "supported accommodation": "supported", "supported": "supported", "semi-independent": "supported",
    "semi independent": "supported", "other": "other",
}  # fmt: skip
_PROVIDER_WORDS: Final = {
    "in-house": "PR1", "in house": "PR1", "own": "PR1", "own provision": "PR1", "local authority": "PR1", "internal": "PR1",
    "another authority": "PR2", "other authority": "PR2", "private": "PR4", "ifa": "PR4", "independent": "PR4",
    "voluntary": "PR5", "charity": "PR5",
}  # fmt: skip


def is_absent(text: str) -> bool:
    """Does the cell say that there is nothing to say?"""
    return text.casefold() in _ABSENT


def is_money_shaped(text: str) -> bool:
    """Is it an amount, perhaps with £, commas, a minus sign? Such a cell is never a formula."""
    return bool(_MONEY.fullmatch(text))


def amount(text: str, field: str) -> int:
    """Whole pence. Raises CellError if it is no amount or a negative one."""
    found = _MONEY.fullmatch(text)
    if not found:
        raise CellError("cost-number", f"“{text}” is not an amount; write {field} in pounds, for example 1,234.50")
    pence = int((Decimal(found["size"].replace(",", "")) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    if (found["minus"] or found["also"]) and pence:
        raise CellError("cost-negative", f"{field} is negative ({text}); write the price, not a refund or a correction")
    return pence


def weekly_amount(pence: int) -> int:
    """The same if it can be a week's price. Raises CellError for nought, below £50 and above £100,000 a week."""
    if pence == 0:
        raise CellError("cost-zero", "The weekly price is 0; write what is paid, or leave the placement out")
    if pence < LEAST_PENCE:
        raise CellError(
            "cost-low", f"The weekly price is £{pence / 100:,.2f}, below £50; check that it is for a week, in pounds"
        )
    if pence > MOST_PENCE:
        raise CellError(
            "cost-high",
            f"The weekly price is £{pence / 100:,.2f}, above £100,000; check that it is for a week, in pounds",
        )
    return pence


def day(text: str) -> date:
    """DD/MM/YYYY or YYYY-MM-DD. Raises CellError if it is neither."""
    return parse_date(text, iso=text[:4].isdigit())


def age(text: str) -> int:
    """Completed years, 0 to 25. Raises CellError if it is none."""
    found = re.fullmatch(r"(-?\d{1,3})(?:\.0+)?", text)
    if not found:
        raise CellError("age", f"“{text}” is not an age; write whole years")
    return checked_age(int(found[1]))


def checked_age(years: int) -> int:
    """The same. Raises CellError below 0 and above 25, past which nobody is in these placements."""
    if not 0 <= years <= 25:
        raise CellError("age", f"The child would be {years}; check the age or the date of birth (0 to 25)")
    return years


def age_on(born_on: date, on: date) -> int:
    """Completed years on a day; a child born on 29 February has a birthday on 1 March."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


@cache
def place(text: str) -> tuple[str, str]:
    """(kind, code) of a placement type, given as a code of the return or in words. Raises CellError for another."""
    code = text.upper()
    if code in standard(LAST_YEAR).codes["place"]:
        return kind_of_place(code), code
    kind = _KIND_WORDS.get(" ".join(text.casefold().split()))
    if not kind:
        raise CellError(
            "placement-type",
            f"“{text}” is not a placement type; write a code of the return, such as K2 or U6, or foster, residential or"
            " supported accommodation",
        )
    return kind, ""


@cache
def provider_type(text: str) -> str:
    """PR0 to PR5. Raises CellError for another code."""
    code = _PROVIDER_WORDS.get(text.casefold(), text.upper())
    if code not in standard(LAST_YEAR).codes["place_provider"]:
        raise CellError("provider-type", f"“{text}” is not a type of provider; write PR0 to PR5. Taken as not known")
    return code


@cache
def need(text: str) -> str:
    """N1 to N8. Raises CellError for another code."""
    code = text.upper()
    if code not in standard(LAST_YEAR).codes["need"]:
        raise CellError("need", f"“{text}” is not a category of need; write N1 to N8. Taken as not known")
    return code


@cache
def authority(text: str) -> str:
    """The DfE code of an authority given by DfE code, ONS code or name. Raises CellError if there is none."""
    try:
        return (
            authority_by_gss(text.upper()) if text[:1].upper() == "E" and text[1:].isdigit() else authority_by_dfe(text)
        ).dfe_code
    except KeyError:
        named = authority_by_name(text)
    if named is None:
        raise CellError("authority", f"“{text}” is not an authority; write its three-digit DfE code, such as 886")
    return named.dfe_code


def yes_or_no(text: str) -> bool:
    """Raises CellError if it is neither."""
    said = text.casefold()
    if said not in _YES and said not in _NO:
        raise CellError("yes-no", f"“{text}” is neither yes nor no. Taken as not known")
    return said in _YES
