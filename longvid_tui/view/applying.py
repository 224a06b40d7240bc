"""Which actions of the storyboard make sense for the film as it stands and what is selected in it."""

from __future__ import annotations

from collections.abc import Collection

from longvid_tui.view.film import Film, Item


def applies(action: str, film: Film, selected: str, marked: Collection[str]) -> bool:
    """Whether an action, by its name in keymap.py, would do something; True for those that always may."""
    match action:
        case "approve" | "reject":
            return any(target in film.asking for target in marked or (selected,))
        case "approve_next":
            return selected in film.asking
        case "unmark":
            return bool(marked)
        case "mark" | "jump" | "see" | "play" | "export":
            return bool(film.items)
        case "approve_all" | "next_asking" | "previous_asking":
            return bool(film.asking)
        case "next_failed" | "previous_failed":
            return bool(film.failing)
        case "edit" | "editor" | "edit_film" | "undo" | "redo" | "estimate":
            return bool(film.folder)
        case "run" | "run_all":
            return bool(film.folder) and film.state != "working" and not film.ready
        case "pause" | "stop":
            return film.state == "working"
        case "fold":
            return any(segment.scene for segment in film.segments)
        case (
            "retake" | "change" | "upload" | "choose" | "lock" | "cancel" | "insert" | "delete" | "split" | "merge" | "continuity"
            | "transition" | "move_on" | "move_back"
        ):  # fmt: skip
            item = film.item(selected)
            return item is not None and _fits(action, item)
    return True


def _fits(action: str, item: Item) -> bool:
    match action:
        case "retake":
            return bool(item.takes)
        case "change" | "upload":
            return item.kind != "segment"
        case "choose":
            return len(item.takes) > 1
        case "lock":
            return item.sha is not None
        case "cancel":
            return item.status == "running"
    return item.kind == "segment"
