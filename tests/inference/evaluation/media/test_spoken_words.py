"""Transcripts are compared as they are spoken."""

import pytest

from inference.evaluation.media.spoken_words import spoken_words


@pytest.mark.parametrize(
    "written, said",
    [
        ("Ask not, what your country CAN'T do!", "ask not what your country can't do"),
        ("can\u2019t cold-hearted", "can't cold hearted"),
        ("Mr. John and Mrs. Dashwood, Dr. No", "mister john and missus dashwood doctor no"),
        ("mister", "mister"),
        ("10 of clubs, 0 of 4.", "ten of clubs zero of four"),
        ("13, 20, 42 and 99", "thirteen twenty forty two and ninety nine"),
        ("100 105 999", "one hundred one hundred five nine hundred ninety nine"),
        ("1,000 12,345", "one thousand twelve thousand three hundred forty five"),
        ("2000000 3,000,000,001", "two million three billion one"),
        ("1961", "one thousand nine hundred sixty one"),
        ("2.5% 3 per cent", "two point five percent three percent"),
        (
            "1st 2nd 3rd 4th 12th 20th 21st 100th",
            "first second third fourth twelfth twentieth twenty first one hundredth",
        ),
        ("007 1234567890123", "zero zero seven one two three four five six seven eight nine zero one two three"),
        ("a B2 bomber & 3D", "a b2 bomber and 3d"),
        ("", ""),
    ],
)
def test_a_text_becomes_the_words_that_are_said(written, said):
    assert spoken_words(written) == said.split()
