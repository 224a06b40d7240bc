"""What a person orders from the storyboard: approve, reject, edit, run. Each order is one request to the
engine."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported
from textual.screen import Screen
from textual.timer import Timer

from longvid_tui import drafts
from longvid_tui.drafts import Draft
from longvid_tui.errands import ErrandFailed, begun, told
from longvid_tui.view.document import FILM, with_words, words
from longvid_tui.view.film import PLAN, Film
from longvid_tui.view.known import Known
from longvid_tui.view.phrases import clock, money, roughly, spans, to_make
from longvid_tui.view.walking import along, following, found
from longvid_tui.widgets.lines import Footer

if TYPE_CHECKING:
    from longvid_tui.app import LongvidApp
    from longvid_tui.link import Link


class Orders(Screen[None]):
    """The actions of the storyboard that change something."""

    app: LongvidApp
    known: Known
    link: Link | None
    project: str
    selected: str
    marked: set[str]
    wanted: str = ""
    """A target to go to as soon as it is there."""
    _quiet: Timer | None = None

    @property
    def film(self) -> Film:
        raise NotImplementedError

    def select(self, target: str | None) -> None:
        raise NotImplementedError

    def show_changes(self) -> None:
        raise NotImplementedError

    async def ask(self, method: str, **params: Any) -> Any:
        raise NotImplementedError

    @property
    def targets(self) -> tuple[str, ...]:
        """What an order is for: the marked ones in the order of the film, else the selected one."""
        marked = [item.target for item in self.film.items if item.target in self.marked] if self.marked else []
        return tuple(marked) or (self.selected,)

    def action_mark(self) -> None:
        """Mark the selected one, or unmark it, and go on."""
        if self.selected != PLAN:
            self.marked ^= {self.selected}
            self.show_changes()
            self.select(along(self.film, self.selected, 1))

    def action_unmark(self) -> None:
        self.marked.clear()
        self.show_changes()

    def action_approve(self) -> None:
        asking = tuple(target for target in self.targets if target in self.film.asking)
        self._approve(asking or (self.selected,))
        self.action_unmark()

    def action_approve_next(self) -> None:
        target = self.selected
        if target not in self.film.asking:
            self.select(following(self.film, self.film.asking, target))
            return
        self._approve((target,))
        self.select(following(self.film, self.film.asking, target))

    def action_approve_all(self) -> None:
        asking = self.film.asking
        if not asking:
            self._tell("Nothing asks you now.")
            return
        many = f"all {len(asking)}: {spans(asking)}" if len(asking) > 1 else asking[0]
        question = f"Approve {many}?" if asking != (PLAN,) else "Approve the plan?"
        self._if_yes(question, self._what_follows(), lambda: self._approve(asking), self._how_long)

    def action_reject(self) -> None:
        from longvid_tui.screens.asking import AskWords

        targets = tuple(target for target in self.targets if target in self.film.asking or self._sha(target))
        if not targets:
            self._tell(f"{spans(self.targets)} has nothing to reject yet.")
            return

        def reject(note: str | None) -> None:
            if note is not None:
                judged = [self._judged(target) for target in targets]
                self._perform("reject", targets=judged, note=note, seen=self._seen(targets))
                self.action_unmark()

        self.app.push_screen(
            AskWords(f"Reject {spans(targets)}: what is wrong?", hint="a note for whoever makes it again"),
            reject,
        )

    def action_retake(self) -> None:
        if self.targets == (PLAN,):
            self._perform("replan")
            return
        self._perform("retake", targets=list(self.targets), note="")
        self.action_unmark()

    def action_see(self) -> None:
        """Have movements written again from the pictures: of the segments meant, with the plan selected of
        all."""
        segments = [target for target in self.targets if target.startswith("s")]
        order = self.ask("run", until="plan", approve=False, motions=segments)
        self._order(order, "the pictures are looked at: what is proposed will ask you")
        self.action_unmark()

    def action_choose(self) -> None:
        from longvid_tui.screens.takes import Takes

        item = self.film.item(self.selected)
        if item is None or not item.takes:
            self._tell(f"{self.selected} has no takes yet.")
            return

        def choose(place: int | None) -> None:
            if place is not None:
                self._perform("choose", target=item.target, take=item.takes[place])

        self.app.push_screen(Takes(self.project, item), choose)

    def action_lock(self) -> None:
        items = [item for target in self.targets if (item := self.film.item(target))]
        if items:
            locked = all(item.locked for item in items)
            self._perform("unlock" if locked else "lock", targets=[item.target for item in items])
            self.action_unmark()

    def action_jump(self) -> None:
        from longvid_tui.screens.asking import AskWords

        def go(words: str | None) -> None:
            if words and (target := found(self.film, words)):
                self.select(target)
            elif words:
                self._tell(f"There is no {words} in this film.")

        self.app.push_screen(AskWords("Go to", hint="s12, k3, 1:30, plan, or words of a prompt"), go)

    def action_edit(self) -> None:
        self._edit(FILM if self.selected == PLAN else self.selected)

    def action_edit_film(self) -> None:
        self._edit(FILM)

    def action_editor(self) -> None:
        self._in_editor(FILM if self.selected == PLAN else self.selected)

    def action_estimate(self) -> None:
        from longvid_tui.screens.estimate import Estimate

        def looked(strategy: str | None) -> None:
            if strategy is not None:
                self.action_run(strategy)

        places = {segment.target: segment.position for segment in self.film.segments}
        self.app.push_screen(Estimate(self.project, places, money(self.film)), looked)

    def action_run(self, strategy: str = "") -> None:
        if self.known.snapshot is None:
            return
        if self.film.state == "paused":
            self._order(self.ask("resume"), "goes on")
        else:
            self._order(self.ask("run", until="film", approve=False, strategy=strategy or None), "runs")

    def action_run_all(self) -> None:
        question = "Run to the end, approving plan, keyframes and segments as they come?"
        self._if_yes(
            question,
            self._what_follows(),
            lambda: self._order(self.ask("run", until="film", approve=True), "runs to the end"),
            self._how_long,
        )

    def action_pause(self) -> None:
        self._order(self.ask("pause"), "paused: what is at work is finished")

    def action_cancel(self) -> None:
        target = self.selected
        self._if_yes(
            f"Stop the work on {target}? The rest goes on.", "", lambda: self._order(self._cancel(target), "")
        )

    def action_stop(self) -> None:
        details = "Everything that is being made stops; what was finished is kept."
        self._if_yes("Stop the run?", details, lambda: self._order(self.ask("stop"), "stopped"))

    def action_stop_engine(self) -> None:
        details = "Every run of every project stops; what was finished is kept."
        self._if_yes("Stop the engine and leave?", details, lambda: self._order(self._stop_engine(), ""))

    def action_copy(self) -> None:
        item = self.film.item(self.selected)
        path = item.path if item else self.film.path
        if not path:
            self._tell(f"{self.selected} has no file yet.")
            return
        self._tell(self.app.copy(str(Path(self.project, path))))

    def action_new_film(self) -> None:
        from longvid_tui.screens.new_film import NewFilm

        def made(folder: str | None) -> None:
            if folder:
                self.app.open_project(folder)

        self.app.push_screen(NewFilm(Path.cwd()), made)

    def action_demo(self) -> None:
        self.run_worker(self._make_demo(Path.cwd() / "demo-film"), group="orders", exit_on_error=False)

    async def _make_demo(self, folder: Path) -> None:
        """The command makes and runs it; closing the screen does not end either."""
        self._tell("Making the demo film ...")
        process = begun("demo", str(folder))
        # Another process makes the file: nobody could set an event.
        while process.poll() is None and not (folder / "project.yaml").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        if (folder / "project.yaml").exists():
            self.app.open_project(str(folder))
        else:
            self._tell(f"The demo film cannot be made in {folder}: `longvid-tui demo` says why.", "error")

    def _approve(self, targets: tuple[str, ...]) -> None:
        judged, seen = tuple(map(self._judged, targets)), self._seen(targets)
        self.known.approve(judged)
        self.show_changes()
        self._order(self._approved(judged, seen), "")

    async def _approved(self, targets: tuple[str, ...], seen: dict[str, str]) -> None:
        said = await self.ask("perform", command="approve", params={"targets": list(targets), "seen": seen})
        refused = tuple(said["absent"]) if said else targets
        if refused:
            self.known.take_back(refused)
            self.show_changes()
        if said:
            problem = f"{spans(refused)} {said['problem']}"
            self._tell(
                problem if refused else f"approved {spans(targets)}", "warning" if refused else "information"
            )

    def _seen(self, targets: tuple[str, ...]) -> dict[str, str]:
        return {self._judged(target): sha for target in targets if (sha := self._sha(target))}

    def _judged(self, target: str) -> str:
        """What of a target is to be judged: the movement that is proposed for it, if one is."""
        item = self.film.item(target)
        return item.motion.target if item and item.motion else target

    def _sha(self, target: str) -> str | None:
        item = self.film.item(target)
        if item is None:
            return self.film.plan_sha
        return item.motion.sha if item.motion else item.sha

    def _perform(self, command: str, **params: Any) -> None:
        self._order(self._performed(command, params), "")

    async def _performed(self, command: str, params: dict[str, Any]) -> None:
        said = await self.ask("perform", command=command, params=params)
        if said is None:
            return
        if said["absent"]:
            self._tell(f"{spans(said['absent'])} {said['problem']}", "warning")
        else:
            self._tell(f"{' '.join(params.get('targets', ()))} {said['said']}".strip())

    async def _cancel(self, target: str) -> None:
        said = await self.ask("cancel", target=target)
        if said:
            self._tell(
                f"{target} was cancelled" if said["cancelled"] else f"Nothing works on {target} just now."
            )

    async def _stop_engine(self) -> None:
        if await self.ask("leave", keep_jobs=False) is not None:
            self.app.exit()

    def _edit(self, target: str) -> None:
        from longvid_tui.screens.editing import Editing

        if self.known.snapshot is None or self.link is None or self._is_master(target):
            return

        def newest() -> dict[str, Any]:
            assert self.known.snapshot is not None
            return self.known.snapshot

        def edited(said: str | None) -> None:
            if said:
                self._tell(said)

        self.app.push_screen(Editing(self.project, target, newest, self.link.ask), edited)

    def _is_master(self, target: str) -> bool:
        """Whether it has no words of its own, and tell so."""
        if target.startswith("@"):
            self._tell(f"How {target} looks stands in the look of project.yaml: edit it there.")
        return target.startswith("@")

    def _in_editor(self, target: str) -> None:
        """Hand the words to the person's own editor; what comes back is saved like any edit."""
        snapshot = self.known.snapshot
        if snapshot is None or self._is_master(target):
            return
        before = words(snapshot["document"], target)
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8", errors="replace") as file:
            file.write(before)
            file.flush()
            try:
                command = [*shlex.split(editor), file.name]
                with self.app.suspend():
                    subprocess.run(command, check=False)
            except (OSError, ValueError) as error:
                self._tell(f"{editor} cannot be run: {error}", "error")
                return
            except SuspendNotSupported:
                self._tell("Your editor needs a terminal of its own: e edits the words here.", "warning")
                return
            after = Path(file.name).read_text(encoding="utf-8", errors="replace").rstrip()
        if after != before.rstrip():
            drafts.keep(Draft(self.project, target, after, before))
            self._order(self._save_words(target, after), "")

    async def _save_words(self, target: str, text: str) -> None:
        snapshot = self.known.snapshot
        assert snapshot is not None
        params = {"project": with_words(snapshot["document"], target, text), "base": snapshot["revision"]}
        if await self.ask("perform", command="edit", params=params) is not None:
            drafts.forget(self.project, target)
            self._tell(f"{target}: saved")

    def _what_follows(self) -> str:
        film = self.film
        length = f"{clock(film.seconds)} of film with {film.backends}." if film.planned else ""
        left = f"Still to come: {to_make(film.missing)}." if film.missing else ""
        return " ".join(filter(None, (left, length, money(film))))

    async def _how_long(self) -> str:
        """How long all that is missing will take, as the command says it."""
        try:
            seconds = (await told("estimate", "--json", self.project))["seconds"]
        except ErrandFailed:
            seconds = None
        return "" if seconds is None else f"Making all of it takes about {roughly(seconds)}."

    def _if_yes(
        self, question: str, details: str, do: Any, more: Callable[[], Coroutine[Any, Any, str]] | None = None
    ) -> None:
        """`more` finds out what else there is to say, while the question stands."""
        from longvid_tui.screens.asking import Confirm

        def answered(yes: bool | None) -> None:
            if yes:
                do()

        self.app.push_screen(Confirm(question, details, more if self.link else None), answered)

    def _order(self, order: Coroutine[Any, Any, Any], said: str) -> None:
        """Carry out an order beside the event loop; `said` tells that it was given."""

        async def carry_out() -> None:
            answer = await order
            if answer is not None and said:
                self._tell(said)

        if self.link is None:
            order.close()
            self._tell("Open a project first: N makes a new film.")
            return
        self.run_worker(carry_out(), group="orders", exit_on_error=False)

    def _tell(self, sentence: str, severity: str = "information") -> None:
        """Say it in the last line of the screen, for as long as it takes to read."""
        role = {"information": "strong", "warning": "warn"}.get(severity, "error")
        self.query_one(Footer).say(sentence, role)
        if self._quiet:
            self._quiet.stop()
        self._quiet = self.set_timer(2.5 + len(sentence) / 20, lambda: self.query_one(Footer).say("", ""))
