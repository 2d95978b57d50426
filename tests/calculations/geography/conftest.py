from pathlib import Path

import pytest

from nearhome.geography.postcodes import Postcodes


@pytest.fixture(scope="session")
def postcode_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("postcodes")


@pytest.fixture(scope="session")
def postcodes(postcode_folder: Path) -> Postcodes:
    return Postcodes.open(postcode_folder)
