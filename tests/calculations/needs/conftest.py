from pathlib import Path

import pytest

from nearhome.geography.postcodes import Postcodes


@pytest.fixture(scope="session")
def postcodes(tmp_path_factory: pytest.TempPathFactory) -> Postcodes:
    folder: Path = tmp_path_factory.mktemp("postcodes")
    return Postcodes.open(folder)
