"""The command palette: every action that makes sense now, by its words."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from longvid_tui.keymap import ACTIONS, Action
from longvid_tui.screens.storyboard import Storyboard
from longvid_tui.widgets.bindings import written


class Actions(Provider):
    """Offers the table of keys.py as far as it applies, and the targets of the film."""

    async def discover(self) -> Hits:
        for action, words in self._offered():
            yield DiscoveryHit(words, partial(self._do, action))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for action, words in self._offered():
            if (score := matcher.match(words)) > 0:
                yield Hit(score, matcher.highlight(words), partial(self._do, action), help=None)
        board = self._board
        for target in _targets(board, query):
            yield Hit(1.0, f"Go to {target}", partial(board.select, target))

    @property
    def _board(self) -> Storyboard:
        assert isinstance(self.screen, Storyboard)
        return self.screen

    def _offered(self) -> list[tuple[Action, str]]:
        keys, board = self._board.app.keys, self._board
        return [
            (action, f"{action.help}  ({written(keys[action.name][0])})")
            for action in ACTIONS
            if action.place in ("anywhere", "film") and board.applies(action.name)
        ]

    async def _do(self, action: Action) -> None:
        where = self._board if action.place == "film" else self._board.app
        await where.run_action(action.name)


def _targets(board: Storyboard, query: str) -> list[str]:
    film, wanted = board.film, query.strip().casefold()
    return [item.target for item in film.items if item.target == wanted]
