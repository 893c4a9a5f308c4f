"""Suggestions: links that nobody reported and that may hold, kept up to date with the graph (docs/suggestions.md).

In the order of a record's way: `changed` reads which entities it may have changed, `waiting` waits until the sink has
written it, `refresh` brings those entities up to date with what `reading` reads, `candidates` finds and the models say;
`lifecycle` decides what becomes of each suggestion, `reasons` puts into words why; `writing` writes all of it together
with the messages to publish, which `outbox` keeps until they are published. `rebuild` does it for the whole graph.
"""

from streams.suggestions.stage import SuggestionsStage

__all__ = ["SuggestionsStage"]
