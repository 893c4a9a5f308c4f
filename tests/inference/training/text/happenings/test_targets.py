"""What is learned of happenings: which words are triggers, who plays which part, and what stays open."""

from dataclasses import replace

import numpy as np
import pytest

from inference.text.language.words import WordTokenizer
from inference.training.text.annotated import passages as annotated_passages
from inference.training.text.annotated.reading import (
    AnnotatedEntity,
    AnnotatedHappening,
    AnnotatedMention,
    AnnotatedText,
)
from inference.training.text.dataset import ExampleMaker
from inference.training.text.happenings import UNKNOWN
from inference.training.text.nodes import covers
from inference.training.text.outputs import outputs_of
from inference.training.text.sources.filled import fill
from inference.training.text.sources.passages import GoldHappening, Mark, types
from inference.training.text.sources.pattern_bank import pattern_bank, read_pattern
from inference.training.text.sources.variants import variants
from tests.inference.training.text.happenings.world import MODEL, ONTOLOGY, told
from topology.ontology import HAPPENING, ROLES, Ontology

OUTPUTS = outputs_of(ONTOLOGY)
TRIGGER_TAGS = (-2, -1)
BOMBED = ["Hamas bombed Oslo, killing ", "12", "."]


@pytest.fixture(scope="module")
def maker():
    return ExampleMaker(WordTokenizer(MODEL / "tokenizer.json"), ONTOLOGY)


@pytest.fixture
def attack():
    return told(
        [("Hamas", "organization", "who"), " ", ("bombed", "trigger"), " ", ("Oslo", "location", "where"),
         ", ", ("Norway", "location", ""), ", killing ", ("12", "quantity", "killed"), "."],
        "attack",
    )  # fmt: skip


def one(maker, passage):
    (example,) = maker.examples([passage])
    return example


def words_of(example, first, end):
    return example.passage.text[slice(*example.window.span(first, end))]


def cast(example):
    """Who plays which part, and which parts were decided on, by name."""
    found, known = set(), set()
    for (s, o), positive, decided in zip(example.pairs, example.positive, example.known, strict=True):
        trigger, filler = (words_of(example, *example.nodes[i].mentions[0]) for i in (s, o))
        for column, role in enumerate(OUTPUTS.roles, len(OUTPUTS.relations)):
            found |= {(trigger, role, filler)} if positive[column] else set()
            known |= {(trigger, role, filler)} if decided[column] else set()
    return found, known


def test_triggers_come_last_among_the_types_and_roles_after_the_relations():
    assert OUTPUTS.types[-1] == HAPPENING
    assert OUTPUTS.roles == ROLES
    assert OUTPUTS.columns == len(ONTOLOGY.relations) + 9
    plain = outputs_of(Ontology(entity_types=ONTOLOGY.entity_types, relations=ONTOLOGY.relations))
    assert (plain.roles, plain.classes, plain.columns) == ((), (), len(ONTOLOGY.relations))
    assert HAPPENING not in plain.types


def test_a_trigger_is_tagged_and_has_class_and_modality(maker, attack):
    example = one(maker, attack)
    ((first, last, kind, modality),) = example.triggers.tolist()
    assert words_of(example, first, last + 1) == "bombed"
    assert (ONTOLOGY.happenings[kind].id, modality) == ("attack", 0)
    assert np.flatnonzero(example.allowed[first]).tolist() == [2 * len(OUTPUTS.types) - 1]
    assert example.allowed[:, TRIGGER_TAGS].sum() == 1
    assert covers(example.nodes, len(example.allowed))[first] == len(OUTPUTS.types)


def test_whoever_has_no_part_is_learned_to_have_none(maker, attack):
    found, known = cast(one(maker, attack))
    assert found == {("bombed", "who", "Hamas"), ("bombed", "where", "Oslo"), ("bombed", "killed", "12")}
    assert ("bombed", "where", "Norway") in known
    assert ("bombed", "whom", "Oslo") in known
    assert ("bombed", "killed", "Oslo") not in known  # no class lets a place fill it
    assert not any(name == "who" and trigger != "bombed" for trigger, name, _ in known)


def test_no_pair_with_a_trigger_has_a_relation(maker, attack):
    example = one(maker, attack)
    trigger = len(example.nodes) - 1
    mine = (example.pairs == trigger).any(axis=1)
    assert mine.any()
    assert not example.known[mine, : len(OUTPUTS.relations)].any()
    assert (example.pairs[mine, 0] == trigger).all()
    assert (example.modality[mine] == UNKNOWN).all()


def test_a_source_that_says_nothing_of_happenings_leaves_them_open(maker, attack):
    silent = replace(attack, labelled=attack.labelled - {HAPPENING}, happenings=())
    example = one(maker, silent)
    names = {word for node in example.nodes for a, b in node.mentions for word in range(a, b)}
    for word, allowed in enumerate(example.allowed):
        assert allowed[list(TRIGGER_TAGS)].all() == (word not in names)
    assert not example.known[:, len(OUTPUTS.relations) :].any()
    assert len(example.triggers) == 0


def test_bare_words_name_nothing_but_may_be_triggers(maker, attack):
    silent = replace(attack, labelled=types(()), happenings=(), bare=((6, 12),))
    example = one(maker, silent)
    word = next(i for i in range(len(example.allowed)) if words_of(example, i, i + 1) == "bombed")
    assert example.allowed[word, list(TRIGGER_TAGS)].all()
    assert not example.allowed[word, 1]


def test_what_nobody_read_for_happenings_is_open(maker, attack):
    example = one(maker, replace(attack, happenings=(), unread=((0, 12),)))
    free = {words_of(example, i, i + 1) for i, row in enumerate(example.allowed) if row[list(TRIGGER_TAGS)].all()}
    assert free == {"bombed"}


@pytest.mark.parametrize(
    ("trigger", "name", "kept"),
    [
        ("cholera outbreak", "cholera", ["outbreak"]),
        ("outbreak of cholera", "cholera", ["outbreak of"]),
        ("cholera", "cholera", []),
        ("outbreak", "cholera outbreak", []),
        ("halt Iranian flights", "Iranian", ["halt"]),
    ],
)
def test_names_win_over_triggers(maker, trigger, name, kept):
    text = f"They report a {trigger if name in trigger else name} in the north."
    at, name_at = text.index(trigger), text.index(name)
    passage = replace(
        told(["x"]),
        text=text,
        marks=(Mark(name_at, name_at + len(name), types(("misc",))),),
        entities=((0,),),
        happenings=(GoldHappening("health", (at, at + len(trigger)), "asserted", (("what", 0),)),),
    )
    example = one(maker, passage)
    assert [words_of(example, a, b + 1) for a, b, *_ in example.triggers.tolist()] == kept
    tagged = [i for i, row in enumerate(example.allowed) if row[list(TRIGGER_TAGS)].any()]
    assert len(tagged) == len(" ".join(kept).split())


def test_of_two_happenings_in_the_same_words_the_first_is_learned(maker, attack):
    (first,) = attack.happenings
    other = replace(first, kind="crime", roles=())
    example = one(maker, replace(attack, happenings=(first, other)))
    assert [ONTOLOGY.happenings[kind].id for _, _, kind, _ in example.triggers.tolist()] == ["attack"]


def test_a_class_that_the_ontology_lacks_is_a_trigger_of_no_known_class(maker, attack):
    (first,) = attack.happenings
    example = one(maker, replace(attack, happenings=(replace(first, kind="eclipse", modality=""),)))
    assert example.triggers[0, 2:].tolist() == [UNKNOWN, UNKNOWN]


def test_without_happenings_in_the_ontology_nothing_changes(attack):
    plain = Ontology(entity_types=ONTOLOGY.entity_types, relations=ONTOLOGY.relations)
    example = one(ExampleMaker(WordTokenizer(MODEL / "tokenizer.json"), plain), attack)
    assert example.allowed.shape[1] == 1 + 2 * len(ONTOLOGY.entity_types)
    assert len(example.triggers) == 0
    assert len(example.nodes) == 4


def test_a_pattern_teaches_its_happening():
    pattern = read_pattern(
        "{A:company} will <buy> {B:company} for {M:money}. | h acquisition planned who=A whom=B amount=M", "x.txt:1"
    )
    passage = fill(pattern)
    (happening,) = passage.happenings
    assert passage.text[slice(*happening.trigger)] == "buy"
    assert (happening.kind, happening.modality) == ("acquisition", "planned")
    assert [role for role, _ in happening.roles] == ["who", "whom", "amount"]
    assert HAPPENING in passage.labelled
    assert passage.unread == ()


def test_a_relations_pattern_without_a_happening_says_nothing_of_them():
    silent = fill(read_pattern("{A:person} married {B:person}. | A P26 B", "P26.txt:1"))
    assert silent.unread == ((0, len(silent.text)),)
    assert fill(read_pattern("{A:person} likes {B:person}. | -", "marriage.txt:1")).unread == ()


def test_every_happening_of_the_bank_fits_the_ontology():
    for patterns in pattern_bank().values():
        for pattern in patterns:
            for happening in pattern.happenings:
                spec = ONTOLOGY.happening_by_id[happening.kind]
                assert {role for role, _ in happening.roles} <= spec.by_role.keys(), pattern.source


def test_copies_with_other_names_keep_their_triggers():
    pattern = "{A:person} of {B:company} was <1:arrested> after {A.short} <2:struck> {C:person}."
    labels = "h1 arrest whom=A; h2 crime who=A whom=C"
    passage = replace(fill(read_pattern(f"{pattern} | {labels}", "x.txt:1")), source="annotated")
    single = replace(passage, entities=tuple(members[:1] for members in passage.entities))
    pools = {"person": ["Zebulon Quartermain-Featherstone"], "organization": ["Interminable Holdings plc"]}
    copies = list(variants([single] * 20, pools))
    assert any("Interminable" in copy.text for copy in copies)
    for copy in copies:
        triggers = [copy.text[slice(*happening.trigger)].lower() for happening in copy.happenings]
        assert triggers == ["arrested", "struck"]


HEADLINE = "Norway"
NEWS = f"{HEADLINE}\nHamas bombed Oslo."


def test_annotated_happenings_are_taught_where_their_trigger_stands(monkeypatch):
    def entity(type_, name, start=0):
        at = NEWS.index(name, start)
        return AnnotatedEntity(type_, (AnnotatedMention(at, at + len(name), "name"),))

    entities = (entity("location", "Norway"), entity("organization", "Hamas"), entity("location", "Oslo"))
    at = NEWS.index("bombed")
    happening = AnnotatedHappening("attack", (at, at + 6), "possible", None, (("who", 1), ("where", 2), ("whom", 0)))
    text = AnnotatedText("a", HEADLINE, NEWS, "", entities, (), (happening,))
    monkeypatch.setattr(annotated_passages, "annotated", lambda _data, _part: iter([text]))
    headline, body = annotated_passages.annotated_news("", ("train",))
    assert headline.happenings == ()
    assert HAPPENING in headline.labelled & body.labelled
    (taught,) = body.happenings
    assert body.text[slice(*taught.trigger)] == "bombed"
    assert (taught.kind, taught.modality) == ("attack", "possible")
    # Norway is named in the headline only.
    names = {role: body.text[slice(body.marks[body.entities[i][0]].start, body.marks[body.entities[i][0]].end)]
             for role, i in taught.roles}  # fmt: skip
    assert names == {"who": "Hamas", "where": "Oslo"}
