"""Run the examples in the documentation; a page of methods without an example fails."""

import doctest
import sys
from pathlib import Path


def run(path: Path) -> tuple[int, int]:
    """(failures, examples) of one page."""
    result = doctest.testfile(str(path), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    return result.failed, result.attempted


if __name__ == "__main__":
    wrong, examples = 0, 0
    for path in map(Path, sys.argv[1:]):
        failures, tried = run(path)
        examples += tried
        wrong += failures
        if path.parent.name == "methods" and not tried:
            print(f"{path} has no worked example")
            wrong += 1
    print(f"{examples} examples")
    sys.exit(1 if wrong or not examples else 0)
