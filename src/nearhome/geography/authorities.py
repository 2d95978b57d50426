"""The 153 English authorities with children's services, their districts, codes and neighbours.

Everything is keyed on the three-digit DfE code: ONS codes change when a boundary moves, DfE codes hardly ever.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nearhome.geography.calculations.relation import Relation, relation_between

ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0.",
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0.",
    "Contains Ordnance Survey data © Crown copyright and database right.",
    "Contains Royal Mail data © Royal Mail copyright and database right.",
    "Authority adjacency derived from boundaries in github.com/martinjc/UK-GeoJSON, CC BY 4.0.",
    "The boundaries contain Ordnance Survey data © Crown copyright and database right 2014.",
)

_REFERENCE = Path(__file__).with_name("reference")
_OUTSIDE_ENGLAND = {"W": "WAL", "S": "SCO", "N": "NIR"}


@dataclass(frozen=True, slots=True)
class AuthorityReference:
    """One authority; `lat` and `lon` are the mean position of its postcodes in degrees (WGS84)."""

    dfe_code: str
    gss_code: str
    name: str
    region: str
    lat: float
    lon: float


@cache
def all_authorities() -> tuple[AuthorityReference, ...]:
    """Every authority, in the order of the DfE codes."""
    return tuple(
        AuthorityReference(
            row["dfe_code"],
            row["gss_code"],
            row["name"],
            row["region"],
            float(row["lat"]),
            float(row["lon"]),
        )
        for row in _rows("authorities.csv")
    )


def authority_by_dfe(code: str) -> AuthorityReference:
    """The authority with this three-digit DfE code. Raises KeyError if there is none."""
    return _by_dfe()[code]


def authority_by_gss(code: str) -> AuthorityReference:
    """The authority with this nine-character ONS code, present or former. Raises KeyError if there is none."""
    return authority_by_dfe(_dfe_by_gss()[code])


def authority_by_name(name: str) -> AuthorityReference | None:
    """The authority with this name, as DfE writes it; case and spaces around it do not matter."""
    wanted = name.strip().casefold()
    return next((one for one in all_authorities() if one.name.casefold() == wanted), None)


def authority_called(text: str) -> AuthorityReference | None:
    """The authority that somebody means by its DfE code, its ONS code, present or former, or its name; None if none."""
    wanted = text.strip()
    for find in (authority_by_dfe, authority_by_gss):
        try:
            return find(wanted.upper())
        except KeyError:
            continue
    return authority_by_name(wanted)


def gss_codes_of(dfe_code: str) -> tuple[str, ...]:
    """Every ONS code the authority has or had, the present one first."""
    present = authority_by_dfe(dfe_code).gss_code
    return present, *(gss for gss, dfe in _dfe_by_gss().items() if dfe == dfe_code and gss != present)


def authority_of_district(laua: str) -> str | None:
    """The DfE code of the authority a district lies in; WAL, SCO or NIR outside England; None if not known."""
    return _OUTSIDE_ENGLAND.get(laua[:1]) or _dfe_by_gss().get(laua) or _county_of_district().get(laua)


def districts_of(gss_code: str) -> tuple[str, ...]:
    """The lower-tier district codes in which the postcodes of this authority are found."""
    dfe = _dfe_by_gss().get(gss_code)
    if dfe is None:
        return ()
    return *gss_codes_of(dfe), *(code for code, county in _county_of_district().items() if county == dfe)


def adjoining(dfe_a: str, dfe_b: str) -> bool:
    """Do these two authorities share a boundary?"""
    return frozenset((dfe_a, dfe_b)) in adjoining_pairs()


@cache
def adjoining_pairs() -> frozenset[frozenset[str]]:
    """Every pair of authorities that share a boundary, as DfE codes."""
    return frozenset(frozenset((row["dfe_a"], row["dfe_b"])) for row in _rows("adjacency.csv"))


def neighbours(dfe_code: str) -> tuple[str, ...]:
    """The DfE codes of the authorities that adjoin this one, in order."""
    return tuple(sorted(code for pair in adjoining_pairs() if dfe_code in pair for code in pair - {dfe_code}))


def relation(of: str, to: str, extra_pairs: Iterable[tuple[str, str]] = ()) -> Relation:
    """Is a placement by authority `of` in the area of `to` in its own area, adjoining, or at a distance?

    `extra_pairs` are pairs of DfE codes an authority treats as adjoining by its own policy.
    """
    return relation_between(of, to, adjoining_pairs(), extra_pairs)


@cache
def _by_dfe() -> dict[str, AuthorityReference]:
    return {authority.dfe_code: authority for authority in all_authorities()}


@cache
def _dfe_by_gss() -> dict[str, str]:
    known = {authority.gss_code: authority.dfe_code for authority in all_authorities()}
    return known | {row["gss_code"]: row["dfe_code"] for row in _rows("gss_code_history.csv")}


@cache
def _county_of_district() -> dict[str, str]:
    return {row["district_code"]: row["dfe_code"] for row in _rows("district_to_authority.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    # Not importlib.resources: importing it costs as much as a small command needs for everything else.
    text = (_REFERENCE / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
