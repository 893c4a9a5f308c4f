"""Wordings in which a name stands away from what is stated of it."""

import pytest

from tests.inference.text.statements.marked import stated


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        # Whose the title is.
        ("[O Fjell] in [L Moss], whose chairman, [P Bo Lie], left, paid.", {"Fjell P488 Bo Lie"}),
        (
            "[O Fjell] has turned abroad, naming [P Bo Lie], a lawyer, as chairman in place of [P Per Moe].",
            {"Fjell P488 Bo Lie"},
        ),
        ("[P Bo Lie] took over on [T Monday] as chief executive of its supplier, [O Fjell].", {"Fjell P169 Bo Lie"}),
        ("[P Bo Lie], who sings and is chairman of [O Fjell], left.", {"Fjell P488 Bo Lie"}),
        (
            "[P Ada Lie], the firm's head, and [P Bo Moe], who founded [O Fjell], left.",
            {"Fjell P112 Bo Moe"},
        ),
        # Owners.
        ("Police held the owner of the paper [O Fjell], [P Bo Lie], at home.", {"Fjell P127 Bo Lie"}),
        ("The owner of the [L Villa Fjell] is the dentist [P Bo Lie].", {"Villa Fjell P127 Bo Lie"}),
        ("[P Bo Lie] is the owner of [O Fjell].", {"Fjell P127 Bo Lie"}),
        ("[P Bo Lie] is the sister of the owner of [O Fjell].", set()),
        ("[O Fjell], a charity founded by the midwife [P Ada Lie], grew.", {"Fjell P112 Ada Lie"}),
        ("[O Fjell], a small chain owned by [O Brask], grew.", {"Fjell P127 Brask"}),
        ("[O Fjell] has been sold to the drinks group [O Brask] for a euro.", {"Fjell P127 Brask"}),
        ("[O Fjell], the wholly owned subsidiary of [L Moss]-listed [O Brask], grew.", {"Fjell P749 Brask"}),
        # The verb is said once.
        ("[O Fjell] is based in [L Moss], [O Brask] in [L Hamar].", {"Fjell P159 Moss", "Brask P159 Hamar"}),
        ("[P Bo Lie] was born in [L Moss] and [P Ada Lie] in [L Hamar].", {"Bo Lie P19 Moss", "Ada Lie P19 Hamar"}),
        ("[O Fjell] makes the [D K7] buoy, [O Brask] the [D K9] buoy.", {"K9 P176 Brask"}),
        # What comes first.
        ("Written by [P Bo Lie] and translated by [P Ada Lie], the novel [W Rust] sold.", {"Rust P50 Bo Lie"}),
        ("Founded in [T 1990] by [P Bo Lie], the mill [O Fjell] bakes.", {"Fjell P112 Bo Lie"}),
        # A clause of its own.
        (
            "[P Bo Lie] died in [L Moss], not in [L Hamar], where he was born.",
            {"Bo Lie P20 Moss", "Bo Lie P19 Hamar"},
        ),
        (
            "[P Bo Lie], whose years at sea, he said, were long, died on [T Monday] at a hospice in [L Moss].",
            {"Bo Lie P20 Moss"},
        ),
        ("the [D K7] pump, of which [O Fjell] is the manufacturer, leaks.", {"K7 P176 Fjell"}),
        ("the [D K7] pump, whose maker is [O Fjell], leaks.", {"K7 P176 Fjell"}),
        ("[O Fjell] has its headquarters above a bakery in [L Moss].", {"Fjell P159 Moss"}),
        ("[O Fjell], itself a wholly owned subsidiary of [O Brask], bakes.", {"Fjell P749 Brask"}),
        ("[W Rust] was developed by [O Fjell] and published by [O Brask].", {"Rust P178 Fjell", "Rust P123 Brask"}),
        ("[P Ada Lie] left [L Moss], [L Norway], whose mayor is [P Bo Lie].", {"Moss P6 Bo Lie"}),
        # Kin.
        ("Besides her husband, [P Bo Lie], the singer [P Ada Lie] is survived by a son.", {"Ada Lie P26 Bo Lie"}),
        ("Survivors of Gen. [P Bo Lie] include a brother, [P Per Lie].", {"Bo Lie P3373 Per Lie"}),
        ("Her father, [P Bo Lie], and her brother, [P Per Lie], sing.", set()),
        ("Mayor [P Ada Lie] of [L Moss] Marries Cook [P Bo Lie] in [L Hamar]", {"Ada Lie P26 Bo Lie"}),
    ],
)
def test_what_is_stated(sentence: str, facts: set[str]) -> None:
    assert stated(sentence) == facts
