"""``nearhome ocds``: a procurement as open contracting data (OCDS 1.1.5), and a check of such a file. No server."""

import sys
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Open contracting data (OCDS 1.1.5) without a server.")

Case = Annotated[Path | None, typer.Argument(metavar="CASE.json", help="One procurement and its call-offs; `nearhome schema ocds-case` describes it.")]  # fmt: skip
Folder = Annotated[Path | None, typer.Option("--output", "-o", metavar="DIR", help="Where releases.json and records.json are written.")]  # fmt: skip
Check = Annotated[bool, typer.Option("--check", help="Only say what is wrong with the case; write nothing.")]
Example = Annotated[bool, typer.Option("--example", help="Print a made-up CASE.json to begin from.")]
Package = Annotated[Path, typer.Argument(metavar="FILE.json", help="A package of releases or of records.")]


@app.command()
def export(case: Case = None, output: Folder = None, check: Check = False, example: Example = False) -> None:
    """Write a package of releases and one of records for a procurement and each of its call-offs."""
    from nearhome.cli.quick_plan import refused
    from nearhome.tendering.exporters.ocds_files import packages_of_case
    from nearhome.tendering.importers.ocds_case import CaseFileError, read_case

    if example:
        sys.stdout.write(files("nearhome.tendering.reference").joinpath("example_ocds_case.json").read_text("utf-8"))
        return
    if case is None:
        raise refused("nearhome ocds export", ("give a CASE.json; --example prints one to begin from",))
    if output is None and not check:
        raise refused("nearhome ocds export", ("say where to write with -o DIR, or --check to write nothing",))
    try:
        read = read_case(case)
    except CaseFileError as wrong:
        raise refused(wrong.name, wrong.sentences) from None
    made = packages_of_case(read.case, read.publisher, uri=read.uri, at=read.published_at)
    if made.complaints:
        raise refused(case.name, made.complaints)
    if check or output is None:
        sys.stdout.write(f"{case.name}: nothing is wrong\n")
        return
    _write(output, {"releases.json": made.releases, "records.json": made.records})


def _write(folder: Path, files: dict[str, bytes]) -> None:
    from nearhome.cli.quick_plan import refused

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
            sys.stdout.write(f"{folder / name}\n")
    except OSError as error:
        raise refused(str(folder), (f"cannot be written: {error.strerror}",)) from None


@app.command("check")
def check_file(file: Package) -> None:
    """Say what is wrong with a package: fields that may not be published, missing ones, wrong values, broken references."""
    from nearhome.cli.quick_plan import refused
    from nearhome.tendering.exporters.ocds_files import faults_of_package

    try:
        content = file.read_bytes()
    except OSError as error:
        raise refused(file.name, (f"cannot be read: {error.strerror}",)) from None
    found = faults_of_package(content)
    if found:
        raise refused(file.name, found)
    sys.stdout.write(f"{file.name}: nothing is wrong\n")
