"""Two people of one name, from what articles say of them to the registry's decisions."""

import random

import pytest

from inference.text.types import Span, TextDocument, TextMention
from inference.text_extraction.roles import with_roles
from streams.entities.contexts import MOST_CONTEXTS
from streams.entities.memory import Memory, SavedName, name_of
from streams.entities.namesakes import MOST_ROLES, people
from streams.entities.namings import named_in
from streams.entities.registry import MentionedName, Registry
from streams.entities.sketch import SIZE
from streams.messages.events import Entity
from streams.news.entity_mentions import counted, entities_of

PLACES = ("Bergen", "Toronto", "Canada", "Norway", "Lyon", "Velmark", "Tarnia", "Perth", "Norwegian", "Canadian")
GROUPS = ("Tarn Rovers", "Harbour Lab", "National Gallery", "Green Union", "Orbital", "Northside Theatre")


def names_in(text: str, *persons: str) -> list[TextMention]:
    """Marks the names of a text, as a model would."""
    found = []
    for type_, names in (("person", persons), ("location", PLACES), ("organization", GROUPS)):
        for name in names:
            at = text.find(name)
            if at >= 0:
                span = Span(at, at + len(name))
                found.append(TextMention("body", span, name, type_, name, 0.9, name))
    return sorted(found, key=lambda mention: mention.span.start)


def read(text: str, person: str) -> list[MentionedName]:
    mentions = with_roles(names_in(text, person), TextDocument("d", "", text))
    return named_in(counted(zip(mentions, entities_of(mentions), strict=True)))


def learnt(texts, person, batch=1):
    registry = Registry(Memory())
    documents = [(f"d{n}", read(text, person)) for n, text in enumerate(texts)]
    for start in range(0, len(documents), batch):
        registry.learn(documents[start : start + batch])
    return registry, [
        registry.canonical(mention.name).id
        for _, mentions in documents
        for mention in mentions
        if mention.name.name == person
    ]


DIFFERENT = [
    (
        "Nils Aarberg, the goalkeeper, was born in Bergen.",
        "Nils Aarberg, the sculptor, was born in Toronto.",
    ),
    (
        "Striker Nils Aarberg signed for Tarn Rovers.",
        "The chemist Nils Aarberg leads a team at Harbour Lab.",
    ),
    (
        "Nils Aarberg is a chef in Lyon.",
        "Police in Perth arrested the electrician Nils Aarberg.",
    ),
    (
        "The mayor of Bergen, Nils Aarberg, opened the bridge.",
        "The mayor of Toronto, Nils Aarberg, resigned.",
    ),
    (
        "Velmark's prime minister Nils Aarberg spoke to parliament.",
        "Tarnia's foreign minister Nils Aarberg denied it.",
    ),
    (
        "Nils Aarberg, a painter from Bergen, shows at the National Gallery.",
        "Surgeon Nils Aarberg works in Lyon.",
    ),
    (
        "Canadian senator Nils Aarberg voted against it.",
        "Norwegian cyclist Nils Aarberg won the race.",
    ),
]
SAME = [
    (
        "Velmark's president Nils Aarberg spoke.",
        "Nils Aarberg, the politician, was born in Lyon.",
    ),
    (
        "Norwegian prime minister Nils Aarberg flew to Toronto.",
        "Nils Aarberg, a former lawyer, lives in Perth.",
    ),
    (
        "Nils Aarberg, the goalkeeper, plays for Tarn Rovers.",
        "Nils Aarberg, the writer, once played for Tarn Rovers.",
    ),
    (
        "The actor Nils Aarberg stood on the stage of the Northside Theatre.",
        "Nils Aarberg, a singer, lives in Lyon.",
    ),
    (
        "Nils Aarberg is a painter.",
        "Nils Aarberg was born in Bergen.",
    ),
    (
        "Chief executive Nils Aarberg left Orbital.",
        "Entrepreneur Nils Aarberg bought land near Perth.",
    ),
    (
        "The mayor of Bergen, Nils Aarberg, opened the bridge.",
        "Norwegian minister Nils Aarberg resigned.",
    ),
]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("texts", DIFFERENT, ids=range(len(DIFFERENT)))
def test_two_people_of_one_name_are_two_entities(texts, order):
    _, (one, other) = learnt(texts[::order], "Nils Aarberg")
    assert one != other


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("texts", SAME, ids=range(len(SAME)))
def test_one_person_in_different_words_is_one_entity(texts, order):
    _, (one, other) = learnt(texts[::order], "Nils Aarberg")
    assert one == other


GOALKEEPER, SCULPTOR = DIFFERENT[0]
BARE = "Nils Aarberg was seen in Lyon."


def test_a_mention_without_context_goes_to_the_best_known_and_says_that_it_is_not_sure():
    registry = Registry(Memory())
    texts = (GOALKEEPER, GOALKEEPER, SCULPTOR, BARE)
    decisions = {}
    for n, text in enumerate(texts):
        for decision in registry.learn([(f"d{n}", read(text, "Nils Aarberg"))]).decisions:
            decisions[decision.alias.role] = decision
    goalkeeper = name_of(Entity.of("Nils Aarberg", "person", role="sport/football"))
    assert registry.canonical(name_of(Entity.of("Nils Aarberg", "person"))) == goalkeeper
    assert (decisions[""].canonical, decisions[""].certain) == (goalkeeper, False)
    # What stood for the bare name before the sculptor was known stands for itself.
    assert decisions["sport/football"].canonical is None
    assert "art" not in decisions


def test_a_role_of_which_nothing_else_is_known_is_not_told_apart_but_doubted():
    registry = Registry(Memory())
    registry.learn([(n, read("Nils Aarberg, the goalkeeper, was born in Bergen.", "Nils Aarberg")) for n in "ac"])
    (decision,) = registry.learn([("b", read("Nils Aarberg, the sculptor, retired.", "Nils Aarberg"))]).decisions
    assert (decision.alias.role, decision.canonical.role, decision.certain) == ("art", "", False)


def test_later_evidence_joins_what_was_told_apart():
    registry, (one, other) = learnt((GOALKEEPER, SCULPTOR), "Nils Aarberg")
    assert one != other
    later = "Nils Aarberg, the sculptor, returned to Bergen to see Tarn Rovers."
    decisions = registry.learn([("later", read(later, "Nils Aarberg"))]).decisions
    art = name_of(Entity.of("Nils Aarberg", "person", role="art"))
    assert registry.canonical(art) == art.bare
    assert {decision.alias: decision.canonical for decision in decisions}[art] == art.bare


def test_neither_order_nor_repetition_nor_batches_matter():
    texts = [text for pair in (*DIFFERENT, *SAME) for text in pair] + [BARE]
    documents = [(f"d{n}", read(text, "Nils Aarberg")) for n, text in enumerate(texts)]
    names = {mention.name for _, mentions in documents for mention in mentions}
    outcomes = set()
    for seed in range(12):
        stream = [*documents, *documents[::3]]
        random.Random(seed).shuffle(stream)  # noqa: S311
        registry = Registry(Memory())
        for start in range(0, len(stream), 1 + seed):
            registry.learn(stream[start : start + 1 + seed])
        outcomes.add(tuple(registry.canonical(name).id for name in sorted(names)))
    assert len(outcomes) == 1


def test_what_was_told_is_what_holds():
    texts = [text for pair in (*DIFFERENT, *SAME) for text in pair]
    told = {}
    registry = Registry(Memory())
    for n, text in enumerate(texts):
        told |= {d.alias: d.canonical for d in registry.learn([(f"d{n}", read(text, "Nils Aarberg"))]).decisions}
    for known in registry.memory.known.values():
        assert registry.canonical(known.name) == (told.get(known.name) or known.name)


def test_a_restored_registry_decides_the_same():
    texts = [text for pair in (*DIFFERENT, *SAME) for text in pair]
    registry, before = learnt(texts, "Nils Aarberg")
    restored = Registry(Memory())
    saved = [
        SavedName(
            known.name,
            known.documents.hashes,
            {id_: sketch.hashes for id_, sketch in known.stood_for.items()},
            contexts=known.contexts,
        )
        for known in registry.memory.known.values()
    ]
    restored.restore(reversed(saved))
    for known in registry.memory.known.values():
        assert restored.canonical(known.name) == registry.canonical(known.name)
    assert before


def test_what_is_remembered_of_a_person_has_a_bound():
    registry = Registry(Memory())
    person = name_of(Entity.of("Nils Aarberg", "person", role="art"))
    for n in range(100):
        crowd = [MentionedName(name_of(Entity.of(f"Group {n} {i}", "organization"))) for i in range(40)]
        registry.learn([(f"d{n}", [MentionedName(person), *crowd])])
    known = registry.memory.known[person.id]
    assert len(known.contexts) == SIZE
    assert set(known.contexts) == set(known.documents.hashes)
    assert all(len(some) == MOST_CONTEXTS for some in known.contexts.values())


def test_many_roles_cost_no_more_than_a_few():
    registry = Registry(Memory())
    roles = [name_of(Entity.of("Nils Aarberg", "person", role=f"politics/{n}")) for n in range(MOST_ROLES + 9)]
    for n, role in enumerate(roles):
        place = MentionedName(name_of(Entity.of(f"Town {n}", "location")), country="")
        registry.learn([(f"d{n}", [MentionedName(role), place])])
    found = people(registry.memory, roles[0].bare.id)
    assert len(found.heads) == MOST_ROLES
    assert len(found.unsure) == 9


def test_forgetting_leaves_no_trace_of_a_role():
    registry, _ = learnt((GOALKEEPER, SCULPTOR), "Nils Aarberg")
    while registry.forget(0):
        pass
    assert not any(registry.memory.has_roles(id_) for id_ in registry.memory.known)
