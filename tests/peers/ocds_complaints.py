"""What libcoveocds, the standard's own checking program, says of a package. Runs in an environment of its own.

    python ocds_complaints.py PACKAGE.json FOLDER

FOLDER holds the standard's schemas as taken from their source distributions, and `extension/` with the fields our table
adds. The program fetches extensions over HTTP only, so they are served from this computer to itself. Prints JSON.
"""

import functools
import json
import sys
import tempfile
import threading
import zipfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import json_merge_patch
from libcoveocds.api import ocds_json_output
from libcoveocds.config import LibCoveOCDSConfig
from ocdsmerge import Merger

SCHEMAS = ("release-schema.json", "release-package-schema.json", "versioned-release-validation-schema.json")


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *words: object) -> None:
        pass


def standard_zip(folder: Path, made: Path) -> str:
    """The standard's repository as the program expects it, with no more than its schemas."""
    with zipfile.ZipFile(made, "w") as out:
        out.writestr("standard/", "")
        out.writestr("standard/schema/", "")
        for name in SCHEMAS:
            out.write(folder / name, f"standard/schema/{name}")
        # It stops without any list of codes; those of the standard are in no source distribution, and closed ones are in
        # the schema besides.
        out.writestr("standard/schema/codelists/none.csv", "Code,Title\nnone,None\n")
    return f"file://{made}"


def complaints(package: Path, folder: Path, work: Path) -> dict[str, object]:
    """The program's findings, with the extension declared and really loaded."""
    serve = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder / "extension")))
    threading.Thread(target=serve.serve_forever, daemon=True).start()
    content = json.loads(package.read_text())
    content["extensions"] = [f"http://127.0.0.1:{serve.server_port}/extension.json"]
    declared = work / "package.json"
    declared.write_text(json.dumps(content))
    config = LibCoveOCDSConfig()
    config.config["standard_zip"] = standard_zip(folder, work / "standard.zip")
    config.config["context"] = "api"
    found = ocds_json_output(str(work), str(declared), None, convert=False, lib_cove_ocds_config=config)
    serve.shutdown()
    return {
        "errors": found["validation_errors"],
        "additional_fields": [one.get("path", one) for one in found.get("all_additional_fields", found.get("additional_fields", []))],
        "invalid_extensions": found["extensions"]["invalid_extension"],
        "extended": found["extensions"]["is_extended_schema"],
        "dereference_error": found.get("json_deref_error"),
        "checks": found.get("additional_checks", {}),
    }  # fmt: skip


def compiled(package: Path, folder: Path) -> list[object]:
    """What the standard's reference program for merging makes of the releases of each process."""
    schema = json.loads((folder / "release-schema.json").read_text())
    json_merge_patch.merge(schema, json.loads((folder / "extension" / "release-schema.json").read_text()))
    by_process: dict[str, list[object]] = {}
    for release in json.loads(package.read_text())["releases"]:
        by_process.setdefault(release["ocid"], []).append(release)
    return [Merger(schema).create_compiled_release(releases) for releases in by_process.values()]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as work:
        found = complaints(Path(sys.argv[1]), Path(sys.argv[2]), Path(work))
        found["compiled"] = compiled(Path(sys.argv[1]), Path(sys.argv[2]))
        sys.stdout.write(json.dumps(found, default=str))
