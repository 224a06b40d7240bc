"""Forecasts: what is missing becomes a problem for the planner, and its plans become times a person can read."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longvid_tui.backends.contract import CostClass
from longvid_tui.engine.costs import SIZES, Run, Work, box, learned, own_runs, published
from longvid_tui.engine.forecast import forecasts
from longvid_tui.engine.livebox import live_box
from longvid_tui.engine.placement import Unplaceable, check
from longvid_tui.engine.staging import FLF2V, Means, ToFilm, missing_segments, stage
from longvid_tui.gpus import Group, Pool, Sample
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.history import History, Take
from longvid_tui.project.items import OnDisk
from longvid_tui.project.makers import Makers
from longvid_tui.project.model import Keyframe, Project, Segment
from longvid_tui.project.state import ProjectState, survey

HD = Canvas(1280, 720)
H100 = Means(box("8xH100-80"))
PUBLISHED = CostClass("wan21", "14B", 40)
"""As the published figures were measured: nothing is scaled."""


def film(count: int, **about: object) -> list[ToFilm]:
    return [ToFilm(f"s{k}", HD, **about) for k in range(1, count + 1)]  # type: ignore[arg-type]


class TestStage:
    def test_offers_what_fits_with_its_times(self) -> None:
        staged = stage(film(2), replace(H100, cost=PUBLISHED, box=box("8xH100-64")))
        times = staged.instance.jobs[0].times
        assert set(times) == {2, 4, 5, 8}
        assert (times[2], times[8]) == (753.9, 238.8)
        assert staged.menus["s1"].refused[1].startswith("needs 76.7 GB on each GPU")

    def test_keeps_to_the_sizes_of_the_generator(self) -> None:
        assert set(stage(film(1), replace(H100, sizes=(1, 8))).instance.jobs[0].times) == {1, 8}

    def test_loads_before_every_segment_unless_the_generator_stays_warm(self) -> None:
        modes = [
            stage(film(1), replace(H100, cost=replace(FLF2V, resident=resident))).instance.load_mode
            for resident in ("", "a model")
        ]
        assert modes == ["cold", "group"]

    def test_counts_from_now(self) -> None:
        means = replace(H100, gpu_free=(math.inf, *(30.0,) * 7))
        segments = [ToFilm("s4", HD, release=20.0, preds=("s3",), priority=1)]
        instance = stage(segments, means, now=1000.0, pred_end={"s3": 1500.0}).instance
        assert (instance.jobs[0].release, instance.jobs[0].priority) == (1020.0, 1)
        assert instance.free == (math.inf, *(1030.0,) * 7)

    def test_own_runs_and_loads_replace_the_published_figures(self) -> None:
        knowing = learned(
            published(), [Run(Work("wan21", "14B", HD, 50), "H100", 8, 500.0, load_seconds=300.0)]
        )
        means = replace(H100, table=knowing.table, loads=knowing.loads)
        instance = stage(film(1), means).instance
        assert instance.jobs[0].times[8] == pytest.approx(500.0)
        assert instance.load[8] == pytest.approx(300.0)

    def test_a_box_that_can_film_nothing_says_why(self) -> None:
        with pytest.raises(Unplaceable) as caught:
            stage(film(1), replace(H100, box=box("2x4090-24")))
        assert str(caught.value) == (
            "2x4090-24 cannot film this: on 2 it needs 58.5 GB on each GPU, too much for the 24 GB of the 4090: "
            "film on 2 cards of 61 GB, or on 8 of 34 GB in one machine."
        )
        assert caught.value.jobs == ("s1",)
        with pytest.raises(Unplaceable, match=r"film on 4 cards of 43 GB, or on 8 of 40 GB in one machine\.$"):
            stage(film(1), replace(H100, box=box("4xA100-40")))
        with pytest.raises(
            Unplaceable, match=r"too much for the 24 GB of the 4090: film on 8 cards of 34 GB\.$"
        ):
            stage(film(1), replace(H100, box=box("8x4090-24")))

    def test_what_lacks_least_is_what_is_said(self) -> None:
        with pytest.raises(
            Unplaceable, match=r"8xH100-80 cannot film this: 1 process needs 34 GB of host memory"
        ):
            stage(film(1), replace(H100, host_gb=21))
        with pytest.raises(Unplaceable, match=r"this: 8 GPUs are more than one machine has \(4\)"):
            stage(film(1), replace(H100, box=box("4xH100-80"), sizes=(8,)))

    def test_nothing_to_film_is_ready_at_once(self) -> None:
        assert forecasts(stage([], H100))["auto"].seconds == 0


class TestForecast:
    def test_tells_each_strategy_by_the_figures_of_the_reference(self) -> None:
        means = replace(H100, cost=replace(PUBLISHED, resident="a model"), load="none")
        found = forecasts(stage(film(10), means))
        assert found["auto"].planned == pytest.approx(1895.5, abs=0.1)
        assert found["wide"].planned == pytest.approx(2388, abs=0.1)
        assert found["parallel"].planned == pytest.approx(2983.2, abs=0.1)
        assert found["parallel"].idle == pytest.approx(0.375, abs=0.001)
        assert found["parallel"].gpu_hours == pytest.approx(10 * 1491.6 / 3600)

    @settings(max_examples=15)
    @given(
        st.integers(1, 12),
        st.sampled_from(("8xH100-80", "4xA100-48", "2x8xH20-96", "3xH200-141", "1xH100-80")),
        st.booleans(),
        st.sampled_from((0.0, 25.0, 400.0)),
        st.integers(1, 5),
    )
    def test_auto_is_never_later_than_the_others_and_every_plan_is_valid(
        self, count: int, hardware: str, warm: bool, between: float, chain: int
    ) -> None:
        segments = [
            ToFilm(f"s{k}", HD, release=k * between, preds=(f"s{k - 1}",) if k % chain else ())
            for k in range(count)
        ]
        staged = stage(segments, Means(box(hardware), cost=replace(FLF2V, resident="a model" if warm else "")))
        found = forecasts(staged, limit=0.01)
        assert found["auto"].seconds <= min(other.seconds for other in found.values()) + 1e-6
        for forecast in found.values():
            assert check(staged.instance, forecast.plan) == []
            assert 0 <= forecast.idle <= 1
            assert forecast.low <= forecast.seconds <= forecast.high

    def test_uncertainty_shrinks_with_own_runs(self) -> None:
        run = Run(Work("wan21", "14B", HD, 50), "H100", 1, 1800.0)
        runs = [replace(run, gpus=size, seconds=1800.0 / size) for size in SIZES for _ in range(4)]
        guessed, known = (
            forecasts(stage(film(8), replace(H100, table=table)))["auto"]
            for table in (published(), learned(published(), runs).table)
        )
        assert guessed.low < guessed.seconds < guessed.high
        assert known.high - known.low < (guessed.high - guessed.low) / 2
        assert known.sources[0] == "measured here, 4 runs"

    def test_the_same_problem_has_the_same_uncertainty(self) -> None:
        staged = stage(film(5), H100)
        first, again = (forecasts(staged)["wide"] for _ in range(2))
        assert (first.low, first.high) == (again.low, again.high)

    def test_bars_are_the_plan_with_its_loads(self) -> None:
        bars = forecasts(stage(film(3), H100), limit=0.01)["wide"].bars
        assert [bar.segment for bar in bars] == ["s1", "s2", "s3"]
        assert [bar.loaded - bar.start for bar in bars] == pytest.approx([85.0, 0.0, 0.0])
        assert bars[0].gpus == tuple(range(8))


def project(*, chained: bool = False) -> Project:
    segments = [
        Segment(id=f"s{k}", first=None if chained and k > 1 else f"k{k}", last=f"k{k + 1}",
                continuity="chain" if chained and k > 1 else "keyframes")
        for k in range(1, 4)
    ]  # fmt: skip
    return Project(
        keyframes=tuple(Keyframe(id=f"k{k}") for k in range(1, 5)), segments=tuple(segments), canvas=HD
    )


def state(wanted: Project, *made: str) -> ProjectState:
    """The project with takes for the targets `made`, in order."""
    history = History()
    surveyed = survey(wanted, history, Makers(), OnDisk())
    for target in made:
        item = surveyed.item(target)
        assert item.key is not None
        take = Take(target, item.key, f"sha of {target}", f"{target}.png", 1, item.recipe or {}, 0.0)
        history.record(target).takes.append(take)
        surveyed = survey(wanted, history, Makers(), OnDisk())
    return surveyed


class TestMissingSegments:
    def test_come_when_their_later_keyframe_is_expected(self) -> None:
        missing = missing_segments(state(project()), seconds_per_keyframe=30, keyframes_at_once=2)
        assert [(each.id, each.release) for each in missing] == [("s1", 30.0), ("s2", 60.0), ("s3", 60.0)]

    def test_wait_for_no_keyframe_that_is_painted(self) -> None:
        missing = missing_segments(state(project(), "k1", "k2", "k3"), seconds_per_keyframe=30)
        assert [each.release for each in missing] == [0.0, 0.0, 30.0]

    def test_leave_out_what_is_filmed(self) -> None:
        done = state(project(), "k1", "k2", "k3", "k4", "s2")
        assert [each.id for each in missing_segments(done)] == ["s1", "s3"]

    def test_of_a_chain_follow_each_other(self) -> None:
        assert [each.preds for each in missing_segments(state(project(chained=True)))] == [(), ("s1",), ("s2",)]
        begun = state(project(chained=True), "k1", "k2", "k3", "k4", "s1")
        assert [each.preds for each in missing_segments(begun)] == [(), ("s2",)]

    def test_are_awaited_where_a_person_asked_for_another_take(self) -> None:
        looked_at = state(project(), "k1", "k2", "k3", "k4", "s1", "s2")
        for target, by_itself in (("s1", 0), ("s2", 1)):
            record = looked_at.history.record(target)
            record.number, record.retaken = 1, by_itself
        again = survey(project(), looked_at.history, Makers(), OnDisk())
        assert [(each.id, each.priority) for each in missing_segments(again)] == [
            ("s1", 1),
            ("s2", 0),
            ("s3", 0),
        ]


class TestOwnRuns:
    def test_are_read_from_the_facts_of_takes_oldest_first(self) -> None:
        run = Run(Work("wan21", "14B", HD, 50), "H100", 8, 500.0)
        history = History()
        for target, facts, made_at in (
            ("s1", {"run": replace(run, seconds=300.0).to_facts()}, 9.0),
            ("s2", {"run": run.to_facts(), "ssim": 0.97}, 5.0),
            ("s3", {"run": "quick"}, 6.0),
            ("k1", {}, 7.0),
        ):
            history.record(target).takes.append(Take(target, "", "", "", 1, {}, made_at, facts=facts))
        assert [found.seconds for found in own_runs(history)] == [500.0, 300.0]


class TestLiveBox:
    def samples(self, *names: str) -> list[Sample]:
        return [Sample(index, name=name, memory_total=80 << 30) for index, name in enumerate(names)]

    def test_holds_the_usable_gpus_with_near_ones_side_by_side(self) -> None:
        samples = self.samples(*["NVIDIA H100 80GB HBM3"] * 4)
        groups = [Group((0, 2), "nvlink"), Group((1, 3), "nvlink")]
        live = live_box(samples, Pool((0, 1, 2), {3: "lost"}), groups)
        assert live is not None
        assert live.gpus == (0, 2, 1)
        assert (live.box.nodes, live.box.memory_gb) == ((3,), 80)
        assert live.left_out == {3: "lost"}

    def test_of_no_usable_gpu_is_none(self) -> None:
        assert live_box(self.samples("NVIDIA L40S"), Pool((), {0: "lost"}), ()) is None
