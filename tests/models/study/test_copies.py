"""Copies and their labels, counted by hand."""

from __future__ import annotations

from models.study.copies import Copies, find_copies


def test_by_hand() -> None:
    hashes = ["a", "b", "a", "c", "c", "c", "d", "d", "e"]
    labels = ["sad", "sad", "sad", "fear", "sad", "sad", "happy", "fear", "happy"]
    assert find_copies(hashes, labels) == Copies(
        pictures=3,
        images=7,
        conflicting=2,
        conflicting_images=5,
        wrong_at_least=2,
        pairs=(("fear", "happy", 1), ("fear", "sad", 1)),
    )


def test_the_commonest_pair_of_labels_comes_first_in_whatever_order_it_is_met() -> None:
    hashes = ["a", "a", "b", "b", "c", "c"]
    labels = ["sad", "angry", "sad", "fear", "fear", "sad"]
    assert find_copies(hashes, labels).pairs == (("fear", "sad", 2), ("angry", "sad", 1))


def test_three_labels_are_three_pairs_and_two_wrong_images() -> None:
    found = find_copies(["a"] * 3, ["sad", "fear", "angry"])
    assert (found.conflicting, found.wrong_at_least, len(found.pairs)) == (1, 2, 3)


def test_without_copies_there_is_nothing() -> None:
    assert find_copies(["a", "b"], ["sad", "sad"]) == Copies(0, 0, 0, 0, 0, ())
