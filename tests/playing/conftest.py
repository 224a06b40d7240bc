from __future__ import annotations

from pathlib import Path

import pytest
from growth import write_pieces


@pytest.fixture(scope="module")
def conformed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("conformed")
    write_pieces(folder)
    (folder / "pother0.mp4").hardlink_to(folder / "p0.mp4")
    (folder / "qother0.mp4").hardlink_to(folder / "q0.mp4")
    return folder
