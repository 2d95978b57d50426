"""``nearhome commitment`` itself; a plain question is answered before the library of the command line is loaded."""

import sys
from pathlib import Path


def answered(arguments: list[str]) -> bool:
    """Whether the question was a plain one and its answer is printed; if not, nothing is."""
    if arguments[:1] != ["commitment"]:
        return False
    words = arguments[1:]
    files = [word for word in words if not word.startswith("-")]
    switches = [word for word in words if word.startswith("-")]
    if switches == ["--example"] and not files:
        give_example()
        return True
    if len(files) != 1 or not files[0] or switches not in ([], ["--json"]):
        return False
    give_commitment(Path(files[0]), json=bool(switches))
    return True


def give_example() -> None:
    """Print the shipped case: decision 21/00094."""
    from nearhome.procurement.importers.commitment_case import example_text

    sys.stdout.write(example_text())


def give_commitment(file: Path, *, json: bool) -> None:
    """Print the answer. Ends the command with exit code 2, every fault told, if the file is wrong."""
    from nearhome.procurement.calculations.blocks.case import worked
    from nearhome.procurement.importers.commitment_case import CaseFileError, read_case

    try:
        case = read_case(file)
        found = worked(case)
    except CaseFileError as wrong:
        raise _refused(wrong.name, wrong.sentences) from None
    except ValueError as wrong:
        raise _refused(file.name, (str(wrong),)) from None
    if json:
        from json import dumps

        from nearhome.procurement.exporters.commitment_plain import commitment_as_plain

        sys.stdout.write(dumps(commitment_as_plain(case, found), ensure_ascii=False, indent=1) + "\n")
        return
    from nearhome.procurement.exporters.commitment_words import commitment_in_words

    sys.stdout.write(commitment_in_words(case, found))


def _refused(name: str, sentences: tuple[str, ...]) -> SystemExit:
    from nearhome.cli.quick_plan import refused

    return refused(name, sentences)
