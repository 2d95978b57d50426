"""Many homes at once, as providers describe them in one table: new households, and what every home offers."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from nearhome.audit.record import record
from nearhome.design.wording import LONDON
from nearhome.geography.authorities import authority_of_district
from nearhome.geography.calculations.distance import written_postcode
from nearhome.geography.postcodes import Postcodes
from nearhome.market.actions.fitting_places import WantedPlaces, fit_places
from nearhome.market.actions.homes import Description
from nearhome.market.actions.living import LIFE_COLUMNS, life_from_row
from nearhome.market.calculations.register import RegisterProblem
from nearhome.market.models import Home, Registration
from nearhome.market.permissions import require_can_load_register
from nearhome.market.reference.skills import SKILLS
from nearhome.people.models import Organisation
from nearhome.privacy.statistics import refresh_statistics
from nearhome.tables.tally import Tally

COLUMNS = (
    "registration_urn", "home_ref", "home_name", "kind", "postcode", "min_age", "max_age", "sexes", "skills", "places",
    "pets", "school_on_site", "weekly_price_pence",
)  # fmt: skip
HOMES = "Homes"
_BATCH = 1000
_REGISTERED_AS = {"foster": "fostering_agency"}
_FIELDS = (
    "ref", "name", "min_age", "max_age", "sexes", "skills", "has_pets", "school_on_site", "takes_solo", "postcode",
    "easting", "northing", "area_code", *LIFE_COLUMNS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProfileRead:
    """A home that was read, and what the row says beside: the price asked and the places that are not open."""

    home_id: int
    provider_id: int
    weekly_price_pence: int
    places_not_open: int


@dataclass(slots=True)
class ProfilesLoaded:
    """What happened to the homes, what was wrong, and the prices for whoever keeps them."""

    tally: Tally = field(default_factory=Tally)
    problems: list[RegisterProblem] = field(default_factory=list)
    read: list[ProfileRead] = field(default_factory=list)

    @property
    def prices(self) -> list[tuple[int, int, int]]:
        """(home, provider, pence a week) of every home that was read."""
        return [(one.home_id, one.provider_id, one.weekly_price_pence) for one in self.read]


@dataclass(slots=True)
class _Rows:
    """What the rows are matched with, and the homes to save."""

    file: str
    registrations: dict[str, Registration]
    homes: dict[int, list[Home]]
    postcodes: Postcodes
    added: list[Home] = field(default_factory=list)
    changed: list[Home] = field(default_factory=list)
    wanted: list[WantedPlaces] = field(default_factory=list)
    found: list[tuple[Home, Mapping[str, str]]] = field(default_factory=list)


@transaction.atomic
def load_profiles(source: Path | Iterable[Mapping[str, str]], *, by: Any, now: datetime) -> ProfilesLoaded:
    """Describe many homes from a CSV file or from its rows. Again with the same rows it changes nothing.

    A home is found by its reference, else by its postcode, else as the registration's only one; a fostering household
    that is not found is opened. A bad row is listed and left out. Raises ValidationError when columns are missing.
    """
    require_can_load_register(by)
    rows, file = (_csv_rows(source), source.name) if isinstance(source, Path) else (list(source), "")
    loaded = ProfilesLoaded()
    matched = _matched_with(rows, file)
    for number, row in enumerate(rows, start=2):
        try:
            _bring_in(matched, row, loaded.tally)
        except ValueError as mistake:
            urn = row.get("registration_urn", "")[:20]
            loaded.problems.append(RegisterProblem(file, "", number, urn, "", "profile", str(mistake)))
            loaded.tally.note(HOMES, "refused", f"{urn} {row.get('home_ref', '')}")
    _save(matched, now)
    refresh_statistics("market_home", "market_place", "market_capacity")
    loaded.read = [_read(home, row) for home, row in matched.found]
    if matched.added or matched.changed:
        about = Organisation.objects.get(pk=by.organisation_id)
        words = f"Homes were described from a table: {len(matched.added):,} added, {len(matched.changed):,} changed."
        record("homes.described", words, about=about, by=by, at=now)
    return loaded


def _csv_rows(path: Path) -> list[Mapping[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise ValidationError(f"{path.name} lacks the columns {', '.join(missing)}. Add them and load it again.")
        return list(reader)


def _matched_with(rows: list[Mapping[str, str]], file: str) -> _Rows:
    urns = {row["registration_urn"] for row in rows}
    registrations = {row.urn: row for row in Registration.objects.filter(urn__in=urns)}
    homes: dict[int, list[Home]] = defaultdict(list)
    for home in Home.objects.filter(registration__in=registrations.values()).order_by("pk"):
        homes[home.registration_id].append(home)
    return _Rows(file, registrations, homes, Postcodes.open())


def _bring_in(matched: _Rows, row: Mapping[str, str], tally: Tally) -> None:
    registration = matched.registrations.get(row["registration_urn"])
    if registration is None:
        raise ValueError(f"The URN {row['registration_urn']} is not in the register; load the register first")
    if registration.kind != _REGISTERED_AS.get(row["kind"], row["kind"]):
        raise ValueError(f"{registration.urn} is registered as {registration.get_kind_display()}, not as {row['kind']}")
    facts, places = _facts(matched, row), int(row["places"])
    found = _find(matched.homes[registration.pk], row)
    home = found or Home(registration=registration, provider_id=registration.provider_id, kind=row["kind"])
    differs = [name for name, value in facts.items() if found is None or getattr(home, name) != value]
    for name in differs:
        setattr(home, name, facts[name])
    if found is None:
        matched.added.append(home)
    else:
        matched.homes[registration.pk].remove(found)
        if differs:
            matched.changed.append(home)
    if found is None or home.kind == "foster":
        matched.wanted.append(WantedPlaces(home, places, registration.registered_on))
    matched.found.append((home, row))
    tally.note(HOMES, "added" if found is None else "changed" if differs else "unchanged", home.name)


def _find(homes: list[Home], row: Mapping[str, str]) -> Home | None:
    """By reference; a setting by its postcode; a children's home as the only one of its registration."""
    same_ref = [home for home in homes if home.ref == row["home_ref"]]
    if same_ref or row["kind"] == "foster":
        return next(iter(same_ref), None)
    postcode = written_postcode(row["postcode"])
    same_place = [home for home in homes if home.postcode == postcode]
    return next(iter(same_place), homes[0] if row["kind"] == "childrens_home" and len(homes) == 1 else None)


def _facts(matched: _Rows, row: Mapping[str, str]) -> dict[str, Any]:
    where = matched.postcodes.find(row["postcode"])
    if where is None:
        raise ValueError(f"The postcode {row['postcode']} is not known; check it")
    said = _description(row)
    return {
        "ref": row["home_ref"][:30],
        "name": row["home_name"][:200],
        "min_age": said.min_age,
        "max_age": said.max_age,
        "sexes": said.sexes,
        "skills": list(said.skills),
        "has_pets": said.has_pets,
        "school_on_site": said.school_on_site,
        "takes_solo": said.takes_solo,
        "postcode": where.postcode,
        "easting": where.easting,
        "northing": where.northing,
        "area_code": authority_of_district(where.district_code) or "",
        **life_from_row(row),
    }


def _description(row: Mapping[str, str]) -> Description:
    skills = sorted(code for code in row["skills"].split(";") if code)
    unknown = [code for code in skills if code not in SKILLS]
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is not a skill that is known; use {', '.join(SKILLS)}")
    if row["sexes"] not in ("any", "M", "F"):
        raise ValueError(f"“{row['sexes']}” says nothing about boys and girls; write any, M or F")
    youngest, oldest = int(row["min_age"]), int(row["max_age"])
    if not 0 <= youngest <= oldest:
        raise ValueError(f"The ages {youngest} to {oldest} do not go upwards; check both")
    pets, school = row["pets"] == "yes", row["school_on_site"] == "yes"
    return Description(youngest, oldest, row["sexes"], skills, pets, school, "solo" in skills)


def _save(matched: _Rows, now: datetime) -> None:
    Home.objects.bulk_create(matched.added, batch_size=_BATCH)
    if matched.changed:
        Home.objects.bulk_create(
            matched.changed, batch_size=_BATCH, update_conflicts=True, unique_fields=["id"], update_fields=list(_FIELDS)
        )
    fit_places(matched.wanted, today=timezone.localdate(now, LONDON), now=now)


def _read(home: Home, row: Mapping[str, str]) -> ProfileRead:
    return ProfileRead(home.pk, home.provider_id, int(row["weekly_price_pence"]), int(row.get("places_not_open") or 0))
