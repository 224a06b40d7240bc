"""Which segments are made again with others, because they start with the last frame of the one before. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def followers(links: Iterable[tuple[str, bool]], targets: Collection[str]) -> tuple[str, ...]:
    """The segments that are made again if `targets` are, without these.

    `links`: the segments of a film in order, each with whether it goes by the end of the one before.
    """
    found: list[str] = []
    again = False
    for name, follows in links:
        again = name in targets or (again and follows)
        if again and name not in targets:
            found.append(name)
    return tuple(found)
