"""``nearhome import``: read a statutory return or a provider register into the records."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from nearhome.cli.django_setup import start_django
from nearhome.cli.progress import bar, stop, terminal

if TYPE_CHECKING:
    from nearhome.people.models import Organisation

app = typer.Typer(no_args_is_help=True, help="Read a statutory return or a provider register.")
SHOWN = 10
WHAT = ("added", "changed", "unchanged", "removed", "refused")

Authority = Annotated[str, typer.Option(help="Three-digit DfE code of the authority that loads it, such as 886.")]
Preview = Annotated[bool, typer.Option("--preview", help="Say what would change; write nothing.")]
Problems = Annotated[Path | None, typer.Option("--problems", help="Write every problem to this CSV file.")]
ActAs = Annotated[str, typer.Option("--as", help="E-mail address of the person who loads it.")]


@app.command("903")
def statutory_return(
    folder: Annotated[Path, typer.Argument(help="Folder with the return's CSV files.")],
    year: Annotated[int, typer.Option(help="Collection year: 2026 is 1 April 2025 to 31 March 2026.")],
    authority: Annotated[list[str] | None, typer.Option(help="Three-digit DfE code; may be repeated. A pooled file needs none.")] = None,
    preview: Preview = False,
    problems: Problems = None,
    as_: ActAs = "",
) -> None:  # fmt: skip
    """Load a children-looked-after return (SSDA903), an authority's own or a region's pooled form."""
    start_django()
    organisations = [_authority(code) for code in authority or _named_in(folder)]
    found: list[Any] = []
    for organisation in organisations:
        found.extend(_load_return(folder, organisation, year, preview=preview, as_=as_))
    if problems:
        _write_problems(problems, "child", found)


@app.command("register")
def register(
    file: Annotated[Path, typer.Argument(help="CSV file or Excel workbook in the shape of Ofsted's list.")],
    authority: Authority = "",
    preview: Preview = False,
    problems: Problems = None,
    as_: ActAs = "",
) -> None:
    """Load a provider register: children's homes, fostering agencies, supported accommodation."""
    start_django()
    from django.utils import timezone

    from nearhome.market.actions.register import load_register
    from nearhome.privacy.acting import acting_for

    organisation = _authority(authority) if authority else _first_authority()
    by = _actor(organisation, as_)
    with bar("Reading the register") as progress, acting_for(organisation.pk, person_id=by.pk), _sentences():
        result = load_register(
            file, by=by, now=timezone.now(), organisation=organisation, dry_run=preview, progress=progress
        )
    if not result.is_readable:
        raise stop("The register cannot be read. " + _first_of(result.problems))
    _show_counts("Would change" if preview else "Changed", result.tally.tables)
    _show_problems(result.problems, "urn")
    if problems:
        _write_problems(problems, "urn", result.problems)


def _load_return(folder: Path, organisation: "Organisation", year: int, *, preview: bool, as_: str) -> Sequence[Any]:
    from django.utils import timezone

    from nearhome.needs.actions.loading import load_return
    from nearhome.privacy.acting import acting_for

    by = _actor(organisation, as_)
    words = f"Reading the return of {organisation}"
    with bar(words) as progress, acting_for(organisation.pk, person_id=by.pk), _sentences():
        result = load_return(
            folder, authority=organisation, year=year, by=by, now=timezone.now(), progress=progress, dry_run=preview
        )
    if not result.is_readable:
        raise stop(f"The return of {organisation} cannot be read. {_first_of(result.problems)}")
    _show_counts(f"{organisation}: would change" if preview else f"{organisation}: changed", result.tally.tables)
    _show_problems(result.problems, "child")
    return result.problems


class _sentences:  # noqa: N801 reads as a word in a with statement
    """Turns what an action refuses into a sentence for the terminal."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from django.core.exceptions import PermissionDenied, ValidationError

        from nearhome.tables.csv_files import UnreadableFileError

        if isinstance(error, ValidationError):
            raise stop(" ".join(error.messages)) from None
        if isinstance(error, PermissionDenied | UnreadableFileError):
            raise stop(str(error)) from None


def _named_in(folder: Path) -> tuple[str, ...]:
    from nearhome.needs.importers.pooled_authorities import authorities_named

    with _sentences():
        codes = authorities_named(folder)
    if not codes:
        raise stop("These files do not name an authority. Say whose return it is, for example: --authority 886")
    return codes


def _authority(code: str) -> "Organisation":
    from nearhome.needs.queries import authorities_known, authority_with_code

    found = authority_with_code(code)
    if found is None:
        known = ", ".join(f"{code} {name}" for code, name in authorities_known()[:40])
        raise stop(f"There is no authority with the code {code} in the records. Known: {known or 'none yet'}.")
    return found


def _first_authority() -> "Organisation":
    from nearhome.needs.queries import authorities_known

    known = authorities_known()
    if not known:
        raise stop("There is no authority in the records yet. Record one, then load the register.")
    return _authority(known[0][0])


def _actor(organisation: "Organisation", email: str) -> Any:
    from nearhome.audit.record import Nearhome
    from nearhome.needs.queries import person_with_email

    if not email:
        return Nearhome(organisation.pk, organisation.name)
    person = person_with_email(email)
    if person is None:
        raise stop(f"Nobody signs in as {email}. Check the address, or leave out --as.")
    return person


def _first_of(problems: Sequence[Any]) -> str:
    said = []
    for one in problems[:SHOWN]:
        where = f"{one.file}: " if one.file and not one.message.startswith(one.file) else ""
        said.append(f"{where}{one.message}.")
    return " ".join(said)


def _show_counts(title: str, tables: dict[str, dict[str, int]]) -> None:
    shown = Table(title=title, title_justify="left")
    shown.add_column("Table")
    for what in WHAT:
        shown.add_column(what.capitalize(), justify="right")
    for name, counts in tables.items():
        shown.add_row(name, *(f"{counts[what]:,}" for what in WHAT))
    terminal.print(shown)


def _show_problems(problems: Sequence[Any], whose: str) -> None:
    from nearhome.tables.tally import counted

    if not problems:
        terminal.print("No problems.")
        return
    for title, name in (("Problems by rule", "rule"), (f"Problems by {whose}", whose)):
        shown = Table(title=title, title_justify="left")
        for heading in (name.capitalize(), "Refused", "Warnings", "For example"):
            shown.add_column(heading)
        groups = counted(problems, name)
        for one in groups[:SHOWN]:
            shown.add_row(one.name, f"{one.errors:,}", f"{one.warnings:,}", one.example)
        terminal.print(shown)
        if len(groups) > SHOWN:
            terminal.print(f"… and {len(groups) - SHOWN:,} more. Write all of them with --problems FILE.csv")


def _write_problems(path: Path, whose: str, problems: Sequence[Any]) -> None:
    from nearhome.design.tables import disarmed

    names = ("file", "row", whose, "field", "rule", "severity", "message")
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([name.capitalize() for name in names])
            writer.writerows([disarmed(str(getattr(one, name) or "")) for name in names] for one in problems)
    except OSError as error:
        raise stop(f"The problems cannot be written to {path}: {error.strerror}. Choose another file.") from None
    terminal.print(f"{len(problems):,} problems were written to {path}")
