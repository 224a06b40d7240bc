"""What a segment costs: published figures come back unchanged, everything else follows its stated rule."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui.backends.contract import CostClass
from longvid_tui.engine.costs import (
    SIZES,
    Calibration,
    CostTable,
    Residual,
    Run,
    Work,
    box,
    learned,
    load_key,
    load_seconds,
    menu,
    published,
)
from longvid_tui.project.canvas import Canvas

HD = Canvas(1280, 720)
WORK = Work("wan21", "14B", HD, steps=40)


def seconds(card: str = "H100", gpus: int = 1, **about: object) -> float:
    return published().estimate(Work(**{**vars(WORK), **about}), card, gpus).seconds  # type: ignore[arg-type]


def after(*runs: Run) -> CostTable:
    return learned(published(), runs).table


class TestFigures:
    @pytest.mark.parametrize(
        ("card", "gpus", "figure"),
        [("H100", 1, 1491.6), ("H100", 8, 238.8), ("A100", 4, 716.1), ("H20", 2, 2756.6), ("H200", 1, 974.0)],
    )
    def test_published_ones_come_back_unchanged(self, card: str, gpus: int, figure: float) -> None:
        estimate = published().estimate(WORK, card, gpus)
        assert estimate.seconds == figure
        assert "published" in estimate.source
        assert "2026-11" in estimate.source

    def test_of_counts_between_follow_linear_efficiency(self) -> None:
        assert seconds(gpus=5) == pytest.approx(336.1, abs=0.1)

    def test_of_counts_that_need_a_ring_cost_7_percent_more(self) -> None:
        efficiency_at_6 = (1491.6 / (4 * 403.9) + 1491.6 / (8 * 238.8)) / 2
        assert seconds(gpus=6) == pytest.approx(1491.6 / (6 * efficiency_at_6 * 0.93))

    def test_more_gpus_than_ever_measured_gain_nothing(self) -> None:
        assert seconds(gpus=10) == seconds(gpus=8)

    def test_a_row_of_one_count_borrows_the_speed_up_for_all_but_its_fixed_part(self) -> None:
        distilled = [seconds("H200", gpus, backend="lightx2v", model="14B-4step", steps=4) for gpus in SIZES]
        assert distilled == pytest.approx([44.0, 27.2, 19.2, 17.7, 15.4], abs=0.05)

    def test_fifty_steps_cost_a_quarter_more_of_all_but_the_fixed_part(self) -> None:
        assert seconds(steps=50) == pytest.approx((1491.6 - 61) * 1.25 + 61)

    @pytest.mark.parametrize(("frames", "factor"), [(33, 0.26), (49, 0.46), (121, 1.96), (161, 3.23)])
    def test_length_costs_more_than_in_proportion(self, frames: int, factor: float) -> None:
        sampling = seconds(frames=frames) - 61 * frames / 81
        assert sampling / (1491.6 - 61) == pytest.approx(factor, abs=0.005)

    def test_the_row_of_the_nearest_size_is_scaled(self) -> None:
        assert seconds("H200", canvas=Canvas(832, 464)) == pytest.approx(366, rel=0.06)

    def test_what_is_unknown_is_planned_and_said(self) -> None:
        estimate = published().estimate(WORK, "B200", 4)
        assert estimate.spread == 0.5
        assert estimate.source == "no figures for B200: planned like wan21 14B A100, give or take 50 %"

    @pytest.mark.parametrize(
        ("name", "card"),
        [
            ("NVIDIA H100 80GB HBM3", "H100"),
            ("NVIDIA A800-SXM4-80GB", "A100"),
            ("NVIDIA GeForce RTX 4090", "4090"),
            ("NVIDIA B200", "NVIDIA B200"),
        ],
    )
    def test_cards_are_known_by_their_drivers_name(self, name: str, card: str) -> None:
        assert published().card(name) == card

    @given(st.integers(1, 12), st.sampled_from(("H100", "A100", "H20", "H200")), st.integers(8, 40))
    def test_are_always_positive_and_shrink_with_gpus(self, gpus: int, card: str, cells: int) -> None:
        fewer, more = (seconds(card, count, frames=4 * cells + 1) for count in (gpus, gpus * 2))
        assert 0 < more <= fewer


class TestMemory:
    @pytest.mark.parametrize(
        ("memory", "sizes"), [(80, (1, 2, 4, 5, 8)), (64, (2, 4, 5, 8)), (48, (4, 5, 8)), (40, (8,)), (24, ())]
    )
    @pytest.mark.parametrize("card", ["H100", "A100"])
    def test_gates_the_sizes(self, card: str, memory: int, sizes: tuple[int, ...]) -> None:
        assert tuple(menu(published(), WORK, box(f"8x{card}-{memory}")).times) == sizes

    @pytest.mark.parametrize("box_of", ["8xL40S-48", "4xL40S-48", "8xH200-64", "8xNobody-40"])
    def test_a_smaller_picture_fits_wherever_a_larger_one_does(self, box_of: str) -> None:
        large, small = (
            menu(published(), replace(WORK, canvas=canvas), box(box_of)).times
            for canvas in (HD, Canvas(832, 464))
        )
        assert large
        assert large.keys() <= small.keys()

    def test_every_refusal_says_why_with_its_numbers(self) -> None:
        refused = menu(published(), WORK, box("4xA100-48"), host_gb=150).refused
        assert refused[1] == "needs 76.7 GB on each GPU, too much for the 48 GB of the A100"
        assert refused[8] == "8 GPUs are more than one machine has (4)"

    def test_of_the_host_bounds_how_many_load_at_once(self) -> None:
        refused = menu(published(), WORK, box("8xH100-80"), host_gb=120).refused
        assert refused[8] == "8 processes need 276 GB of host memory, and 120 GB are available"
        assert 2 not in refused

    def test_of_the_host_must_hold_the_model_of_a_segment_on_one_gpu_that_waits_there(self) -> None:
        need = CostClass("wan21", "14B", 50, alone_gb=80).host_gb_on
        assert [need(gpus) for gpus in (1, 2, 8)] == [80.0, 69.0, 276.0]
        assert [need(gpus, loaded=True) for gpus in (1, 2, 8)] == [80.0, 34.5, 138.0]
        found = menu(published(), WORK, box("2xH100-80"), host_gb=75, host_need=need)
        assert found.refused[1] == "1 process needs 80 GB of host memory, and 75 GB are available"
        assert 2 in found.times


class TestLearning:
    def test_one_run_here_replaces_the_published_figure(self) -> None:
        table = after(Run(WORK, "NVIDIA H100 80GB HBM3", 1, 1800.0))
        estimate = table.estimate(WORK, "H100", 1)
        assert estimate.seconds == pytest.approx(1800.0)
        assert estimate.source == "measured here, 1 run"

    @pytest.mark.parametrize(
        ("card", "gpus", "seconds", "usual"),
        [
            ("H100", 1, 2100.0, None),
            ("H100", 1, 2200.0, 1491.6),
            ("NVIDIA H100 80GB HBM3", 8, 400.0, 238.8),
            ("B900", 1, 99999.0, None),
        ],
    )
    def test_a_run_that_takes_far_longer_than_published_is_told_from_one_that_nobody_has_figures_for(
        self, card: str, gpus: int, seconds: float, usual: float | None
    ) -> None:
        assert published().far_over(WORK, card, gpus, seconds) == usual

    def test_other_sizes_share_the_bias_of_the_box(self) -> None:
        table = after(Run(WORK, "H100", 1, 1491.6 * 1.2))
        estimate = table.estimate(WORK, "H100", 8)
        assert estimate.seconds == pytest.approx(238.8 * 1.2)
        assert "corrected by +20%" in estimate.source

    def test_a_new_version_starts_from_the_shared_bias(self) -> None:
        table = after(Run(WORK, "H100", 1, 2000.0))
        newer = Work("wan21", "14B", HD, steps=40, version="2")
        assert "measured" not in table.estimate(newer, "H100", 1).source

    def test_the_published_table_itself_never_changes(self) -> None:
        before = published()
        learned(before, [Run(WORK, "H100", 1, 9999.0)])
        assert published() is before
        assert before.estimate(WORK, "H100", 1).seconds == 1491.6

    @given(st.floats(0.2, 5), st.floats(0.2, 5))
    def test_after_a_change_of_speed_old_runs_fade(self, before: float, after: float) -> None:
        calibration = Calibration()
        for ratio in [before] * 5 + [after] * 20:
            calibration = calibration.after("run", ratio * 100, 100)
        assert math.log(calibration.factor("run") / after) == pytest.approx(0, abs=0.01)

    @given(st.lists(st.floats(-1, 1), min_size=1, max_size=30))
    def test_the_mean_lies_among_the_errors_and_the_spread_is_never_nothing(self, errors: list[float]) -> None:
        residual = Residual()
        for error in errors:
            residual = residual.after(error)
        assert min(errors) - 1e-9 <= residual.mean <= max(errors) + 1e-9
        assert 0.03 <= residual.spread <= 1 + 1e-9
        assert residual.runs == len(errors)


RUN = Run(WORK, "NVIDIA H100 80GB HBM3", 8, 300.0, load_seconds=170.0)


class TestOwnRuns:
    def test_survive_in_the_facts_of_a_take(self) -> None:
        assert Run.from_facts(json.loads(json.dumps(RUN.to_facts()))) == RUN

    @pytest.mark.parametrize(
        "spoilt",
        [
            {"seconds": None}, {"seconds": 0}, {"seconds": "soon"}, {"seconds": math.inf}, {"canvas": "big"},
            {"canvas": None}, {"gpus": 0}, {"frames": "many"},
        ],
    )  # fmt: skip
    def test_of_another_shape_teach_nothing(self, spoilt: dict[str, object]) -> None:
        assert Run.from_facts({**RUN.to_facts(), **spoilt}) is None
        assert Run.from_facts({}) is None

    def test_replace_the_published_figures_of_time_and_load(self) -> None:
        knowing = learned(published(), [RUN])
        assert knowing.table.estimate(WORK, "H100", 8).seconds == pytest.approx(300.0)
        loads = load_seconds(knowing.profile, 8, knowing.loads, load_key(WORK, "H100"))
        assert loads[8] == pytest.approx(170.0)

    def test_that_are_none_leave_the_table_as_it_is(self) -> None:
        assert learned(published(), []).table == published()

    @given(st.lists(st.floats(100, 900), min_size=1, max_size=12))
    def test_are_never_left_by_what_follows_from_them(self, seconds: list[float]) -> None:
        runs = [replace(RUN, seconds=each) for each in seconds]
        estimate = learned(published(), runs).table.estimate(WORK, "H100", 8)
        assert min(seconds) * 0.999 <= estimate.seconds <= max(seconds) * 1.001


class TestLoading:
    def test_profiles(self) -> None:
        assert load_seconds("none", 8) == {}
        assert load_seconds("nvme", 8)[8] == 85
        assert load_seconds("slow", 4) == {1: 60, 2: 300, 3: 450, 4: 600}

    def test_is_corrected_by_own_loads(self) -> None:
        learned = Calibration().after("load 8", 170.0, 85.0)
        assert load_seconds("nvme", 8, learned)[8] == pytest.approx(170)
        assert load_seconds("nvme", 8, learned)[1] == pytest.approx(100)


class TestBox:
    @pytest.mark.parametrize(
        ("text", "nodes", "card", "memory"),
        [
            ("8xH100-80", (8,), "H100", 80),
            ("2x8xH100-80", (8, 8), "H100", 80),
            ("2x4090-24", (2,), "4090", 24),
            ("1xl40s-48GB", (1,), "L40S", 48),
            ("8xRTX6000-96", (8,), "RTX6000", 96),
        ],
    )
    def test_reads(self, text: str, nodes: tuple[int, ...], card: str, memory: float) -> None:
        read = box(text)
        assert (read.nodes, read.card, read.memory_gb) == (nodes, card, memory)
        assert box(str(read)) == read

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("8xH100", "write GPUs x card - GB, for example 8xH100-80 or 2x8xH100-80"),
            ("H100-80", "write GPUs x card - GB"),
            ("", "write GPUs x card - GB"),
            ("0xH100-80", "a machine has 1 to 16 GPUs"),
            ("99x8xH100-80", "1 to 64 machines"),
            ("8xH100-0", "have no memory"),
        ],
    )
    def test_refuses_with_one_sentence(self, text: str, sentence: str) -> None:
        with pytest.raises(ValueError, match=sentence):
            box(text)
