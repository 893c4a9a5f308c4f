"""Suggestions: what the graph does not say and may hold, worked out around what has changed (docs/suggestions.md)."""

from streams.suggestions.stage import SuggestionsStage

__all__ = ["SuggestionsStage"]
