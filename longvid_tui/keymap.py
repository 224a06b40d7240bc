"""Every action of the screen in one table: its name, keys and help. Bindings, footer, help and palette read
it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Place = Literal["anywhere", "film", "log", "gpus", "projects"]
"""Where an action works: everywhere, on the storyboard, or while that pane has the focus."""


@dataclass(frozen=True)
class Action:
    """`name` is what keys.yaml and `action_*` methods call it; `short` stands in the footer if `footer` > 0,
    the greater the earlier."""

    name: str
    place: Place
    keys: tuple[str, ...]
    help: str
    short: str = ""
    footer: int = 0


ACTIONS: tuple[Action, ...] = (
    Action("help", "anywhere", ("question_mark", "f1"), "What every key does here", "help", 90),
    Action("palette", "anywhere", ("ctrl+p", "colon"), "Find any action by its name", "palette", 20),
    Action("detach", "anywhere", ("q", "ctrl+q"), "Leave the screen; work goes on", "leave", 30),
    Action("focus_next", "anywhere", ("tab",), "Next pane, or field"),
    Action("focus_previous", "anywhere", ("shift+tab",), "Pane or field before"),
    Action("settings", "anywhere", ("comma",), "Your settings: values, where they come from, change them"),
    Action("doctor", "anywhere", ("H",), "What this machine has and lacks"),
    Action("theme", "anywhere", ("T",), "Next colours: dark, light, high contrast"),
    Action("repaint", "anywhere", ("ctrl+l",), "Paint the screen anew"),
    Action("shell", "anywhere", ("ctrl+z",), "To the shell; `fg` comes back"),
    Action("left", "film", ("h", "left"), "Keyframe or segment before"),
    Action("right", "film", ("l", "right"), "Next keyframe or segment"),
    Action("up", "film", ("k", "up"), "From segments up to keyframes, masters and the plan"),
    Action("down", "film", ("j", "down"), "From the plan down to masters, keyframes and segments"),
    Action("first", "film", ("g", "home"), "First one"),
    Action("last", "film", ("G", "end"), "Last one"),
    Action("next_asking", "film", ("right_square_bracket",), "Next one that asks you", "next asking", 80),
    Action("previous_asking", "film", ("left_square_bracket",), "The one before that asks you"),
    Action("next_failed", "film", ("right_curly_bracket",), "Next one that failed"),
    Action("previous_failed", "film", ("left_curly_bracket",), "The one before that failed"),
    Action("jump", "film", ("ctrl+o",), "Go to a number, a time, or words"),
    Action("mark", "film", ("space",), "Mark it: what is ordered then is for all that are marked"),
    Action("unmark", "film", ("U",), "Unmark all", "unmark", 81),
    Action("approve", "film", ("a",), "Approve it", "approve", 79),
    Action("approve_next", "film", ("n", "enter"), "Approve it and go to the next that asks", "and next", 78),
    Action("approve_all", "film", ("A",), "Approve all that ask, after a question"),
    Action("reject", "film", ("x",), "Reject it, with a note", "reject", 77),
    Action("retake", "film", ("r",), "Make it again", "retake", 60),
    Action(
        "change", "film", ("M",), "Make a keyframe again: by a note, within a rectangle, several", "change", 58
    ),
    Action("upload", "film", ("b",), "Bring a picture of your own for a keyframe"),
    Action("see", "film", ("W",), "Write movements again from the pictures, to approve"),
    Action("choose", "film", ("c",), "Choose among its takes", "takes", 55),
    Action("lock", "film", ("L",), "Lock it against being made again, or unlock it"),
    Action("edit", "film", ("e",), "Edit its words", "edit", 65),
    Action("edit_film", "film", ("p",), "Edit the film's prompt"),
    Action("editor", "film", ("E",), "Edit its words in $EDITOR"),
    Action("insert", "film", ("i",), "New segment after this one"),
    Action("delete", "film", ("d",), "Delete this segment, after a question"),
    Action("split", "film", ("s",), "Split this segment in two"),
    Action("merge", "film", ("m",), "Merge this segment with the next, after a question"),
    Action("continuity", "film", ("C",), "Chain this segment to the one before, or unchain it"),
    Action("transition", "film", ("t",), "How the film comes to this segment: cut, dissolve, ..."),
    Action("move_on", "film", ("J",), "Move this segment one place on"),
    Action("move_back", "film", ("K",), "Move this segment one place back"),
    Action("undo", "film", ("u",), "Undo the last change or judgement"),
    Action("redo", "film", ("ctrl+r",), "Do it again"),
    Action("estimate", "film", ("F",), "How long it will take, by strategy"),
    Action("run", "film", ("R",), "Start or go on", "run", 70),
    Action("run_all", "film", ("Y",), "Run to the end, approving everything, after a question"),
    Action("pause", "film", ("P",), "Start nothing new; what is at work is finished", "pause", 50),
    Action("cancel", "film", ("X",), "Stop the work on this one"),
    Action("stop", "film", ("S",), "Stop the run, after a question"),
    Action("play", "film", ("w",), "Watch the film in a browser, as far as it is made", "watch", 45),
    Action(
        "export", "film", ("O",), "Export the film: for watching, editing, pages, as a storyboard", "export", 44
    ),
    Action("fold", "film", ("o",), "Fold scenes, or unfold them"),
    Action("copy", "film", ("y",), "Copy the path of its file"),
    Action("card_on", "film", ("pagedown", "ctrl+d"), "The card a page on"),
    Action("card_back", "film", ("pageup", "ctrl+u"), "The card a page back"),
    Action("zoom", "film", ("z",), "One pane on the whole screen, and back", "zoom", 25),
    Action("new_film", "film", ("N", "ctrl+n"), "New film", "new film", 40),
    Action("demo", "film", ("D",), "Make the demo film, on this machine alone"),
    Action("pane_1", "film", ("1",), "To the timeline"),
    Action("pane_2", "film", ("2",), "To the card"),
    Action("pane_3", "film", ("3",), "To the GPUs"),
    Action("pane_4", "film", ("4",), "To the log"),
    Action("pane_5", "film", ("5",), "To the projects"),
    Action("stop_engine", "film", ("Q",), "Stop the engine and every run, after a question"),
    Action("follow", "log", ("f",), "Follow the end", "follow", 85),
    Action("search", "log", ("slash",), "Search", "search", 84),
    Action("search_next", "log", ("n",), "Next match"),
    Action("search_before", "log", ("N",), "Match before"),
    Action("level", "log", ("v",), "All lines, warnings, or errors only", "level", 83),
    Action("only_this", "log", ("t",), "Only lines of the selected target", "only this", 82),
    Action("scroll_back", "log", ("k", "up"), "Up"),
    Action("scroll_on", "log", ("j", "down"), "Down"),
    Action("page_back", "log", ("pageup", "ctrl+u"), "A page up"),
    Action("page_on", "log", ("pagedown", "ctrl+d"), "A page down"),
    Action("project_before", "projects", ("k", "up"), "Project above"),
    Action("project_after", "projects", ("j", "down"), "Project below"),
    Action("open_project", "projects", ("enter",), "Open it", "open", 85),
    Action("rename_project", "projects", ("r",), "Rename its folder", "rename", 84),
    Action("archive_project", "projects", ("x",), "Take it off this list; its folder stays", "archive", 83),
)

Keys = Mapping[str, tuple[str, ...]]


def defaults() -> dict[str, tuple[str, ...]]:
    """Keys by the name of their action, as they are without a keys.yaml."""
    return {action.name: action.keys for action in ACTIONS}


def conflicts(keys: Keys) -> Iterator[tuple[str, str, str]]:
    """(key, action, other action) where one key would mean two things in the same place.

    A pane may give a key of the storyboard another meaning while it has the focus; nothing may take a key that
    works anywhere.
    """
    taken: dict[tuple[Place, str], str] = {}
    for action in sorted(ACTIONS, key=lambda action: action.place != "anywhere"):
        for key in keys.get(action.name, action.keys):
            other = taken.get(("anywhere", key)) or taken.get((action.place, key))
            if other and other != action.name:
                yield key, other, action.name
            taken[(action.place, key)] = action.name


def names(place: Place | None = None) -> list[str]:
    """Names of all actions, or of those that work in a place."""
    return [action.name for action in ACTIONS if place in (None, action.place)]
