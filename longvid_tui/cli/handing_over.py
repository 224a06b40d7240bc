"""What `export` does: which film, which part of it, and where it goes."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from longvid_tui.backends.contract import ANIMATIC_LABEL, Refused
from longvid_tui.cli.context import open_folder, open_studio
from longvid_tui.cli.output import DONE, err, narrate, print_json, say, typed
from longvid_tui.engine import finishers
from longvid_tui.engine.provenance import film_metadata
from longvid_tui.engine.studio import Studio
from longvid_tui.engine.targets import WrongTarget, expand_items
from longvid_tui.exporting.cards import Card
from longvid_tui.exporting.clips import Framing
from longvid_tui.exporting.finish import Finish
from longvid_tui.exporting.kind import WITHOUT_FILM, Kind
from longvid_tui.exporting.kinds import Job, clip_of, export, name_of
from longvid_tui.exporting.renditions import Clip, Film, clip_time
from longvid_tui.exporting.shots import ShotList, shot_list
from longvid_tui.media.ffmpeg import find_ffmpeg
from longvid_tui.project.canvas import parse_size
from longvid_tui.project.folder import FILM, Folder
from longvid_tui.project.state import ProjectState
from longvid_tui.spans import spans

_TIMECODE_RATES = (24, 25, 30, 50, 60)
"""Whole frames a second that SMPTE ST 12 has timecode for."""


def hand_over(folder: Path, to: Kind, output: Path | None, part: str | None, *, json: bool) -> int:
    """Export the film of a project, or a part of it; says where it went."""
    job = _job(open_folder(folder), to, output, part)
    time = clip_time(job.shots, job.finish)
    with _ending_interrupts(), _progress(to, time.total(job.shots.frames)) as on_progress:
        media = export(job, on_progress)
    if json:
        print_json({"path": str(job.out)} | ({"media": str(media)} if media else {}))
    else:
        say(str(job.out))
    if to == "edl" and time.fps not in _TIMECODE_RATES:
        narrate(
            f"It counts {time.fps} frames a second, which few editing programs know: film.fps 24 or 30 helps."
        )
    return DONE


def _job(opened: Folder, to: Kind, output: Path | None, part: str | None) -> Job:
    """What is to be exported, from where to where; raises Refused where there is nothing to export yet."""
    studio, name = open_studio(opened), typed(opened.root)
    state = studio.survey()
    film = _film(state, opened.root / FILM)
    if film is None and to not in WITHOUT_FILM:
        before = f" {FILM} is still the one before." if opened.holds_film() else ""
        raise Refused(f"The film is not ready: {state.film.reason}; `run {name}` makes it.{before}")
    if not state.planned:
        raise Refused(f"There is no plan yet: `plan {name}` makes one.")
    shots = shot_list(opened.root, state, film_metadata(studio, state))
    if part is not None:
        shots = _within(shots, state, part)
    out = _free(output, to) if output else _place(opened, to, shots if part is not None else None)
    finish = _finish(studio, shots, whole=part is None)
    kind = clip_of(to)
    if film and kind and Clip(kind, film, shots, finish).is_retouched:
        shots = replace(shots, provenance=film_metadata(studio, state, retouched=True))
    return Job(
        to, shots, film, out, output is not None, finish, lambda: find_ffmpeg(studio.settings.ffmpeg.path)
    )


def _film(state: ProjectState, path: Path) -> Film | None:
    made = state.history.film
    if state.film.status != "ready" or made is None:
        return None
    return Film(path, made["sha"], made["frames"])


def _free(output: Path, kind: Kind) -> Path:
    """The place the person named: it must be free, and end as files of that kind do. Raises Refused and
    WrongTarget."""
    try:
        taken = output.exists()
    except OSError as error:
        raise Refused(f"{output} cannot be written: {error.strerror}; name another place with -o.") from error
    if taken:
        raise Refused(f"{output} exists already: name another file with -o.")
    if not output.absolute().parent.is_dir():
        raise Refused(f"There is no folder {output.parent}: make it, or name another place with -o.")
    ending = Path(name_of(kind, "film")).suffix
    if ending and output.suffix.lower() != ending:
        better = output.with_suffix(ending).name
        raise WrongTarget(
            f"--to {kind} writes {ending}, not {output.name}: name it {better} or choose another --to."
        )
    return output


def _place(opened: Folder, kind: Kind, part: ShotList | None) -> Path:
    ends = dict.fromkeys((part.shots[0].id, part.shots[-1].id)) if part else ()
    return opened.directory("exports") / name_of(kind, opened.root.name, "-".join(ends))


def _within(shots: ShotList, state: ProjectState, part: str) -> ShotList:
    every = [shot.id for shot in shots.shots]
    with suppress(WrongTarget):
        ids = expand_items(state.project, [part])
        if any(ids == every[start : start + len(ids)] for start in range(len(every))):
            return shots.only(ids)
    raise WrongTarget(f"--range is a segment or a run such as s1-s2; this film has {spans(every)}, not {part}.")


def _finish(studio: Studio, shots: ShotList, *, whole: bool) -> Finish:
    """How it is finished, after the film's settings; cards are shown with the whole film only."""
    project, film = studio.folder.project, studio.settings.film
    font = _own(studio.folder, "font", film.font) if film.font else None
    title, end = (
        Card(text, film.card_seconds, font) if text and text.strip() else None
        for text in (film.title, film.end)
    )
    animatic = shots.provenance["comment"].startswith(ANIMATIC_LABEL)
    drawn = animatic and not studio.settings.get("storyboard.clean")
    return Finish(
        Framing(project.fit, project.focus),
        size=parse_size(film.size) if film.size else None,
        fps=film.fps,
        audio=_own(studio.folder, "audio", film.audio) if film.audio else None,
        title=title,
        end=end,
        whole=whole,
        deflicker=film.deflicker,
        between=finishers.interpolator(studio.settings),
        larger=finishers.upscaler(studio.settings),
        label=ANIMATIC_LABEL if drawn else "",
        seal=finishers.seal(studio.settings),
    )


def _own(folder: Folder, setting: str, name: str) -> Path:
    path = folder.path(name)
    if not path.is_file():
        raise Refused(f"film.{setting} is {name}, but the project holds no such file: copy it there.")
    return path


@contextmanager
def _ending_interrupts() -> Iterator[None]:
    """Let TERM and a closed terminal end an export as Ctrl-C does: it leaves no process and no part of a file
    behind."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.default_int_handler) for number in numbers}
    try:
        yield
    except KeyboardInterrupt:
        with suppress(OSError):  # the terminal may be what went away
            narrate("Interrupted: the export was not written; the same command begins again.")
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress(kind: Kind, frames: int) -> Iterator[Callable[[int], None]]:
    console = err()
    bars = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    row = bars.add_task(kind, total=frames)
    with bars:
        yield lambda done: bars.update(row, completed=done)
