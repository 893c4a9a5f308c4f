"""Classes of happenings that an ontology adds, with the shipped text model and sentence encoder in this process."""

import pytest

from inference.evaluation.local_client import LocalClient, version_folder
from inference.text.language.words import WordTokenizer
from inference.text.types import TextDocument
from inference.text_embedding.local import SentenceEncoder
from inference.text_extraction.added_classes import AROUND, MOST, AddedClasses, WindowText, compared
from inference.text_extraction.extractor import TextExtractor
from inference.text_extraction.results import TextLabels, WindowHappening, WindowResult, read_labels
from inference.text_extraction.routes import added_classes, english_route
from inference.text_extraction.routes import english as served_english
from inference.text_extraction.windows import Window
from inference.triton.connection import InferenceUnavailable
from topology.ontology import HappeningSpec, Ontology, load_ontology
from topology.settings import REPOSITORY, Settings, settings

MODELS = REPOSITORY / "triton_models"
FOLDER = version_folder(MODELS)
SHIPPED = load_ontology(settings().ontology)
LAUNCH = "India's space agency launched a navigation satellite from Sriharikota on Friday."
BOMB = "A bomb killed 12 people in Kabul on Monday."
PRICES = "Oil prices fell by 3% on Monday."

SPACEFLIGHT = HappeningSpec.model_validate(
    {
        "id": "spaceflight",
        "description": "a rocket, a spacecraft or a probe is launched, lands or returns",
        "roles": [
            {"role": "where", "name": "launch site", "types": ["location"]},
            {"role": "when", "name": "day", "types": ["date"]},
        ],
    }
)
COUP = HappeningSpec(id="coup", description="the military or a group takes power by force")


class LocalEncoder:
    """The shipped sentence encoder, awaited as its client is; it fails as often as it is told to."""

    def __init__(self, failures=0):
        self._encoder = SentenceEncoder(MODELS)
        self.failures = failures
        self.asked = []

    async def vectors(self, texts):
        self.asked.append(list(texts))
        if self.failures:
            self.failures -= 1
            raise InferenceUnavailable("down")
        return self._encoder.vectors(texts)

    async def close(self):
        pass


@pytest.fixture(scope="module", name="english")
def local_english():
    tokenizer = WordTokenizer(FOLDER / "tokenizer.json")
    return tokenizer, LocalClient(FOLDER, tokenizer)


def extractor_with(english, encoder, *specs):
    happenings = (*SHIPPED.happenings, *specs)
    ontology = Ontology(entity_types=SHIPPED.entity_types, relations=SHIPPED.relations, happenings=happenings)
    classes = AddedClasses(specs, encoder, settings().happening_threshold) if specs else None
    return TextExtractor({"en": english_route(*english, classes=classes)}, ontology)


async def extracted(english, encoder, *specs, texts=(LAUNCH, BOMB, PRICES)):
    found = await extractor_with(english, encoder, *specs).extract(
        [TextDocument(text, "", text) for text in texts],
    )
    return [one.happenings for one in found]


async def test_a_class_that_is_only_described_is_found_with_the_roles_that_it_declares(english):
    ((before,), *_) = await extracted(english, LocalEncoder())
    ((launch,), *_) = await extracted(english, LocalEncoder(), SPACEFLIGHT)
    assert (before.kind, launch.kind, launch.trigger.text) == ("other", "spaceflight", "launched")
    assert launch.trigger == before.trigger
    assert {role.role for role in launch.roles} == {"where", "when"} < {role.role for role in before.roles}
    assert settings().happening_threshold <= launch.score < 1


async def test_nothing_else_changes(english):
    _, *before = await extracted(english, LocalEncoder())
    _, *after = await extracted(english, LocalEncoder(), SPACEFLIGHT, COUP)
    assert after == before
    assert [[one.kind for one in found] for found in after] == [["attack"], ["other"]]


async def test_what_is_not_sure_enough_stays_other(english):
    doubted = SPACEFLIGHT.model_copy(update={"threshold": 0.95})
    assert (await extracted(english, LocalEncoder(), doubted))[0] == (await extracted(english, LocalEncoder()))[0]


async def test_of_two_classes_the_likelier_is_taken_in_any_order(english):
    for specs in ((SPACEFLIGHT, COUP), (COUP, SPACEFLIGHT)):
        ((launch,), *_) = await extracted(english, LocalEncoder(), *specs)
        assert launch.kind == "spaceflight"


async def test_an_encoder_that_is_down_loses_nothing(english):
    encoder = LocalEncoder(failures=1)
    extractor = extractor_with(english, encoder, SPACEFLIGHT)
    document = TextDocument("a", "", LAUNCH)
    with pytest.raises(InferenceUnavailable):
        await extractor.extract([document])
    ((launch,),) = [one.happenings for one in await extractor.extract([document])]
    assert launch.kind == "spaceflight"


async def test_the_encoder_is_asked_only_about_other_happenings(english):
    encoder = LocalEncoder()
    await extracted(english, encoder, SPACEFLIGHT, texts=(BOMB,))
    assert encoder.asked == []


async def test_health_asks_the_encoder_too(english):
    encoder = LocalEncoder(failures=1)
    extractor = extractor_with(english, encoder, SPACEFLIGHT)
    assert "down" in await extractor.trouble()
    assert await extractor.trouble() == ""


async def test_a_long_article_has_its_surest_happenings_compared(english):
    tokenizer, _ = english
    text = "one " * (MOST + 40)
    (words,) = tokenizer.words([text])
    labels = TextLabels((), (), "1", classes=("other",))
    happenings = [WindowHappening(i, i + 1, "other", "asserted", 0.5 + i / 1000, 1.0) for i in range(MOST + 40)]
    result = WindowResult(labels, happenings=happenings)
    sure = SPACEFLIGHT.model_copy(update={"threshold": 0.0})
    await AddedClasses([sure], LocalEncoder(), 0.4).assign(
        [WindowText("one " * (MOST + 40), Window(words, 0, len(words)), result)]
    )
    assert [one.kind for one in result.happenings] == ["other"] * 40 + ["spaceflight"] * MOST


def test_the_words_around_a_trigger_are_those_of_its_window(english):
    tokenizer, _ = english
    text = " ".join(f"w{chr(97 + i)}" for i in range(20)) + " \ud800 hit the town"
    (words,) = tokenizer.words([text])
    window = Window(words, 2, len(words))
    near = compared(text, window, WindowHappening(1, 2, "other", "asserted", 1.0, 1.0))
    assert near[0] == "wd"
    assert near[1].split()[0] == "wc"
    assert len(near[1].split()) == 2 + AROUND


def test_the_shipped_ontology_adds_none_and_a_model_without_happenings_takes_none():
    chosen = Settings(models=MODELS)
    trained = read_labels((FOLDER / "labels.json").read_bytes()).classes
    assert added_classes(chosen, SHIPPED, trained) is None
    wider = SHIPPED.model_copy(update={"happenings": (*SHIPPED.happenings, COUP)})
    assert added_classes(chosen, wider, trained) is not None
    assert added_classes(chosen, wider, ()) is None
    with pytest.raises(FileNotFoundError):
        added_classes(Settings(models=MODELS / "nowhere"), wider, trained)


async def test_the_services_route_has_them():
    wider = Ontology(
        entity_types=SHIPPED.entity_types, relations=SHIPPED.relations, happenings=(*SHIPPED.happenings, COUP)
    )
    chosen = Settings(models=MODELS)
    assert served_english(chosen, SHIPPED).classes is None
    assert served_english(chosen, wider).classes is not None
