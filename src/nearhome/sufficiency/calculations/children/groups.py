"""In which groups are children and their homes counted? The codes of the return, gathered as they are published."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from nearhome.sufficiency.calculations.settings import SETTINGS

NOT_KNOWN: Final = "Not known"

AGE_BANDS: Final = ("Under 1", "1 to 4", "5 to 9", "10 to 15", "16 and over")
SEXES: Final = {"M": "Male", "F": "Female"}
NEEDS: Final = {
    "N1": "Abuse or neglect",
    "N2": "Child’s disability",
    "N3": "Parental illness or disability",
    "N4": "Family in acute stress",
    "N5": "Family dysfunction",
    "N6": "Socially unacceptable behaviour",
    "N7": "Low income",
    "N8": "Absent parenting",
}
ETHNIC_GROUPS: Final = {
    **dict.fromkeys(("WBRI", "WIRI", "WOTH", "WIRT", "WROM"), "White"),
    **dict.fromkeys(("MWBC", "MWBA", "MWAS", "MOTH"), "Mixed"),
    **dict.fromkeys(("AIND", "APKN", "ABAN", "AOTH"), "Asian"),
    **dict.fromkeys(("BCRB", "BAFR", "BOTH"), "Black"),
    **dict.fromkeys(("CHNE", "OOTH"), "Other"),  # as the Department publishes: Chinese is in the other group
}
LEGAL_GROUPS: Final = {
    "C2": "Full care order",
    "C1": "Interim care order",
    "E1": "Placement order",
    "D1": "Placement order",  # freeing orders, which placement orders replaced
    "V2": "Section 20",
    **dict.fromkeys(("J1", "J2", "J3"), "Youth justice"),
    **dict.fromkeys(("L1", "L2", "L3"), "Detained for child protection"),
}
PROVIDER_TYPES: Final = {
    "PR1": "Own authority",
    "PR2": "Other authority",
    "PR3": "Other public",
    "PR4": "Private",
    "PR5": "Voluntary",
    "PR0": "Parents",
}
NOT_REPORTED: Final = "Not reported"
SETTING_TITLES: Final = {
    "foster": "Foster care",
    "residential": "Residential care",
    "supported": "Supported accommodation",
    "parents": "With parents",
    "adoption": "Placed for adoption",
    "other": "Other",
}
SETTING_OF: Final = SETTINGS | {"P1": "parents"} | dict.fromkeys(("A3", "A4", "A5", "A6"), "adoption")
EXTERNAL: Final = ("Private", "Voluntary")
PLACE_TITLES: Final = {
    "U1": "Foster care with a relative or friend, long term",
    "U2": "Foster care with a relative or friend, also to adopt",
    "U3": "Foster care with a relative or friend, other",
    "U4": "Foster care, long term",
    "U5": "Foster care, also to adopt",
    "U6": "Foster care, other",
    "K1": "Secure children’s home",
    "K2": "Children’s home",
    "K3": "Registered supported accommodation",
    "H5": "Semi-independent",
    "P1": "Own parents",
    "P2": "Independent living",
    "P3": "Residential employment",
    "R1": "Care home",
    "R2": "NHS or nursing",
    "R3": "Family centre or mother-and-baby unit",
    "R5": "Young offender institution",
    "S1": "Residential school",
    "A3": "Placed for adoption, current foster carer, with consent",
    "A4": "Placed for adoption, other, with consent",
    "A5": "Placed for adoption, current foster carer, placement order",
    "A6": "Placed for adoption, other, placement order",
    **dict.fromkeys(("T0", "T1", "T2", "T3", "T4"), "Temporary placement"),
    "Z1": "Other, explained to the Department",
    "Z11": "Other (Z11)",  # what Z11 to Z14 stand for is not public
    "Z12": "Other (Z12)",
    "Z13": "Other (Z13)",
    "Z14": "Other (Z14)",
}


def grouped(codes: Mapping[str, str], column: str, otherwise: str = NOT_KNOWN) -> pl.Expr:
    """The group of each code of the column; `otherwise` for a code that is blank or not among them."""
    return pl.col(column).replace_strict(dict(codes), default=otherwise, return_dtype=pl.String())


def age_on(day: pl.Expr, born: str = "born_on") -> pl.Expr:
    """Age in completed years; who was born on 29 February has a birthday on 1 March in the years without one."""
    birth = pl.col(born)
    had_birthday = _month_and_day(day) >= _month_and_day(birth)
    return (day.dt.year() - birth.dt.year() - (~had_birthday).cast(pl.Int32)).cast(pl.Int32)


def _month_and_day(date: pl.Expr) -> pl.Expr:
    return date.dt.month().cast(pl.Int32) * 100 + date.dt.day().cast(pl.Int32)


def age_band(age: str = "age") -> pl.Expr:
    """The published band of an age in years; "Not known" when there is no age or it is before birth."""
    bands = pl.col(age).cut([0, 4, 9, 15], labels=list(AGE_BANDS)).cast(pl.String)
    return pl.when(pl.col(age) >= 0).then(bands).otherwise(pl.lit(NOT_KNOWN))


def setting_of(place_type: str = "place_type") -> pl.Expr:
    """Foster, residential, supported, parents, adoption or other."""
    return grouped(SETTING_OF, place_type, "other")
