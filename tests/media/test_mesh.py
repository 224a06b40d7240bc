"""Moving every point of a frame by a smooth displacement."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from longvid_tui.media.mesh import Mesh, mesh_of, moved
from longvid_tui.media.planes import Stack, planes

HIGH, WIDE = 90, 150
STEP = 32

Floats = np.ndarray[Any, np.dtype[np.floating[Any]]]


def waves(x: Floats, y: Floats) -> Floats:
    """A picture that is known between pixels too."""
    return np.asarray(128 + 70 * np.sin(x / 7) * np.cos(y / 9))


def pictured(across: Floats, down: Floats) -> Stack:
    """Waves as a frame, each point taken from as many pixels away."""
    stack = np.empty((HIGH * 3 // 2, WIDE), np.uint8)
    for plane, shrunk in zip(planes(stack), (1, 2, 2), strict=True):
        y, x = np.mgrid[: plane.shape[0], : plane.shape[1]].astype(np.float64)
        by_x, by_y = (moves[::shrunk, ::shrunk] / shrunk for moves in (across, down))
        plane[:] = waves(x + by_x, y + by_y).round()
    return stack


def still() -> Floats:
    return np.zeros((HIGH, WIDE))


def inner(stack: Stack, margin: int) -> list[Floats]:
    return [plane[margin:-margin, margin:-margin].astype(np.float64) for plane in planes(stack)]


def test_what_does_not_move_stays_as_it_is() -> None:
    stack = pictured(still(), still())
    assert np.array_equal(moved(stack, Mesh(np.zeros((2, 4, 6), np.float32), STEP)), stack)


@pytest.mark.parametrize(("across", "down"), [(0.5, -0.3), (-3.25, 2.75), (2.0, 4.0)])
def test_points_come_from_where_the_mesh_says(across: float, down: float) -> None:
    nodes = np.broadcast_to(np.array([across, down], np.float32)[:, None, None], (2, 4, 6))
    ours = moved(pictured(still(), still()), Mesh(nodes, STEP))
    wanted = pictured(still() + across, still() + down)
    for one, other in zip(inner(ours, 6), inner(wanted, 6), strict=True):
        assert np.abs(one - other).max() <= 2
        assert abs((one - other).mean()) < 0.1, "no light is lost"


def test_a_displacement_that_turns_and_stretches_is_followed() -> None:
    rows, columns = (np.append(np.arange(0, size, STEP), size) for size in (HIGH, WIDE))
    node_y, node_x = np.meshgrid(rows, columns, indexing="ij")
    nodes = np.stack([0.08 * (node_y - 45), 0.05 * (node_x - 75)]).astype(np.float32)
    y, x = np.mgrid[:HIGH, :WIDE] + 0.5
    ours = moved(pictured(still(), still()), Mesh(nodes, STEP))
    wanted = pictured(0.08 * (y - 45), 0.05 * (x - 75))
    for one, other in zip(inner(ours, 8), inner(wanted, 8), strict=True):
        assert np.abs(one - other).mean() < 0.6
        assert np.abs(one - other).max() <= 3


def test_what_comes_from_outside_comes_from_the_edge() -> None:
    stack = pictured(still(), still())
    nodes = np.stack([np.full((4, 6), 60.0), np.zeros((4, 6))]).astype(np.float32)
    for new, old in zip(planes(moved(stack, Mesh(nodes, STEP))), planes(stack), strict=True):
        reach = 60 * old.shape[1] // WIDE
        assert np.array_equal(new[:, :-reach], old[:, reach:])
        assert (new[:, -reach:] == old[:, -1:]).all()


def test_a_mesh_is_taken_from_a_displacement_at_half_size() -> None:
    moves = np.broadcast_to(np.array([0.5, -1.0], np.float32)[:, None, None], (2, HIGH // 2, WIDE // 2))
    mesh = mesh_of(moves, HIGH, WIDE, STEP)
    assert mesh.nodes.shape == (2, 4, 6)
    assert (mesh.nodes[0] == 1.0).all()
    assert (mesh.scaled(0.5).nodes[1] == -1.0).all()
