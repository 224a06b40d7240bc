"""Each pane as text at several widths: what a person reads there."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest
from doubles.snapshots import item, segment, snapshot, task
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from longvid_tui.app import LongvidApp
from longvid_tui.view.film import PLAN, Film, film
from longvid_tui.view.gpus import gpus
from longvid_tui.view.log import LogLine
from longvid_tui.widgets.card import Card
from longvid_tui.widgets.gpus import Gpus
from longvid_tui.widgets.lines import Footer, Header
from longvid_tui.widgets.log import Log
from longvid_tui.widgets.palette import palette
from longvid_tui.widgets.pane import Pane
from longvid_tui.widgets.pictures import Pictures, best_box, frames_of, read_picture
from longvid_tui.widgets.projects import ListedProject, Projects
from longvid_tui.widgets.timeline import Timeline
from longvid_tui.widgets.writing import bar, cells, changed_cells, cut, strip, wrap

Draw = Callable[..., Awaitable[str]]
WIDTHS = (40, 80, 200)

FILM = film(
    snapshot(
        [
            segment(1, "ready", approved=True, scene="Dawn"),
            segment(2, "ready", scene="Dawn"),
            segment(3, "missing", takes=["0123456789ab"], reason="its last keyframe changed", scene="Storm"),
            segment(4, "missing", scene="Storm"),
        ],
        [item(f"k{n}", "ready", approved=n < 4) for n in range(1, 6)],
        failed={"s4": "The generator broke."},
        state="working",
        findings=[{"target": "s3", "severity": "warning", "rule": "motion", "sentence": "Nothing moves."}],
        report={"spent_usd": 3.1, "progress": {"done": 7, "total": 10}},
    ),
    [task("s3", done=1, total=2, stage="film")],
)


@pytest.fixture(autouse=True)
def _with_unicode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pane, "plain", False)


@pytest.mark.parametrize("width", WIDTHS)
async def test_the_timeline_names_every_segment_with_its_state(width: int, drawn: Draw) -> None:
    pane = Timeline()
    text = await drawn(pane, width, 8, lambda: pane.show(FILM, "s2", False))
    scenes, keyframes, numbers, states = text.splitlines()[:4]
    assert "Dawn" in scenes
    assert "Storm" in scenes
    assert [sign for sign in keyframes if sign in "✓?"] == list("✓✓✓??")
    assert all(str(number) in numbers for number in (1, 2, 3, 4))
    assert "[2]" in numbers
    assert [states.strip()[0], "?" in states, "▶" in states, "✗" in states] == ["✓", True, True, True]


async def test_masters_stand_above_the_keyframes_that_are_painted_from_them(drawn: Draw) -> None:
    masters = [item("@mara", "ready", approved=True), item("@lamp-room", "ready")]
    seen = film(snapshot(3, report={"masters": masters}))
    timeline, card = Timeline(), Card()
    text = await drawn(timeline, 40, 4, lambda: timeline.show(seen, "@mara", False))
    assert "from ✓ @mara  ? @lamp-room" in text.splitlines()[0]
    assert "master 2 of 2" in await drawn(card, 40, 8, lambda: card.show(seen, "@lamp-room"))


async def test_a_film_that_is_made_says_how_it_is_seen_and_handed_over(drawn: Draw) -> None:
    made = {"status": "ready", "reason": "", "path": "film.mp4", "frames": 81}
    seen, card = film(snapshot(1, report={"film": made})), Card()
    text = " ".join((await drawn(card, 60, 12, lambda: card.show(seen, PLAN))).split())
    assert "film.mp4 is made: w shows it in a browser, O exports it, y copies its path." in text


async def test_a_plan_that_is_not_made_bears_no_mark_but_that_of_being_written(drawn: Draw) -> None:
    none, card = snapshot(0, [], report={"title": ""}), Card()
    assert (await drawn(card, 60, 12, lambda: card.show(film(none), PLAN))).splitlines()[0].split() == ["Plan"]
    written = film(none, [task(PLAN, PLAN)])
    assert (await drawn(card, 60, 12, lambda: card.show(written, PLAN))).splitlines()[0].endswith("▶ running")


async def test_a_low_timeline_keeps_numbers_and_states(drawn: Draw) -> None:
    pane = Timeline()
    text = await drawn(pane, 40, 2, lambda: pane.show(FILM, "s2", False))
    assert "[2]" in text.splitlines()[0]
    assert "✗" in text.splitlines()[1]


async def test_a_crowded_timeline_shows_the_neighbourhood_and_a_map_of_all(drawn: Draw) -> None:
    pane = Timeline()
    many = film(snapshot(120, failed={"s120": "x"}))
    text = await drawn(pane, 80, 8, lambda: pane.show(many, "s60", False))
    assert "60" in text
    assert "120" not in text.splitlines()[1]
    assert text.splitlines()[4].startswith("all ")
    assert text.splitlines()[4].endswith("✗")


async def test_folded_scenes_are_one_block_each(drawn: Draw) -> None:
    pane = Timeline()
    text = await drawn(pane, 80, 8, lambda: pane.show(FILM, "s1", True))
    assert "3-4" in text


async def test_the_plain_timeline_is_ascii(drawn: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pane, "plain", True)
    pane = Timeline()
    assert (await drawn(pane, 80, 8, lambda: pane.show(FILM, "s2", False))).isascii()
    card = Card()
    assert (await drawn(card, 30, 12, lambda: card.show(FILM, "s3"))).isascii()


async def test_a_title_too_long_for_its_border_is_cut_in_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pane, "plain", True)
    app = LongvidApp("", plain=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        pane = app.screen.query_one("#timeline", Timeline)
        pane.head("a title of very many words " * 9)
        await pilot.pause()
        framed = pane.render_lines(pane.region.reset_offset)[0].text
    assert "~" in framed
    assert framed.isascii()


@pytest.mark.parametrize("width", WIDTHS)
async def test_the_card_of_a_segment_tells_words_reason_remarks_and_keyframes(width: int, drawn: Draw) -> None:
    pane = Card()
    text = await drawn(pane, width, 24, lambda: pane.show(FILM, "s3"))
    flat = " ".join(text.split())
    assert "it moves on, s3" in flat
    assert "film 50%" in flat
    assert "! Nothing moves." in flat
    assert "from k3 a still, k3" in flat
    assert "to k4 a still, k4" in flat


async def test_the_card_of_a_segment_shows_what_is_new_in_a_movement_that_is_proposed(drawn: Draw) -> None:
    motion = {"target": "m1", "sha": "ab", "prompt": "it moves back, s1, past the lamp", "prompt_zh": "", "seen": "The lamp is lit."}  # fmt: skip
    seen = film(snapshot([segment(1, motion=motion)]))
    assert seen.asking == ("s1",)
    assert film(snapshot([segment(1, motion=motion)]), approving={"m1"}).asking == ()
    card = Card()
    text = await drawn(card, 44, 24, lambda: card.show(seen, "s1"))
    assert "m1 from its pictures, a takes it" in text
    assert "The lamp is lit." in text
    assert "+ it moves back, s1, past the lamp" in text
    new = [words for row in card.draw(44, 24) for words, role in row if role == "strong"]
    assert "".join(new).endswith("+ back, s1, past the lamp")


async def test_the_card_of_a_failed_segment_tells_why(drawn: Draw) -> None:
    pane = Card()
    assert "The generator broke." in await drawn(pane, 60, 12, lambda: pane.show(FILM, "s4"))


async def test_the_card_of_the_plan_lists_the_segments(drawn: Draw) -> None:
    pane = Card()
    text = await drawn(pane, 80, 16, lambda: pane.show(FILM, PLAN))
    assert text.startswith("The Keeper")
    assert "s4   it moves on, s4" in text


async def test_the_card_shows_page_by_page_what_it_has_no_room_for(drawn: Draw) -> None:
    card = Card()
    card.show(film(snapshot(8)), PLAN)
    seen = await drawn(card, 40, 8)
    assert seen.endswith("pagedown: more")
    assert "s8" not in seen

    def pages(many: int) -> Callable[[], object]:
        return lambda: [card.scroll_pages(1 if many > 0 else -1) for _ in range(abs(many))]

    last = await drawn(card, 40, 8, pages(9))
    assert "s8" in last
    assert "more" not in last
    assert await drawn(card, 40, 8, pages(-9)) == seen


async def test_a_project_that_cannot_be_opened_tells_every_mistake(drawn: Draw) -> None:
    card, timeline = Card(), Timeline()
    broken = Film(opening="/films/keeper", trouble="project.yaml:3:1: seed: no\nproject.yaml:9:2: fps: no")
    card.show(broken, PLAN)
    timeline.show(broken, PLAN, False)
    assert "project.yaml:9:2: fps: no" in await drawn(card, 40, 8)
    assert (await drawn(timeline, 40, 8)).startswith("keeper cannot be opened.")


async def test_keyframes_are_drawn_as_half_blocks(drawn: Draw, tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "keyframes" / "k1" / f"{'ab' * 6}.png"
    path.parent.mkdir(parents=True)
    Image.linear_gradient("L").resize((64, 36)).save(path)
    seen = film(snapshot(1, [item("k1", "ready"), item("k2")], report={"folder": str(tmp_path)}))
    pane = Pictures()
    text = await drawn(pane, 60, 12, lambda: pane.show(seen, "s1"))
    assert "? k1 asks you" in text
    assert "not painted yet" in text
    assert text.count("▀") > 20


async def test_a_picture_that_is_to_be_painted_anew_is_shown_as_long_as_it_is_there(
    drawn: Draw, tmp_path: Path
) -> None:
    from PIL import Image

    path = tmp_path / "keyframes" / "k1" / f"{'ab' * 6}.png"
    path.parent.mkdir(parents=True)
    Image.linear_gradient("L").resize((64, 36)).save(path)
    stale = item("k1", takes=["ab" * 6])
    for failed, caption in (({}, "↻ k1 stale"), ({"k1": "no answer"}, "✗ k1 failed, as it was")):
        seen = film(snapshot(1, [stale], report={"folder": str(tmp_path)}, failed=failed))
        pane = Pictures()
        text = await drawn(pane, 60, 12, lambda seen=seen, pane=pane: pane.show(seen, "k1"))
        assert caption in text
        assert text.count("▀") > 20
    path.unlink()
    read_picture.cache_clear()
    pane = Pictures()
    text = await drawn(
        pane, 60, 12, lambda: pane.show(film(snapshot(1, [stale], report={"folder": str(tmp_path)})), "k1")
    )
    assert "to be made anew" in text


def test_terminals_of_256_colours_get_no_colour_that_they_would_round(tmp_path: Path) -> None:
    from PIL import Image
    from rich.color import ColorSystem

    Image.new("RGB", (64, 36), (62, 70, 96)).save(tmp_path / "navy.png")
    told = [
        colour
        for row in read_picture(str(tmp_path / "navy.png"), "ef", 30, 9, "dithered").cells
        for cell in row
        for colour in (cell.style.color, cell.style.bgcolor)
        if colour
    ]
    sent = [colour.downgrade(ColorSystem.EIGHT_BIT).get_truecolor() for colour in told]
    assert sent == [colour.triplet for colour in told]
    mean = np.mean(np.array(sent), axis=0)
    assert abs(mean - (62, 70, 96)).max() < 12


async def test_the_newest_frame_of_a_segment_stands_beside_its_keyframes(drawn: Draw, tmp_path: Path) -> None:
    from PIL import Image

    running = [{"attempt": "s1-0123456789", "target": "s1"}]
    seen = film(snapshot(1, report={"folder": str(tmp_path), "running": running}), [task("s1")])
    pane = Pictures()
    assert "so far" not in await drawn(pane, 60, 12, lambda: pane.show(seen, "s1"))
    path = tmp_path / "attempts" / "s1-0123456789" / "newest.jpg"
    path.parent.mkdir(parents=True)
    Image.linear_gradient("L").resize((64, 36)).save(path)
    pane = Pictures()
    text = await drawn(pane, 60, 12, lambda: pane.show(seen, "s1"))
    assert "▶ s1 so far" in text
    assert text.count("▀") > 20


def test_a_clip_is_shown_by_the_frame_in_its_middle(tmp_path: Path) -> None:
    from longvid_tui.media.writing import ClipWriter

    clip = tmp_path / "clip.mp4"
    with ClipWriter(clip, 64, 48, 16, preset="ultrafast") as writer:
        for at in range(81):
            writer.write(np.full((48, 64, 3), 200 if 30 < at < 50 else 20, np.uint8))
    shot = segment(1, "ready", take={"sha": "cd" * 32, "path": "clip.mp4"})
    seen = film(snapshot([shot], report={"folder": str(tmp_path)}))
    (shown,) = frames_of(seen, "s1")
    assert shown.name == "s1 halfway"
    drawn = read_picture(shown.path, shown.sha, 20, 10).cells
    assert min(drawn[5][10].style.bgcolor.triplet) > 150


async def test_a_picture_is_shown_while_it_forms_and_said_to_be_unfinished(drawn: Draw, tmp_path: Path) -> None:
    from PIL import Image

    Image.linear_gradient("L").resize((16, 9)).save(tmp_path / "unfinished", "PNG")
    at_work = [{**task("k1", "paint", stage="forming"), "picture": {"path": "unfinished", "sha": "cd"}}]
    seen = film(snapshot(1, report={"folder": str(tmp_path)}), at_work)
    pane = Pictures()
    text = await drawn(pane, 60, 12, lambda: pane.show(seen, "k1"))
    assert "k1 unfinished" in text
    assert text.count("▀") > 20


async def test_a_picture_that_cannot_be_read_leaves_its_place_empty(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG and nothing more")
    assert read_picture(str(broken), "00", 20, 10).cells == []
    assert read_picture(str(tmp_path / "none.png"), "00", 20, 10).cells == []
    os.mkfifo(tmp_path / "pipe.png")
    assert read_picture(str(tmp_path / "pipe.png"), "00", 20, 10).cells == []
    (tmp_path / "broken.mp4").write_bytes(b"no clip")
    assert read_picture(str(tmp_path / "broken.mp4"), "00", 20, 10).cells == []


def test_a_picture_that_is_a_program_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ghostscript = tmp_path / "bin" / "gs"
    ghostscript.parent.mkdir()
    ghostscript.write_text(f"#!/bin/sh\necho 10.0; touch {tmp_path}/ran\n")
    ghostscript.chmod(0o700)
    monkeypatch.setenv("PATH", str(ghostscript.parent), prepend=":")
    monkeypatch.setattr("PIL.EpsImagePlugin.gs_binary", None)
    (tmp_path / "k1.png").write_text(
        "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 20 20\n%%EndComments\nshowpage\n"
    )
    assert read_picture(str(tmp_path / "k1.png"), "00", 20, 10).cells == []
    assert not (tmp_path / "ran").exists()


def test_pictures_stand_side_by_side_or_stacked_whichever_is_larger() -> None:
    assert best_box(90, 12, 2).columns == 2
    assert best_box(40, 24, 2).columns == 1
    assert best_box(46, 20, 3).columns == 2


GPUS = gpus(
    {
        "gpus": [
            {"index": 0, "utilisation": 97, "memory_used": 71 << 30, "memory_total": 141 << 30, "power_watts": 640,
             "temperature": 66, "attempt": "s8-0123456789"},
            {"index": 1, "utilisation": 0, "problems": ["Xid 79"], "processes": [{"pid": 2, "name": "blender"}]},
        ]
    }
)  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
async def test_each_gpu_has_a_row(width: int, drawn: Draw) -> None:
    pane = Gpus()
    text = await drawn(pane, width, 6, lambda: pane.show(GPUS, ""))
    first, second, problem = text.splitlines()[:3]
    assert first.startswith("0 ")
    assert "97%" in first
    assert "71/141G" in first
    assert "s8" in first or width < 80
    assert "blender" in second or width < 80
    assert second.startswith("1 ")
    assert "Xid 79" in problem


async def test_one_line_is_enough_for_all_gpus(drawn: Draw) -> None:
    pane = Gpus()
    text = await drawn(pane, 80, 1, lambda: pane.show(GPUS, ""))
    assert "97%" in text
    assert "0%!" in text
    assert "71/141 GB" in text


async def test_without_gpus_the_reason_stands_there(drawn: Draw) -> None:
    pane = Gpus()
    assert "No NVIDIA driver" in await drawn(pane, 80, 4, lambda: pane.show((), "No NVIDIA driver here."))


LINES = [LogLine(at, "error" if at % 10 == 0 else "info", f"s{at % 3 + 1}", f"line {at}") for at in range(100)]


@pytest.mark.parametrize("width", WIDTHS)
async def test_the_log_follows_its_end(width: int, drawn: Draw) -> None:
    pane = Log()
    text = await drawn(pane, width, 5, lambda: pane.show(LINES, 100))
    assert [line.split("line ")[1] for line in text.splitlines()] == ["95", "96", "97", "98", "99"]


async def test_what_went_wrong_is_written_out_in_the_log(drawn: Draw) -> None:
    pane = Log()
    sentence = "There is no key for OpenAI: set OPENAI_API_KEY or see `longvid-tui keys check`."
    lines = [*LINES, LogLine(100, "error", "plan", sentence), LogLine(101, "info", "", "the run rests")]

    def scroll(*keys: str) -> Callable[[], object]:
        return lambda: (pane.show(lines, 102), *(getattr(pane, f"action_{key}")() for key in keys))

    follows = (await drawn(pane, 40, 5, scroll())).splitlines()
    assert " ".join(line[14:].strip() for line in follows[:-1]) == sentence
    assert follows[-1].endswith("the run rests")
    oldest = (await drawn(pane, 40, 5, scroll(*["page_back"] * 30))).splitlines()
    assert oldest[0].endswith("line 0")


@pytest.mark.parametrize("back", ["page_back", "scroll_back"])
async def test_no_line_of_the_log_is_passed_over_on_the_way_back_and_forth(back: str, drawn: Draw) -> None:
    lines = [LogLine(at, "error", "", f"{at}a " + f"{'b' * 20} " * (at % 4) + f"{at}z") for at in range(40)]
    for on in ("", back.replace("back", "on")):
        pane, seen = Log(), set[str]()

        def scroll(pane: Log = pane, on: str = on, seen: set[str] = seen) -> None:
            pane.show(lines, 40)
            for way in (back, on) if on else (back,):
                for _ in range(45):
                    getattr(pane, f"action_{way}")()
                    if way == (on or back):
                        seen |= set(" ".join(text for row in pane.draw(40, 5) for text, _ in row).split())

        await drawn(pane, 40, 5, scroll)
        assert {f"{at}{end}" for at in range(5, 36) for end in "az"} <= seen


async def test_the_cursor_stands_on_the_open_project_as_soon_as_the_projects_are_entered() -> None:
    app = LongvidApp("")
    async with app.run_test(size=(120, 40)) as pilot:
        pane = app.screen.query_one(Projects)
        pane.show((ListedProject("/films/keeper"), ListedProject("/films/desert")), "/films/desert")
        await pilot.press("5")
        await pilot.pause()
        assert [row[0] for row in pane._rows] == [(" keeper", ""), (">desert", "cursor")]
        await pilot.press("1")
        await pilot.pause()
        assert pane._rows[1][0] == (">desert", "strong")


async def test_scrolling_up_stops_following_and_f_goes_on(drawn: Draw) -> None:
    pane = Log()

    def scroll() -> None:
        pane.show(LINES, 100)
        pane.action_page_back()
        pane.show([*LINES, LogLine(0, "info", "", "line 100")], 101)

    assert (await drawn(pane, 60, 5, scroll)).endswith("line 95")
    pane = Log()

    def go_on() -> None:
        scroll()
        pane.action_follow()

    assert (await drawn(pane, 60, 5, go_on)).endswith("line 100")


async def test_lesser_lines_and_other_targets_can_be_left_out(drawn: Draw) -> None:
    pane = Log()

    def errors_only() -> None:
        pane.show(LINES, 100)
        for _ in range(3):
            pane.action_level()

    text = await drawn(pane, 60, 5, errors_only)
    assert [line.split("line ")[1] for line in text.splitlines()] == ["50", "60", "70", "80", "90"]
    pane = Log()

    def only_s1() -> None:
        pane.show(LINES, 100)
        pane.selected = "s1"
        pane.action_only_this()

    assert all(" s1 " in line for line in (await drawn(pane, 60, 5, only_s1)).splitlines())


async def test_a_search_goes_from_match_to_match(drawn: Draw) -> None:
    pane = Log()

    def search() -> None:
        pane.show(LINES, 100)
        pane.pattern = "line 4"
        pane.action_search_next()
        pane.action_search_next()

    assert (await drawn(pane, 60, 5, search)).splitlines()[-1].endswith("line 48")


async def test_projects_tell_how_far_they_are(drawn: Draw) -> None:
    pane = Projects()
    listed = (
        ListedProject("/films/keeper", "working"),
        ListedProject("/films/desert", "", 1.0),
        ListedProject("/films/neon"),
    )
    text = await drawn(pane, 24, 5, lambda: pane.show(listed, "/films/keeper"))
    assert text.splitlines()[0].split() == [">keeper", "▶"]
    assert text.splitlines()[1].split() == ["desert", "100%"]
    assert text.splitlines()[2].split() == ["neon"]


@pytest.mark.parametrize("width", WIDTHS)
async def test_the_first_line_tells_how_the_film_stands(width: int, drawn: Draw) -> None:
    pane = Header()
    text = await drawn(pane, width, 1, lambda: pane.show(FILM, "", 38, 5000))
    assert "7/10 done" in text
    if width >= 80:
        assert "3 ask you" in text
        assert "83 min left" in text
    if width >= 200:
        assert text.startswith("longvid-tui  The Keeper")
        assert "$3.10" in text
        assert "link 38 ms" in text


async def test_the_last_line_leaves_out_what_does_not_fit(drawn: Draw) -> None:
    pane = Footer()
    keys = (("?", "help"), ("a", "approve"), ("x", "reject"))
    assert (await drawn(pane, 20, 1, lambda: pane.show(keys))).strip() == "? help  a approve"


def test_text_is_measured_in_cells() -> None:
    assert cut("灯台守の物語", 7) == "灯台守…"
    assert all(cell_len(line) <= 6 for line in wrap("灯台守の物語 and more words", 6))
    assert wrap("one two three", 7, 1) == ["one tw…"]
    assert wrap("", 10) == [""]


def test_bars_are_exactly_as_wide_as_asked() -> None:
    assert [cells(bar(share, 10, "")) for share in (None, -1.0, 0.0, 0.37, 1.0, 7.0)] == [10] * 6
    assert bar(0.5, 4, "asks", ascii_only=True) == [("##", "asks"), ("..", "dim")]
    assert bar(0.125, 4, "asks") == [("╸", "asks"), ("───", "dim")]


PARTS = st.lists(st.tuples(st.text("ab 灯é", max_size=4), st.sampled_from(["", "dim", "strong"])), max_size=5)


@given(PARTS, PARTS)
def test_painting_only_the_cells_that_differ_paints_the_new_row(
    old: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    width, base, styles = 12, Style(color="#ffffff", bgcolor="#000000"), palette("longvid-dark")
    before, after = strip(old, width, styles, base), strip(new, width, styles, base)
    span = changed_cells(old, new, width)
    left, right = span or (0, 0)
    painted = [*before.crop(0, left), *after.crop(left, right), *before.crop(right, width)]
    shown = [(sign, segment.style) for segment in painted for sign in segment.text]
    assert shown == [(sign, segment.style) for segment in after for sign in segment.text]
    assert span is None or 0 <= left < right <= width
    assert cells(new) >= 0
