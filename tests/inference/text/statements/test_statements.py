"""Wordings that state a relation, and others that look like them and do not. Names are marked: `[O Acme]`."""

import pytest

from inference.text.statements.reading import LONGEST, MOST_NAMES, statements
from inference.text.statements.signs import with_signs
from tests.inference.text.statements.marked import read, stated


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        # works and offices of places
        ("[W Rust], a film directed by [P Aud Lie], ran.", {"Rust P57 Aud Lie"}),
        ("so [W Rust], whose author is [P Aud Lie], sold.", {"Rust P50 Aud Lie"}),
        ("[P Aud Lie] wrote the screenplay of the film [W Rust].", {"Rust P58 Aud Lie"}),
        ("The mayor of the port city of [L Moss] is [P Aud Lie].", {"Moss P6 Aud Lie"}),
        ("[P Aud Lie], whose aunt sings, has been mayor of [L Moss] since [T 2021].", {"Moss P6 Aud Lie"}),
        ("The deputy mayor of [L Moss], [P Aud Lie], left.", set()),
        ("[P Aud Lie], a cook employed by [O Fjell], sang.", {"Aud Lie P108 Fjell"}),
        # places of birth and death
        ("[P Aud Lie] was born in [L Hamar].", {"Aud Lie P19 Hamar"}),
        ("The painter [P Aud Lie] was born on [T 3 May 1960] in [L Hamar] to a baker.", {"Aud Lie P19 Hamar"}),
        ("[P Aud Lie] and [P Per Moe] were born in the town of [L Hamar].", {"Aud Lie P19 Hamar", "Per Moe P19 Hamar"}),
        ("[P Aud Lie], born in [L Hamar], sings.", {"Aud Lie P19 Hamar"}),
        ("[L Hamar]-born singer [P Aud Lie] left.", {"Aud Lie P19 Hamar"}),
        ("[P Aud Lie] was born in [L Hamar] and studied at [O Moss University].",
         {"Aud Lie P19 Hamar", "Aud Lie P69 Moss University"}),
        ("[P Aud Lie], who wrote the music for the film [W Rain], left.", {"Rain P86 Aud Lie"}),
        ("[O Fjell Foods], a subsidiary of the [L Norwegian] grocer [O Brask], bakes.", {"Fjell Foods P749 Brask"}),
        ("[O Brask] said on [T Monday] that its wind power subsidiary, [O Fjell Foods], had grown.",
         {"Fjell Foods P749 Brask"}),
        ("Born in [L Moss], and raised by an aunt, the singer [P Aud Lie] left.", {"Aud Lie P19 Moss"}),
        ("[P Aud Lie] now works for [O Fjell Foods].", {"Aud Lie P108 Fjell Foods"}),
        ("[P Aud Lie] has been chief executive of [O Fjell Foods] since May.", {"Fjell Foods P169 Aud Lie"}),
        ("Jobs will go at [O Fjell Foods], said its founder, [P Aud Lie].", {"Fjell Foods P112 Aud Lie"}),
        ("Jobs will go at [O Fjell Foods], said its chief executive officer, Dr [P Aud Lie].",
         {"Fjell Foods P169 Aud Lie"}),
        ("[O Fjell Foods], which [P Aud Lie] founded, bakes.", {"Fjell Foods P112 Aud Lie"}),
        ("The [D K9] drill, is built by [O Brask].", {"K9 P176 Brask"}),
        ("[W Rain] was directed by [P Aud Lie] and produced by [P Per Moe] and [P Una Moe].",
         {"Rain P57 Aud Lie", "Rain P162 Per Moe", "Rain P162 Una Moe"}),
        ("[O Fjell Foods] was founded in [T May 1970], by [P Aud Lie].",
         {"Fjell Foods P112 Aud Lie", "Fjell Foods P571 May 1970"}),
        ("[P Aud Lie], who ran a mill for years, died at home in [L Hamar] on [T Monday].", {"Aud Lie P20 Hamar"}),
        # schools and employers
        ("[P Aud Lie] studied law at the [O University of Hamar].", {"Aud Lie P69 University of Hamar"}),
        ("Its head, [P Aud Lie], studied at [O Moe College].", {"Aud Lie P69 Moe College"}),
        ("[P Aud Lie] holds a master's degree in law from [O Moe College].", {"Aud Lie P69 Moe College"}),
        ("[P Aud Lie] is a graduate of [O Moe College].", {"Aud Lie P69 Moe College"}),
        ("[O Fjell Foods], a unit of [O Brask Group], has hired [P Aud Lie].",
         {"Fjell Foods P749 Brask Group", "Aud Lie P108 Fjell Foods"}),
        ("[P Aud Lie] works for [O Fjell Foods].", {"Aud Lie P108 Fjell Foods"}),
        # works
        ("[P Aud Lie] is the author of the novel [W Blue Salt].", {"Blue Salt P50 Aud Lie"}),
        ("[P Aud Lie] wrote the book [W Blue Salt].", {"Blue Salt P50 Aud Lie"}),
        ("The novel [W Blue Salt] was written by [P Aud Lie].", {"Blue Salt P50 Aud Lie"}),
        ("[P Per Moe] directed the film [W Red Salt].", {"Red Salt P57 Per Moe"}),
        ("[W Red Salt], directed by [P Per Moe], opens in May.", {"Red Salt P57 Per Moe"}),
        ("[P Per Moe] plays the mayor of [L Hamar] in the film [W Red Salt].", {"Red Salt P161 Per Moe"}),
        ("In the series [W Red Salt], [P Per Moe] plays a king.", {"Red Salt P161 Per Moe"}),
        # organizations
        ("[P Aud Lie] and [P Per Moe] founded the charity [O Open Hand].",
         {"Open Hand P112 Aud Lie", "Open Hand P112 Per Moe"}),
        ("[O Fjell Foods] founder [P Aud Lie] met them.", {"Fjell Foods P112 Aud Lie"}),
        ("[O Fjell Foods], founded in [T 1911], bakes.", {"Fjell Foods P571 1911"}),
        ("[O Fjell Foods] was bought in [T 2019] by [O Brask Group].", {"Fjell Foods P127 Brask Group"}),
        ("Her first firm, [O Fjell Foods], was acquired by [O Brask Group].", {"Fjell Foods P127 Brask Group"}),
        ("[O Brask Group] acquired the Norwegian baker [O Fjell Foods] for $2 million.",
         {"Fjell Foods P127 Brask Group"}),
        ("[O Fjell Foods] was founded by [P Aud Lie] and is owned by [O Brask Group].",
         {"Fjell Foods P112 Aud Lie", "Fjell Foods P127 Brask Group"}),
        ("[P Aud Lie] owns the magazine [W Nordover].", {"Nordover P127 Aud Lie"}),
        ("[O Fjell Foods], whose parent company is [O Brask Group], bakes.", {"Fjell Foods P749 Brask Group"}),
        ("The mill belongs to [O Fjell Foods], which is headquartered in [L Hamar], [L Ore].",
         {"Fjell Foods P159 Hamar"}),
        ("The [L Hamar], [L Ore]-based baker [O Fjell Foods] said so.", {"Fjell Foods P159 Hamar"}),
        ("[O Fjell Foods] moved its headquarters from [L Hamar] to [L Moss].",
         {"Fjell Foods P159 Hamar", "Fjell Foods P159 Moss"}),
        ("[O Brask Group] sold [O Fjell Foods] to [O Moe Group].", {"Fjell Foods P127 Moe Group"}),
        ("[O Fjell Foods], whose headquarters is in [L Hamar], bakes.", {"Fjell Foods P159 Hamar"}),
        ("[O Fjell Foods] has its head office in the town of [L Hamar].", {"Fjell Foods P159 Hamar"}),
        ("[O Fjell Foods]' founder, [P Aud Lie], bakes.", {"Fjell Foods P112 Aud Lie"}),
        ("[O Fjell Foods], a bakery, employs ten people and has hired [P Aud Lie].", {"Aud Lie P108 Fjell Foods"}),
        ("It said [P Aud Lie], a chemist who was born in [L Hamar], would stay.", {"Aud Lie P19 Hamar"}),
        ("The [D K9] drill is made by [O Brask Tools].", {"K9 P176 Brask Tools"}),
        ("[P Aud Lie], chief executive of [O Fjell Foods], and [P Per Moe] met.", {"Fjell Foods P169 Aud Lie"}),
        ("[O Fjell Foods] named [P Aud Lie] its new chief executive officer.", {"Fjell Foods P169 Aud Lie"}),
        ("[P Aud Lie] joined [O Fjell Foods] as chairwoman.", {"Fjell Foods P488 Aud Lie"}),
        ("[P Aud Lie] chairs [O Fjell Foods].", {"Fjell Foods P488 Aud Lie"}),
        # places
        ("The capital of [L Norland] is [L Moss].", {"Norland P36 Moss"}),
        ("They took [L Moss], the capital of [L Norland], at dawn.", {"Norland P36 Moss"}),
        # headlines in title case
        ("[O Brask Group] Acquires [O Fjell Foods]", {"Fjell Foods P127 Brask Group"}),
        ("[O Fjell Foods] Moves Headquarters From [L Hamar] to [L Moss]",
         {"Fjell Foods P159 Hamar", "Fjell Foods P159 Moss"}),
    ],
)  # fmt: skip
def test_what_is_stated(sentence: str, facts: set[str]) -> None:
    assert stated(sentence) == facts


@pytest.mark.parametrize(
    "sentence",
    [
        "The son of [P Aud Lie] was born in [L Hamar].",
        "[P Aud Lie]'s son was born in [L Hamar].",
        "[P Aud Lie] was not born in [L Hamar].",
        "[P Aud Lie] was born in a village near [L Hamar].",
        "[P Aud Lie] was arrested in [L Hamar].",
        "A rival of [O Fjell Foods] was bought by [O Brask Group].",
        "[O Brask Group] would buy [O Fjell Foods].",
        "Had [O Brask Group] bought [O Fjell Foods], bread would cost more.",
        "Should [O Brask Group] have bought [O Fjell Foods]?",
        "[P Aud Lie] worked for [O Fjell Foods].",
        "[O Brask Group] sold flour to [O Fjell Foods].",
        "[O Brask Group] plans to acquire [O Fjell Foods].",
        "[O Brask Group] does not own [O Fjell Foods].",
        "[O Brask Group] bought shares in [O Fjell Foods].",
        "[O Brask Group] bought a stake in [O Fjell Foods].",
        "[O Brask Group] bought [O Fjell Foods]'s mill.",
        "[O Brask Group] bought [O Fjell Foods] shares.",
        "[O Brask Group] bought flour from [O Fjell Foods].",
        "[O Fjell Foods] is to be bought by [O Brask Group].",
        "[P Aud Lie] attended [O Labour Party] talks.",
        "[P Aud Lie] attended the [O Labour Party].",
        "[O Fjell Foods] hired [P Aud Lie]'s firm.",
        "[O Fjell Foods] will move its headquarters from [L Hamar] to [L Moss].",
        "The firm opened a shop in [L Moss], and [O Fjell Foods] has one in [L Hamar].",
        "[P Aud Lie] is considered for chief executive of [O Fjell Foods].",
        "The capital of [L Norland] was rebuilt in [L Moss].",
        "[P Aud Lie] studied at [L Oxford] before joining [O Fjell Foods] in May.",
        "Born in [L Moss], [L Norland], she met [P Per Moe].",
        "[O Brask Group] bought the start-up from its founder, [P Aud Lie].",
        "[O Fjell Foods] was sued by a rival and its chief executive, [P Aud Lie].",
    ],
)
def test_what_is_not_stated(sentence: str) -> None:
    assert stated(sentence) == set()


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("[P Aud Lie] is survived by her father, [P Jon Lie], and her sisters, [P Eva Lie] and [P Una Moe].",
         {"Aud Lie P22 Jon Lie", "Aud Lie P3373 Eva Lie", "Aud Lie P3373 Una Moe"}),
        ("[P Per Moe] was survived by his wife, [P Una Moe]; his son-in-law, [P Max Frey].", {"Per Moe P26 Una Moe"}),
        ("[P Per Moe] leaves his mother, [P Ida Moe], two daughters, [P Ada Moe] and [P Bo Moe], and a cousin.",
         {"Per Moe P25 Ida Moe", "Per Moe P40 Ada Moe", "Per Moe P40 Bo Moe"}),
        ("[P Aud Lie], whose father, [P Jon Lie], died in May, is survived by her son, [P Bo Moe].",
         {"Aud Lie P22 Jon Lie", "Aud Lie P40 Bo Moe"}),
        ("[P Per Moe] leaves a son, [P Bo Moe], and his sister, [P Una Moe].",
         {"Per Moe P40 Bo Moe", "Per Moe P3373 Una Moe"}),
        ("Survivors of [P Per Moe] include his wife, [P Una Moe]; and a son, [P Bo Moe].",
         {"Per Moe P26 Una Moe", "Per Moe P40 Bo Moe"}),
        ("[P Aud Lie]'s brother is [P Jon Lie].", {"Aud Lie P3373 Jon Lie"}),
        ("[P Aud Lie]'s late husband, [P Jon Lie], sang.", {"Aud Lie P26 Jon Lie"}),
        ("[P Aud Lie] and her husband, [P Jon Lie], sang.", {"Aud Lie P26 Jon Lie"}),
        ("[P Aud Lie], whose mother is [P Ida Moe], sang.", {"Aud Lie P25 Ida Moe"}),
        ("[P Jon Lie], the son of [P Aud Lie], married [P Eva Moe].", {"Aud Lie P40 Jon Lie", "Jon Lie P26 Eva Moe"}),
        ("[P Aud Lie] is the mother of [P Jon Lie] and [P Eva Lie].", {"Jon Lie P25 Aud Lie", "Eva Lie P25 Aud Lie"}),
        ("[P Aud Lie] went home with her daughter, [P Eva Lie].", {"Aud Lie P40 Eva Lie"}),
        ("[P Aud Lie] is [P Jon Lie]'s sister.", {"Jon Lie P3373 Aud Lie"}),
    ],
)  # fmt: skip
def test_kinship(sentence: str, facts: set[str]) -> None:
    assert stated(sentence) == facts


@pytest.mark.parametrize(
    "sentence",
    [
        "[P Aud Lie]'s father-in-law is [P Jon Lie].",
        "[P Aud Lie]'s stepmother is [P Ida Moe].",
        "[P Aud Lie] is the aunt of [P Jon Lie].",
        "[P Aud Lie] may have married [P Jon Lie].",
        "[P Aud Lie] met [P Jon Lie] and his wife.",
        "[P Aud Lie] thanked [P Jon Lie] and her sister, [P Eva Lie].",
        "[P Aud Lie] and [P Jon Lie] met her sister, [P Eva Lie].",
        "The friend of [P Aud Lie] married [P Jon Lie].",
    ],
)
def test_no_kinship(sentence: str) -> None:
    assert stated(sentence) == set()


def test_signs_stand_for_names_whatever_their_white_space() -> None:
    text, names = read("so [P Aud  Lie]’s\u00a0 firm\n, [O Fjell\u200b Foods] ,\tran")  # noqa: RUF001
    signed = with_signs(text, names)
    assert signed.text == "so \ue010's firm, \ue011, ran"
    assert signed.names == {3: 0, 13: 1}


@pytest.mark.parametrize(
    "unit", ["[P A], [P B] and [P C] ", "[O A] was ", "[P A]'s son ", "born in the town of ", ", who "]
)
@pytest.mark.timeout(60)
def test_hostile_sentences_take_little_time(unit: str) -> None:
    text, names = read(f"[P Z] was survived by {unit * 60}[L Y]")
    statements(text[:LONGEST], [name for name in names if name.end <= LONGEST][:MOST_NAMES])
    assert statements("x" * (LONGEST + 1), names) == []
