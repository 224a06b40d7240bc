from __future__ import annotations

import pytest
from reel import make_film

from longvid_tui.exporting.renditions import Film


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return make_film(tmp_path_factory.mktemp("film"))
