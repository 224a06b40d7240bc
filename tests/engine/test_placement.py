"""Placement: valid plans only, never worse than the simple rules, the known optima reached."""

from __future__ import annotations

import itertools
import math
import random
import statistics
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longvid_tui.engine.placement import (
    Instance,
    Job,
    Placement,
    Plan,
    Unplaceable,
    Warm,
    baseline,
    check,
    lower_bound,
    plan,
    reason,
)

H100 = {1: 1491.6, 2: 753.9, 4: 403.9, 5: 336.1, 8: 238.8}
"""Seconds of an 81-frame segment at 720p by GPU count: the published row, and 5 by its efficiency."""
LOAD = {gpus: 45.0 + 5.0 * gpus for gpus in range(1, 9)}


def ticking(step: float = 1e-4) -> Callable[[], float]:
    """A clock that every look at it moves: searches take as many steps on any machine."""
    return itertools.count(0.0, step).__next__


def film(count: int, **about: object) -> Instance:
    jobs = tuple(Job(f"s{k}", H100) for k in range(1, count + 1))
    return replace(Instance((8,), jobs), **about)  # type: ignore[arg-type]


def searched(instance: Instance, steps: int = 300, **how: object) -> Plan:
    found = plan(instance, limit=steps * 1e-4, clock=ticking(), **how)  # type: ignore[arg-type]
    assert check(instance, found) == []
    return found


def cost(instance: Instance, made: Plan) -> float:
    """What a plan is to make small: its end, and how long those wait whom somebody waits for."""
    urgent = {job.id for job in instance.jobs if job.priority}
    return made.makespan + sum(placed.end - instance.now for placed in made.placements if placed.job in urgent)


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    nodes = tuple(draw(st.lists(st.sampled_from((1, 2, 3, 4, 8)), min_size=1, max_size=3)))
    gpus = sum(nodes)
    mode = draw(st.sampled_from(("cold", "group", "resident")))
    load = draw(st.sampled_from(({}, LOAD, {g: 60.0 if g == 1 else 150.0 * g for g in range(1, 9)})))
    lost = draw(st.sets(st.integers(0, gpus - 1), max_size=gpus - 1))
    free = tuple(math.inf if gpu in lost else draw(st.sampled_from((0.0, 100.0, 640.5))) for gpu in range(gpus))
    left = max(
        sum(free[gpu] < math.inf for gpu in range(sum(nodes[:at]), sum(nodes[: at + 1])))
        for at in range(len(nodes))
    )
    jobs: list[Job] = []
    for k in range(draw(st.integers(0, 9))):
        factor = draw(st.sampled_from((0.26, 1.0, 1.0, 1.96)))
        sizes = draw(st.sets(st.sampled_from(sorted(H100)), max_size=4)) | {draw(st.integers(1, left))}
        times = {size: factor * H100.get(size, 1600.0 / size) for size in sizes}
        earlier = [job.id for job in jobs] + ["done"]
        preds = draw(st.sets(st.sampled_from(earlier), max_size=2)) if draw(st.booleans()) else set()
        jobs.append(
            Job(
                f"s{k}",
                times,
                release=draw(st.sampled_from((0.0, 0.0, 130.0, 900.0))),
                preds=tuple(sorted(preds)),
                priority=int(draw(st.integers(0, 5)) == 5),
                model=draw(st.sampled_from(("a", "a", "b"))),
            )
        )
    pairs = [(gpu, gpu + 1) for start, count in zip(itertools.accumulate((0, *nodes)), nodes, strict=False)
             for gpu in range(start, start + count - 1, 2)]  # fmt: skip
    kept = (
        {gpu: Warm(pair, "a") for pair in draw(st.sets(st.sampled_from(pairs))) for gpu in pair}
        if pairs
        else {}
    )
    return Instance(
        nodes,
        tuple(jobs),
        load,
        mode,
        now=50.0,
        gpu_free=free,
        warm=tuple(kept.get(gpu) for gpu in range(gpus)),
        pred_end={"done": draw(st.sampled_from((0.0, 300.0)))},
    )


class TestEveryPlan:
    @given(instances())
    def test_is_valid_at_any_limit(self, instance: Instance) -> None:
        for steps in (0, 60):
            searched(instance, steps)

    @given(instances())
    def test_is_never_shorter_than_the_lower_bound(self, instance: Instance) -> None:
        bound = lower_bound(instance)
        for made in (searched(instance, 60), baseline(instance, "wide"), baseline(instance, "split")):
            assert made.makespan >= bound * (1 - 1e-9)

    @given(instances(), st.booleans())
    def test_is_never_worse_than_wide_or_parallel(self, instance: Instance, calm: bool) -> None:
        if calm:
            instance = replace(instance, jobs=tuple(replace(job, priority=0) for job in instance.jobs))
        found = cost(instance, searched(instance, steps=0))
        for simple in ("wide", "parallel"):
            assert found <= cost(instance, baseline(instance, simple)) + 1e-6

    @given(instances(), st.sampled_from(("wide", "parallel", "two", "split")))
    def test_of_a_simple_rule_is_valid_too(self, instance: Instance, kind: str) -> None:
        assert check(instance, baseline(instance, kind)) == []  # type: ignore[arg-type]

    @given(instances())
    def test_stays_valid_when_it_is_resumed_after_its_first_end(self, instance: Instance) -> None:
        before = searched(instance, 60)
        if not before.placements:
            return
        now = min(placed.end for placed in before.placements)
        begun = [placed for placed in before.placements if placed.start < now]
        free = list(instance.free)
        for placed in begun:
            for gpu in placed.gpus:
                free[gpu] = placed.end
        gone = {placed.job: placed.end for placed in begun}
        later = replace(
            instance,
            jobs=tuple(job for job in instance.jobs if job.id not in gone),
            now=now,
            gpu_free=tuple(free),
            pred_end={**instance.pred_end, **gone},
            warm=(),
        )
        searched(later, 60, warm_start=before)

    def test_leaves_time_for_its_end_by_what_its_beginning_took(self) -> None:
        looks = [0.0, 0.003]

        def clock() -> float:
            looks.append(looks[-1] + 1e-4)
            return looks[len(looks) - 3]

        plan(film(10), limit=0.01, clock=clock)
        assert 0.005 < looks[-3] <= 0.0055

    def test_is_the_same_for_the_same_clock(self) -> None:
        instance = film(11, load=LOAD)
        assert searched(instance) == searched(instance)


class TestKnownOptima:
    """Section 6 of the scheduling reference: H100, 81 frames, warm, 8 GPUs."""

    @pytest.mark.parametrize(
        ("segments", "makespan"), [(1, 238.8), (3, 642.7), (7, 1396.6), (10, 1895.5), (24, 4474.8)]
    )
    def test_are_reached(self, segments: int, makespan: float) -> None:
        assert searched(film(segments)).makespan == pytest.approx(makespan, abs=0.05)

    def test_first_wave_is_narrow_and_the_last_one_wide(self) -> None:
        assert [len(placed.gpus) for placed in searched(film(7)).placements] == [2, 2, 2, 2, 4, 4, 8]

    def test_a_chain_runs_on_the_fastest_size(self) -> None:
        jobs = tuple(Job(f"s{k}", H100, preds=(f"s{k - 1}",) if k else ()) for k in range(5))
        found = searched(Instance((8,), jobs))
        assert found.makespan == pytest.approx(5 * 238.8)
        assert found.bound == pytest.approx(found.makespan, rel=2e-4)

    def test_regrouping_is_avoided_where_it_costs_a_load(self) -> None:
        slow = {gpus: 60.0 if gpus == 1 else 150.0 * gpus for gpus in range(1, 9)}
        found = searched(film(24, load=slow))
        assert found.makespan == pytest.approx(4474.8 + 60)

    def test_warm_groups_are_used_as_they_stand(self) -> None:
        warm = tuple(
            Warm((gpu - gpu % 4, gpu - gpu % 4 + 1, gpu - gpu % 4 + 2, gpu - gpu % 4 + 3), "")
            for gpu in range(8)
        )
        found = searched(film(2, load=dict.fromkeys(range(1, 9), 1000.0), warm=warm))
        assert {placed.gpus for placed in found.placements} == {(0, 1, 2, 3), (4, 5, 6, 7)}
        assert found.makespan == pytest.approx(403.9)

    def test_a_warm_group_that_lost_a_member_loads_again(self) -> None:
        warm = (Warm((0, 1), ""), None)
        found = searched(Instance((2,), (Job("s1", {2: 100.0}),), {1: 30.0, 2: 40.0}, warm=warm))
        assert found.makespan == pytest.approx(140.0)

    def test_who_keeps_the_model_decides_what_is_loaded(self) -> None:
        jobs = tuple(Job(f"s{k}", {1: 100.0}) for k in range(4))
        ends = {
            mode: searched(Instance((1,), jobs, {1: 50.0}, mode)).makespan
            for mode in ("cold", "group", "resident")
        }
        assert ends == {"cold": 600.0, "group": 450.0, "resident": 450.0}


class TestNeighbours:
    """GPUs that run together lie side by side in blocks of two, four and eight: there links are shortest."""

    @staticmethod
    def is_block(gpus: tuple[int, ...]) -> bool:
        return gpus[0] % len(gpus) == 0 and gpus == tuple(range(gpus[0], gpus[0] + len(gpus)))

    @pytest.mark.parametrize("load", [{}, LOAD])
    @pytest.mark.parametrize("count", [3, 7, 10, 11, 13])
    def test_run_together(self, count: int, load: dict[int, float]) -> None:
        jobs = tuple(Job(f"s{k}", H100, release=3.0 * k) for k in range(count))
        found = searched(Instance((8,), jobs, load), steps=200)
        fours = [placed.gpus for placed in found.placements if len(placed.gpus) in (2, 4, 8)]
        assert all(map(self.is_block, fours))

    def test_one_gpu_is_taken_where_it_breaks_no_pair(self) -> None:
        found = searched(Instance((4,), (Job("s1", {1: 10.0}),), gpu_free=(0.0, 0.0, 0.0, math.inf)))
        assert found.placements[0].gpus == (2,)


class TestStrategies:
    def test_wide_gives_every_job_all_gpus_and_parallel_one(self) -> None:
        assert {len(placed.gpus) for placed in plan(film(5), strategy="wide").placements} == {8}
        assert {len(placed.gpus) for placed in plan(film(5), strategy="parallel").placements} == {1}

    def test_a_retake_goes_first_and_as_wide_as_pays(self) -> None:
        jobs = (*film(10).jobs, Job("s99", H100, priority=1))
        found = searched(Instance((8,), jobs, gpu_free=(500.0,) * 8))
        retake = next(placed for placed in found.placements if placed.job == "s99")
        assert (retake.start, retake.end) == (500.0, pytest.approx(738.8))

    @pytest.mark.parametrize("mode", ["cold", "group", "resident"])
    def test_a_retake_does_not_keep_gpus_waiting_for_the_last_few_seconds(self, mode: str) -> None:
        jobs = (*film(10).jobs, Job("s99", H100, priority=1))
        second = dict.fromkeys(range(1, 9), 1.0)
        box = Instance((8,), jobs, second, mode, gpu_free=(0.0, 0.0, *(500.0,) * 6))  # type: ignore[arg-type]
        found = searched(box)
        retake = next(placed for placed in found.placements if placed.job == "s99")
        assert (retake.start, retake.end) == (0.0, H100[2] + 1), "all eight would end it 15 s sooner"

    @pytest.mark.parametrize("count", [7, 10, 11, 13, 24])
    def test_equal_segments_start_in_the_order_of_the_film(self, count: int) -> None:
        starts = {placed.job: placed.start for placed in searched(film(count, load=LOAD)).placements}
        assert [starts[f"s{k}"] for k in range(1, count + 1)] == sorted(starts.values())

    def test_so_do_those_whose_keyframes_come_one_after_the_other(self) -> None:
        jobs = tuple(Job(f"s{k}", H100, release=30.0 * k) for k in range(1, 25))
        found = searched(Instance((8,), jobs, LOAD, "cold"), steps=600)
        starts = {placed.job: placed.start for placed in found.placements}
        assert [starts[job.id] for job in jobs] == sorted(starts.values())


def mean_end(made: Plan, noise: float) -> float:
    """When such a plan ends on average, if each run takes up to `noise` of its time more or less."""
    rng = random.Random(9)
    ends = []
    for _ in range(400):
        free = [0.0] * 8
        for placed in made.placements:
            start = max(free[gpu] for gpu in placed.gpus)
            end = start + (placed.end - placed.start) * rng.uniform(1 - noise, 1 + noise)
            for gpu in placed.gpus:
                free[gpu] = end
        ends.append(max(free))
    return statistics.fmean(ends)


class TestDoubt:
    def test_shorter_runs_are_preferred_where_many_long_ones_would_all_have_to_be_in_time(self) -> None:
        sure, doubtful = searched(film(9)), searched(film(9), doubt=0.3)
        assert [len(placed.gpus) for placed in sure.placements] == [1] * 8 + [8]
        assert [len(placed.gpus) for placed in doubtful.placements] == [2] * 8 + [8]
        assert doubtful.makespan < 1.02 * sure.makespan
        assert mean_end(doubtful, 0.3) < 0.95 * mean_end(sure, 0.3)

    @given(instances())
    def test_plans_stay_valid(self, instance: Instance) -> None:
        searched(instance, 60, doubt=0.15)


class TestFaults:
    def test_lost_gpus_are_left_out(self) -> None:
        found = searched(film(6, gpu_free=(math.inf, *(0.0,) * 7)))
        assert all(0 not in placed.gpus for placed in found.placements)

    def test_a_job_that_fits_no_machine_is_named_with_what_it_needs(self) -> None:
        instance = Instance((4, 2), (Job("s1", {1: 9.0}), Job("s2", {8: 2.0})))
        with pytest.raises(Unplaceable, match="s2 needs 8 GPUs of one machine and no machine has more than 4"):
            plan(instance)

    def test_all_gpus_lost_is_unplaceable_and_an_empty_film_is_planned(self) -> None:
        with pytest.raises(Unplaceable) as caught:
            plan(film(2, gpu_free=(math.inf,) * 8))
        assert caught.value.jobs == ("s1", "s2")
        assert plan(film(0)).placements == ()

    @pytest.mark.parametrize(
        ("jobs", "sentence"),
        [
            ((Job("a", H100, preds=("b",)),), "neither a job nor in pred_end"),
            ((Job("a", H100, preds=("b",)), Job("b", H100, preds=("a",))), "wait for each other"),
            ((Job("a", H100), Job("a", H100)), "same id"),
        ],
    )
    def test_instances_that_contradict_themselves_are_refused(
        self, jobs: tuple[Job, ...], sentence: str
    ) -> None:
        with pytest.raises(ValueError, match=sentence):
            Instance((8,), jobs)


class TestChecker:
    """The checker finds each kind of fault: it is what all other tests lean on."""

    jobs = (Job("a", {1: 10.0, 2: 6.0}), Job("b", {1: 10.0}, release=5.0, preds=("a",)))
    good = (Placement("a", (0,), 0.0, 15.0), Placement("b", (0,), 15.0, 25.0))

    def faults(self, *placements: Placement, load: dict[int, float] | None = None) -> list[str]:
        instance = Instance((2, 1), self.jobs, load or {1: 5.0, 2: 5.0}, gpu_free=(0.0, 0.0, 3.0))
        last = max(placed.end for placed in placements)
        return check(instance, Plan(placements, last, 0.0, 0.0, 0.0, 0.0, 1))

    def test_accepts_a_valid_plan(self) -> None:
        assert self.faults(*self.good) == []

    @pytest.mark.parametrize(
        ("a", "b", "fault"),
        [
            (Placement("a", (0, 2), 3.0, 15.0), None, "of no one machine"),
            (Placement("a", (1, 0), 0.0, 15.0), None, "out of order"),
            (Placement("a", (0, 0), 0.0, 15.0), None, "twice or out of order"),
            (Placement("a", (2,), 0.0, 15.0), None, "before GPU 2 is free"),
            (Placement("a", (0,), 0.0, 12.0), None, "a needs 15.0 s and has 12.0 s"),
            (None, Placement("b", (0,), 15.0, 24.0), "b needs 10.0 s and has 9.0 s"),
            (None, Placement("b", (1,), 15.0, 25.0), "b needs 15.0 s and has 10.0 s"),
            (None, Placement("b", (1,), 14.0, 29.0), "before a has ended"),
            (None, Placement("b", (0,), 14.0, 29.0), "on GPU 0 at a time"),
            (None, Placement("b", (1,), 2.0, 29.0), "b starts before it may"),
            (None, Placement("b", (0, 1), 15.0, 29.0), "b cannot run on 2 GPUs"),
            (None, Placement("c", (0,), 15.0, 29.0), "c is placed and is no job"),
        ],
    )
    def test_finds(self, a: Placement | None, b: Placement | None, fault: str) -> None:
        found = self.faults(a or self.good[0], b or self.good[1])
        assert any(fault in sentence for sentence in found), found

    def test_finds_missing_and_double_jobs_and_a_wrong_makespan(self) -> None:
        assert "b is placed 0 times" in self.faults(self.good[0])
        assert "a is placed 2 times" in self.faults(*self.good, Placement("a", (1,), 0.0, 15.0))
        instance = Instance((1,), (Job("a", {1: 10.0}),))
        wrong = Plan((Placement("a", (0,), 0.0, 10.0),), 9.0, 0.0, 0.0, 0.0, 0.0, 1)
        assert check(instance, wrong) == ["the makespan is 10.0, not 9.0"]


class TestLowerBound:
    def test_counts_gpu_seconds_paths_releases_and_first_loads(self) -> None:
        assert lower_bound(film(24)) == pytest.approx(4474.8, rel=2e-4)
        assert lower_bound(film(1, load=LOAD)) == pytest.approx(238.8 + LOAD[8])
        late = replace(film(1), jobs=(Job("s1", H100, release=1000.0),))
        assert lower_bound(late) == pytest.approx(1238.8)

    def test_grows_when_work_trickles_in_or_gpus_come_late(self) -> None:
        trickling = tuple(Job(f"s{k}", H100, release=5000.0) for k in range(24))
        assert lower_bound(Instance((8,), trickling)) == pytest.approx(9474.8, rel=2e-4)
        assert lower_bound(film(24, gpu_free=(1000.0,) * 8)) == pytest.approx(5474.8, rel=2e-4)


class TestReasons:
    def said(self, instance: Instance, strategy: str = "auto") -> dict[str, str]:
        found = searched(instance, strategy=strategy)
        return {each.job: reason(instance, found, each, strategy) for each in found.placements}  # type: ignore[arg-type]

    def test_the_last_wave_is_wide_for_what_it_would_take_else(self) -> None:
        """Ten on eight GPUs: eight on one each, then two on four each, which end with the film."""
        said = self.said(film(10))
        assert said["s1"] == "the least GPU time, and soon enough"
        late = 1491.6 + 753.9 - 1895.5
        assert said["s10"] == f"as on 2 it would end {round(late / 60)} min after all others"

    def test_strategies_and_who_waits_are_reasons(self) -> None:
        assert set(self.said(film(3), "wide").values()) == {"as many as it can use, as `wide` has it"}
        assert set(self.said(film(3), "parallel").values()) == {"as few as it fits on, as `parallel` has it"}
        awaited = film(24)
        awaited = replace(awaited, jobs=(replace(awaited.jobs[0], priority=1), *awaited.jobs[1:]))
        assert self.said(awaited)["s1"].startswith("as you wait for it")

    def test_a_group_that_holds_the_model_saves_its_load(self) -> None:
        pair = Warm((0, 1), "14B")
        jobs = tuple(Job(f"s{k}", {2: 753.9}, model="14B") for k in (1, 2))
        instance = Instance((4,), jobs, LOAD, "group", warm=(pair, pair, None, None))
        said = self.said(instance)
        assert sorted(text.endswith("; the model is loaded there: 55 s saved") for text in said.values()) == [
            False,
            True,
        ]
