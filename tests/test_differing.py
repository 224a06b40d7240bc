"""Two texts beside each other, with the words that only one of them has."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from longvid_tui.differing import differing


def only(words: list[tuple[str, bool]]) -> list[str]:
    return [word.strip() for word, is_other in words if is_other]


def test_words_that_only_one_text_has_are_marked() -> None:
    gone, come = differing("The camera pushes in as she turns.", "The camera holds still as she turns left.")
    assert (only(gone), only(come)) == (["pushes", "in", "turns."], ["holds", "still", "turns", "left."])


def test_chinese_is_compared_sign_by_sign() -> None:
    gone, come = differing("镜头推进,她转身", "镜头固定,她转身")
    assert (only(gone), only(come)) == (["推", "进"], ["固", "定"])


@given(st.text(), st.text())
def test_no_letter_of_either_is_lost(before: str, after: str) -> None:
    assert tuple("".join(word for word, _ in words) for words in differing(before, after)) == (before, after)
    assert not any(is_other for _, is_other in differing(before, before)[0])
