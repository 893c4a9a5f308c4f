"""`triplewire terms …`: the table of term frequencies with which a new stream starts."""

import json
from pathlib import Path
from typing import Annotated

import typer

from topology.cli.output import fail

terms = typer.Typer(no_args_is_help=True, help="The table of term frequencies.")


def register(app: typer.Typer) -> None:
    """Adds the group."""
    app.add_typer(terms, name="terms")


@terms.callback()
def _group() -> None:
    """Keeps `build` a command of its own while it is the only one."""


@terms.command("build")
def build(
    sources: Annotated[list[Path], typer.Argument(help="Articles, one JSON object per line.", metavar="FEED.jsonl…")],
    language: Annotated[
        str, typer.Option(help="Language of the articles; other languages in the table stay unchanged.")
    ] = "en",
    limit: Annotated[int, typer.Option(min=1, help="Number of terms to keep, the most frequent ones.")] = 10_000,
    skip_last: Annotated[int, typer.Option(min=0, help="Number of articles to skip at the end of each source.")] = 0,
    output: Annotated[Path | None, typer.Option(help="File to write; by default the table in the repository.")] = None,
) -> None:
    """Count the articles in which each term occurs, and write the table."""
    from inference.text.keywords.vocabulary import BASELINE, article_terms  # noqa: PLC0415
    from inference.text.keywords.weigh import TermTable, most_frequent  # noqa: PLC0415
    from streams.sources import read_source  # noqa: PLC0415

    target = output or BASELINE
    table, bucket = TermTable(), language
    for source in sources:
        if not source.is_file():
            fail(f"{source}: no such file")
        articles = [item.article for item in read_source(str(source)) if item.article]
        for article in articles[: len(articles) - skip_last]:
            bucket, found = article_terms(language, article.headline, article.body)
            table.add(found, limit=1 << 20)
    kept = {term: count for term, count in most_frequent(table.counts, limit).items() if count > 1}
    tables = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
    tables[bucket] = {"documents": table.documents, "terms": dict(sorted(kept.items()))}
    target.write_text(json.dumps(dict(sorted(tables.items())), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    typer.echo(f"{table.documents} articles, {len(kept)} terms in {target}")
