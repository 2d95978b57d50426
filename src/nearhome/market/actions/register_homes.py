"""The homes behind registrations: one for a children's home, one for each supported accommodation setting."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from nearhome.geography.authorities import authority_of_district
from nearhome.geography.postcodes import Postcodes
from nearhome.market.actions.fitting_places import WantedPlaces
from nearhome.market.actions.register_entries import Entries
from nearhome.market.calculations.register import Kind, RegisterProblem, RegisterRow, Severity
from nearhome.market.models import Home, Registration
from nearhome.tables.tally import Tally

HOMES = "Homes"
_BATCH = 500
_FIELDS = ("name", "provider", "postcode", "easting", "northing", "area_code", "closes_before")


@dataclass(slots=True)
class HomePlan:
    """Homes to save, the places each should have, and what was wrong."""

    added: list[Home] = field(default_factory=list)
    changed: list[Home] = field(default_factory=list)
    wanted: list[WantedPlaces] = field(default_factory=list)
    problems: list[RegisterProblem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Described:
    """What a row says of a home, and where in the file it says so."""

    row: RegisterRow
    file: str
    entry: Registration
    is_renamed: bool


def bring_in_homes(
    by_urn: dict[str, list[RegisterRow]], file: str, entries: Entries, renamed: set[str], postcodes: Postcodes, tally: Tally
) -> HomePlan:  # fmt: skip
    """Save the homes of children's homes and settings; a fostering agency's households come from the provider."""
    plan = HomePlan()
    known = _known(entries)
    for described, found in _pairs(by_urn, file, entries, renamed, known):
        _bring_in(plan, described, found, postcodes, tally)
    Home.objects.bulk_create(plan.added, batch_size=_BATCH)
    Home.objects.bulk_update(plan.changed, _FIELDS, batch_size=_BATCH)
    return plan


def _known(entries: Entries) -> dict[tuple[int, str], list[Home]]:
    """Homes on record by registration and postcode; a children's home moves with its registration, so has none."""
    kinds = (Kind.CHILDRENS_HOME.value, Kind.SUPPORTED_ACCOMMODATION.value)
    ids = [entry.pk for entry in entries.values() if entry.kind in kinds]
    found: dict[tuple[int, str], list[Home]] = defaultdict(list)
    for home in Home.objects.filter(registration_id__in=ids).order_by("pk"):
        found[home.registration_id, "" if home.kind == Kind.CHILDRENS_HOME else home.postcode].append(home)
    return found


def _pairs(
    by_urn: dict[str, list[RegisterRow]], file: str, entries: Entries, renamed: set[str],
    known: dict[tuple[int, str], list[Home]],
) -> Iterator[tuple[Described, Home | None]]:  # fmt: skip
    for urn, rows in by_urn.items():
        for row in rows if rows[0].kind == Kind.SUPPORTED_ACCOMMODATION else rows[:1]:
            if row.kind in (Kind.CHILDRENS_HOME, Kind.SUPPORTED_ACCOMMODATION):
                same = known[entries[urn].pk, "" if row.kind == Kind.CHILDRENS_HOME else row.postcode]
                yield Described(row, file, entries[urn], urn in renamed), same.pop(0) if same else None


def _bring_in(plan: HomePlan, described: Described, found: Home | None, postcodes: Postcodes, tally: Tally) -> None:
    row, entry = described.row, described.entry
    where = postcodes.find(row.postcode) if row.postcode else None
    if where is None and found is None:
        mend = "write it like BN1 1EE, or check it" if row.postcode else "give it"
        message = f"The postcode {row.postcode or 'is missing'}{' is not known' if row.postcode else ''}; {mend}."
        plan.problems.append(_problem(described, "postcode", f"{message} Its home cannot be searched until then"))
        return
    if found is None and entry.closed_on:
        return
    home = found or _new_home(described, plan)
    facts: dict[str, Any] = {"provider_id": entry.provider_id, "closes_before": entry.closed_on}
    if where:
        area = authority_of_district(where.district_code) or ""
        facts |= {"postcode": where.postcode, "easting": where.easting, "northing": where.northing, "area_code": area}
    if found and described.is_renamed and row.kind == Kind.CHILDRENS_HOME:
        facts["name"] = row.name[:200]
    differs = [name for name, value in facts.items() if getattr(home, name) != value]
    for name in differs:
        setattr(home, name, facts[name])
    if found is None:
        plan.added.append(home)
    elif differs:
        plan.changed.append(home)
    tally.note(HOMES, "added" if found is None else "changed" if differs else "unchanged", home.name)
    _want_places(plan, described, home)


def _new_home(described: Described, plan: HomePlan) -> Home:
    row, entry = described.row, described.entry
    home = Home(registration=entry, kind=row.kind.value, name=row.name[:200], ref=row.urn)
    if row.kind == Kind.SUPPORTED_ACCOMMODATION:
        twins = sum(one.registration_id == entry.pk and one.postcode == row.postcode for one in plan.added)
        home.ref = f"{row.postcode.replace(' ', '')}-{twins + 1}"
        home.name = f"{row.name[:180]}, {row.postcode}"
        home.min_age = 16
        home.takes_solo = "solo" in row.setting_category.casefold()
    return home


def _want_places(plan: HomePlan, described: Described, home: Home) -> None:
    row = described.row
    wanted = row.setting_capacity if row.kind == Kind.SUPPORTED_ACCOMMODATION else row.registered_places
    if wanted is not None:
        plan.wanted.append(WantedPlaces(home, wanted, described.entry.registered_on))
    elif home in plan.added:
        message = "The number of places is missing; the home has none until it is given"
        plan.problems.append(_problem(described, "registered_places", message))


def _problem(described: Described, name: str, message: str) -> RegisterProblem:
    row = described.row
    return RegisterProblem(described.file, "", row.row, row.urn, name, name[:20], message, Severity.WARNING)
