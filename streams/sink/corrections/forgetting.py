"""Takes the words of erased articles out of the reasons of corrections; see `streams.corrections.erasing`."""

from typing import Any

from neo4j import AsyncTransaction

from streams.corrections.erasing import ERASED, names
from streams.messages.correction_events import Correction
from streams.sink.corrections import statements
from streams.sink.reading import fetch


async def forget_words(transaction: AsyncTransaction, words: frozenset[str]) -> None:
    """Replaces the reasons that name an erased article. It looks through all corrections, as erasures are rare.

    Args:
        transaction: An open transaction.
        words: What to look for, of `streams.corrections.erasing.words_of`.
    """
    rows: list[dict[str, Any]] = []
    for row in await fetch(transaction, statements.READ_REASONS):
        why, withdrawn_why = (ERASED if names(row[name], words) else row[name] for name in ("why", "withdrawn_why"))
        if (why, withdrawn_why) == (row["why"], row["withdrawn_why"]):
            continue
        said = row["said"]
        if said and why == ERASED:
            said = Correction.model_validate_json(said).model_copy(update={"why": ERASED})
            said = said.model_dump_json(exclude_none=True)
        rows.append({"id": row["id"], "why": why, "withdrawn_why": withdrawn_why, "said": said})
    if rows:
        await fetch(transaction, statements.SET_REASONS, rows=rows)
