"""Ways through the film and between the panes of the storyboard."""

from __future__ import annotations

from longvid_tui.screens.board import Board
from longvid_tui.view.walking import across, along, following, found
from longvid_tui.widgets.card import Card
from longvid_tui.widgets.pane import Pane
from longvid_tui.widgets.projects import Projects


class Walking(Board):
    """The actions of the storyboard that go somewhere, and change nothing."""

    folded = False
    """Whether scenes are folded."""

    def action_left(self) -> None:
        self.select(along(self.film, self.selected, -1))

    def action_right(self) -> None:
        self.select(along(self.film, self.selected, 1))

    def action_up(self) -> None:
        self.select(across(self.film, self.selected, -1))

    def action_down(self) -> None:
        self.select(across(self.film, self.selected, 1))

    def action_first(self) -> None:
        self.select(along(self.film, self.selected, -len(self.film.items)))

    def action_last(self) -> None:
        self.select(along(self.film, self.selected, len(self.film.items)))

    def action_next_asking(self) -> None:
        self.select(following(self.film, self.film.asking, self.selected))

    def action_previous_asking(self) -> None:
        self.select(following(self.film, self.film.asking, self.selected, -1))

    def action_next_failed(self) -> None:
        self.select(following(self.film, self.film.failing, self.selected))

    def action_previous_failed(self) -> None:
        self.select(following(self.film, self.film.failing, self.selected, -1))

    def action_jump(self) -> None:
        from longvid_tui.screens.asking import AskWords

        def go(words: str | None) -> None:
            if words and (target := found(self.film, words)):
                self.select(target)
            elif words:
                self._tell(f"There is no {words} in this film.")

        self.app.push_screen(AskWords("Go to", hint="s12, k3, 1:30, plan, or words of a prompt"), go)

    def action_card_on(self) -> None:
        self.query_one(Card).scroll_pages(1)

    def action_card_back(self) -> None:
        self.query_one(Card).scroll_pages(-1)

    def action_fold(self) -> None:
        self.folded = not self.folded
        self.show_changes()

    def action_zoom(self) -> None:
        if self.maximized:
            self.minimize()
        elif isinstance(self.focused, Pane):
            self.maximize(self.focused)

    def action_pane_1(self) -> None:
        self._enter("timeline")

    def action_pane_2(self) -> None:
        self._enter("card")

    def action_pane_3(self) -> None:
        if self.known.gpus:
            self._enter("gpus")
        else:
            self._tell(self.known.gpu_problem or "No GPU is known here.")

    def action_pane_4(self) -> None:
        self._enter("log")

    def action_pane_5(self) -> None:
        self.set_class(not self.has_class("sidebar") or not self.query_one(Projects).has_focus, "sidebar")
        self._enter("projects" if self.query_one(Projects).display else "timeline")

    def _enter(self, pane: str) -> None:
        if self.maximized:
            self.minimize()
        self.set_focus(self.query_one(f"#{pane}"))
