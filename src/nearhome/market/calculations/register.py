"""What does a row of a provider register say? Registers come in several layouts, so columns are matched by name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nearhome.geography.calculations.distance import is_postcode_shaped, written_postcode


class Kind(StrEnum):
    """What sort of provision a registration is."""

    CHILDRENS_HOME = "childrens_home"
    FOSTERING_AGENCY = "fostering_agency"
    SUPPORTED_ACCOMMODATION = "supported_accommodation"
    OTHER = "other"


class Scale(StrEnum):
    """The scale of a judgement. The two are never put in one column or averaged."""

    SOCIAL_CARE = "social_care"
    SUPPORTED = "supported"


class Severity(StrEnum):
    """An error refuses the row; a warning lets it in without the value."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class RegisterProblem:
    """One problem of a register: `sheet` is empty for CSV, `row` counts as a spreadsheet does, 0 is the whole file."""

    file: str
    sheet: str
    row: int
    urn: str
    field: str
    rule: str
    message: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One registration, or one setting of a supported accommodation registration (`setting_name` and what follows).

    `judgement` is in small letters and empty if there is none; `needs` are of ebd, mhd, si, alc, drug, ld, pd.
    Telephone numbers and e-mail addresses are never read.
    """

    row: int
    urn: str
    provider_type: str
    kind: Kind
    name: str
    sector: str
    owner_name: str
    owner_id: str
    local_authority: str
    postcode: str
    registered_places: int | None
    judgement: str
    judgement_scale: Scale
    inspected_on: date | None
    registered_on: date | None
    status: str
    closed_on: date | None
    placement_codes: tuple[str, ...]
    needs: tuple[str, ...]
    setting_name: str = ""
    setting_category: str = ""
    setting_capacity: int | None = None


JUDGEMENTS: Mapping[Scale, tuple[str, ...]] = {
    Scale.SOCIAL_CARE: ("outstanding", "good", "requires improvement to be good", "inadequate"),
    Scale.SUPPORTED: ("consistently strong", "inconsistent", "serious or widespread weaknesses"),
}
NEEDS: Mapping[str, str] = {
    "emotional and behavioural difficulties": "ebd",
    "mental disorders": "mhd",
    "sensory impairment": "si",
    "present alcohol problems": "alc",
    "present drug problems": "drug",
    "learning difficulty": "ld",
    "physical disabilities": "pd",
}
# What each of our columns is called in the layouts of the register, in capitals or not, spaces and signs apart.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "urn": ("urn", "provider urn", "setting urn"),
    "provider_type": ("provider type", "provision type"),
    "name": ("provider name", "setting name", "name"),
    "sector": ("sector",),
    "owner_name": ("owner name", "organisation name"),
    "owner_id": ("owner id",),
    "local_authority": ("setting local authority", "local authority", "provider local authority"),
    "postcode": ("setting address postcode", "provider postcode", "setting postcode", "postcode"),
    "registered_places": ("number of registered places", "registered places", "max users", "maximum fostering places"),
    "judgement": (
        "overall effectiveness",
        "latest overall effectiveness grade from last full inspection",
        "overall experiences and progress",
    ),
    "inspected_on": ("date of last full inspection", "full inspection start date", "inspection date"),
    "registered_on": ("registration date",),
    "status": ("registration status", "provider status"),
    "closed_on": ("deregistration date", "closed date"),
    "placement_codes": ("placement code", "provider placement code", "placement codes"),
    "setting_category": ("setting category",),
    "setting_capacity": ("capacity",),
}
NEEDED = ("urn", "provider_type", "name")

_KINDS = (
    ("supported accommodation", Kind.SUPPORTED_ACCOMMODATION),
    ("fostering", Kind.FOSTERING_AGENCY),
    ("children's home", Kind.CHILDRENS_HOME),
    ("childrens home", Kind.CHILDRENS_HOME),
)
_SUPPORTED_CODES = ("K3",)
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})|(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00:00)?")
_URN = re.compile(r"[A-Z]{0,3}\d{4,8}")
_YES = frozenset({"y", "yes", "1", "true", "x"})
_NOTHING = frozenset({"", "null", "n/a", "na", "none", "-"})


class RegisterCellError(ValueError):
    """The cell is not what its column asks for; the message says how to mend it."""


def normalised(heading: str) -> str:
    """A column name in small letters, signs and repeated spaces taken out, so that layouts can be compared."""
    return re.sub(r"[^a-z0-9']+", " ", heading.replace("’", "'").lower()).strip()


def match_columns(headings: Sequence[str]) -> dict[str, int]:
    """Where is each of our columns (and each need) among these headings? What is not there is left out."""
    at = {normalised(heading): index for index, heading in reversed(list(enumerate(headings)))}
    found = {ours: at[name] for ours, names in COLUMNS.items() for name in reversed(names) if name in at}
    return found | {need: at[name] for name, need in NEEDS.items() if name in at}


def missing_columns(found: Iterable[str]) -> tuple[str, ...]:
    """Which of our columns were not found, the needs together as "needs"? Those in NEEDED make the sheet useless."""
    here = set(found)
    missing = [ours for ours in COLUMNS if ours not in here and not ours.startswith("setting_")]
    return (*missing, *(() if here & set(NEEDS.values()) else ("needs",)))


def kind_of(provider_type: str) -> Kind:
    """What sort of provision is this provider type? A special school registered as a home is one."""
    text = provider_type.replace("’", "'").lower()
    return next((kind for words, kind in _KINDS if words in text), Kind.OTHER)


def parse_register_row(
    row: int, cells: Mapping[str, str], *, is_settings_sheet: bool = False
) -> tuple[RegisterRow | None, list[tuple[str, str, str, Severity]]]:
    """The registration in a row of matched cells, and its problems as (field, rule, message, severity).

    The row is None if the URN, type or name is missing or wrong. A date, a number or a judgement that cannot be read
    is left out with a warning.
    """
    problems: list[tuple[str, str, str, Severity]] = []
    values = {name: "" if text.strip().lower() in _NOTHING else text.strip() for name, text in cells.items()}
    refused = [name for name in NEEDED if not values.get(name)]
    problems.extend((name, "required", f"The {_plain(name)} is missing", Severity.ERROR) for name in refused)
    urn = values.get("urn", "").upper()
    if urn and not _URN.fullmatch(urn):
        problems.append(("urn", "urn", f"“{urn[:20]}” is not a URN; it is digits, or SC and digits", Severity.ERROR))
    if any(severity == Severity.ERROR for *_, severity in problems):
        return None, problems
    return _registration(row, values, problems, is_settings_sheet), problems


def _registration(
    row: int, values: Mapping[str, str], problems: list[tuple[str, str, str, Severity]], is_settings_sheet: bool
) -> RegisterRow:
    kind = Kind.SUPPORTED_ACCOMMODATION if is_settings_sheet else kind_of(values["provider_type"])
    scale = Scale.SUPPORTED if kind == Kind.SUPPORTED_ACCOMMODATION else Scale.SOCIAL_CARE
    reader = _Reader(values, problems)
    return RegisterRow(
        row=row,
        urn=values["urn"].upper(),
        provider_type=values["provider_type"],
        kind=kind,
        name=values["name"],
        sector=values.get("sector", ""),
        owner_name=values.get("owner_name", ""),
        owner_id=values.get("owner_id", ""),
        local_authority=values.get("local_authority", ""),
        postcode=reader.postcode("postcode"),
        registered_places=reader.number("registered_places"),
        judgement=reader.judgement("judgement", scale),
        judgement_scale=scale,
        inspected_on=reader.date("inspected_on"),
        registered_on=reader.date("registered_on"),
        status=values.get("status", ""),
        closed_on=reader.date("closed_on"),
        placement_codes=_codes(values.get("placement_codes", ""), kind),
        needs=tuple(need for need in NEEDS.values() if values.get(need, "").lower() in _YES),
        setting_name=values["name"] if is_settings_sheet else "",
        setting_category=values.get("setting_category", ""),
        setting_capacity=reader.number("setting_capacity"),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the cells that may be left out, and notes why when one is."""

    values: Mapping[str, str]
    problems: list[tuple[str, str, str, Severity]]

    def date(self, name: str) -> date | None:
        """The date in this cell."""
        text = self.values.get(name, "")
        try:
            return parse_register_date(text) if text else None
        except RegisterCellError as error:
            self._leave_out(name, "date", str(error))
            return None

    def number(self, name: str) -> int | None:
        """The whole number in this cell; Excel may have written it with .0 behind."""
        text = self.values.get(name, "").removesuffix(".0")
        if not text or text.isdecimal():
            return int(text) if text else None
        self._leave_out(name, "number", f"“{text[:20]}” is not a whole number")
        return None

    def postcode(self, name: str) -> str:
        """The postcode in this cell, with its space."""
        text = self.values.get(name, "")
        if not text or is_postcode_shaped(text):
            return written_postcode(text) if text else ""
        self._leave_out(name, "postcode", f"“{text[:20]}” is not a postcode; write it like BN1 1EE")
        return ""

    def judgement(self, name: str, scale: Scale) -> str:
        """The judgement in this cell, on the scale of its kind of provision."""
        text = " ".join(self.values.get(name, "").lower().split())
        text = "requires improvement to be good" if text == "requires improvement" else text
        if text in JUDGEMENTS[scale] or text in ("", "not yet inspected", "not judged"):
            return text if text in JUDGEMENTS[scale] else ""
        allowed = ", ".join(JUDGEMENTS[scale])
        self._leave_out(name, "judgement", f"“{text[:40]}” is not a judgement of this kind of provision ({allowed})")
        return ""

    def _leave_out(self, name: str, rule: str, message: str) -> None:
        self.problems.append((name, rule, f"{message}. The row is read without it", Severity.WARNING))


def parse_register_date(text: str) -> date:
    """A date written DD/MM/YYYY or YYYY-MM-DD (Excel adds midnight). Raises RegisterCellError if it is none."""
    found = _DATE.fullmatch(text)
    if not found:
        raise RegisterCellError(f"“{text[:20]}” is not a date; write it as DD/MM/YYYY")
    day, month, year, iso_year, iso_month, iso_day = found.groups()
    try:
        return date(int(year or iso_year), int(month or iso_month), int(day or iso_day))
    except ValueError as error:
        raise RegisterCellError(f"“{text}” is not a date; check the day and the month") from error


def _codes(text: str, kind: Kind) -> tuple[str, ...]:
    """Placement codes as a list; supported accommodation without any stands for K3."""
    codes = tuple(code for code in re.split(r"[,/;\s]+", text.upper()) if code)
    return codes or (_SUPPORTED_CODES if kind == Kind.SUPPORTED_ACCOMMODATION else ())


def _plain(name: str) -> str:
    return "URN" if name == "urn" else name.replace("_", " ")
