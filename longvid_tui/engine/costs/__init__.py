"""What a segment costs on which GPUs."""

from longvid_tui.engine.costs.boxes import (
    SIZES,
    Box,
    LoadProfile,
    Menu,
    box,
    load_figure,
    load_key,
    load_seconds,
    menu,
)
from longvid_tui.engine.costs.calibration import Calibration, Residual
from longvid_tui.engine.costs.learning import RUN_FACTS, Learned, Run, learned, own_runs
from longvid_tui.engine.costs.table import CostTable, Estimate, Row, Work, published, run_key

__all__ = [
    "RUN_FACTS",
    "SIZES",
    "Box",
    "Calibration",
    "CostTable",
    "Estimate",
    "Learned",
    "LoadProfile",
    "Menu",
    "Residual",
    "Row",
    "Run",
    "Work",
    "box",
    "learned",
    "load_figure",
    "load_key",
    "load_seconds",
    "menu",
    "own_runs",
    "published",
    "run_key",
]
