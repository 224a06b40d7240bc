"""What a person says of the work: approved, rejected, to be made again, chosen among takes, locked."""

from __future__ import annotations

from collections.abc import Sequence

from longvid_tui.screens.board import Board
from longvid_tui.view.film import PLAN
from longvid_tui.view.phrases import named
from longvid_tui.view.walking import along, following


class Judging(Board):
    """The actions of the storyboard that judge the marked or the selected; an approval binds to what was seen."""

    def action_mark(self) -> None:
        """Mark the selected one, or unmark it, and go on."""
        if self.selected != PLAN:
            self.marked ^= {self.selected}
            self.show_changes()
            self.select(along(self.film, self.selected, 1))

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
        many = f"all {len(asking)}: {named(asking)}" if len(asking) > 1 else asking[0]
        question = f"Approve {many}?" if asking != (PLAN,) else "Approve the plan?"
        self._if_yes(question, self._what_follows(), lambda: self._approve(asking), self._how_long)

    def action_reject(self) -> None:
        from longvid_tui.screens.asking import AskWords

        targets = tuple(target for target in self.targets if target in self.film.asking or self._sha(target))
        if not targets:
            self._tell(f"{named(self.targets)} has nothing to reject yet.")
            return

        def reject(note: str | None) -> None:
            if note is not None:
                judged = [self._judged(target) for target in targets]
                self._perform("reject", targets=judged, note=note, seen=self._seen(targets))
                self.action_unmark()

        self.app.push_screen(
            AskWords(
                f"Reject {named(targets)}: what is wrong? {_also(self.film.followers(targets))}".rstrip(),
                hint="a note for whoever makes it again",
            ),
            reject,
        )

    def action_retake(self) -> None:
        if self.targets == (PLAN,):
            self._perform("replan")
            return
        targets = self.targets

        def retake() -> None:
            self._perform("retake", targets=list(targets), note="")
            self.action_unmark()

        if after := self.film.followers(targets):
            self._if_yes(f"Make {named(targets)} again?", f"{_also(after)} Locked takes stay.", retake)
        else:
            retake()

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
            problem = f"{named(refused)} {said['problem']}"
            self._tell(
                problem if refused else f"approved {named(targets)}", "warning" if refused else "information"
            )

    def _seen(self, targets: tuple[str, ...]) -> dict[str, str]:
        return {self._judged(target): sha for target in targets if (sha := self._sha(target))}

    def _judged(self, target: str) -> str:
        """The target that is judged when this one is selected: the movement that is proposed for it, if one is."""
        item = self.film.item(target)
        return item.motion.target if item and item.motion else target

    def _sha(self, target: str) -> str | None:
        item = self.film.item(target)
        if item is None:
            return self.film.plan_sha
        return item.motion.sha if item.motion else item.sha


def _also(after: Sequence[str]) -> str:
    """What is filmed again, too; "" for nothing."""
    starts = "starts" if len(after) == 1 else "start"
    return f"{named(after)} {starts} with the last frame before, and so will be filmed again." if after else ""
