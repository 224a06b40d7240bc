"""Another picture for a keyframe from the storyboard: changed, one of several, or one of the person's own."""

from __future__ import annotations

from pathlib import Path

from longvid_tui.screens.board import Board


class Repainting(Board):
    """The actions of the storyboard that are about one keyframe's picture."""

    def action_change(self) -> None:
        from longvid_tui.screens.changing import Changing

        item = self.film.item(self.selected)
        if item is None or item.kind == "segment" or self.link is None:
            self._tell("Go to a keyframe first: k comes to it from its segment.")
            return

        def ordered(said: str | None) -> None:
            if said:
                self._tell(said)

        self.app.push_screen(Changing(self.project, item, self.film.price, self.link.ask), ordered)

    def action_upload(self) -> None:
        from longvid_tui.screens.asking import AskWords

        item = self.film.item(self.selected)
        if item is None or item.kind == "segment":
            self._tell("Go to a keyframe first: k comes to it from its segment.")
            return

        def named(words: str | None) -> None:
            if words is not None:
                file = str(Path.cwd() / Path(words.strip()).expanduser()) if words.strip() else ""
                self._perform("upload", target=item.target, file=file)

        title = f"A picture of your own for {item.target}"
        self.app.push_screen(AskWords(title, hint="its file; nothing: paint it from its words again"), named)
