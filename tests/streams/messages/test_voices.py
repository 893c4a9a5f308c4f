"""Copies of one report are one voice."""

from itertools import permutations

from streams.messages.voices import voices


def test_reports_that_share_a_key_are_one_voice() -> None:
    assert voices([["a", "x"], ["b"], ["c", "x"], []]) == [0, 1, 0, 3]
    assert voices([]) == []


def test_a_third_report_joins_two_in_any_order() -> None:
    for order in permutations([["a"], ["b"], ["a", "b"]]):
        assert voices(order) == [0, 0, 0]
