"""One happening, many articles: which reports are of one happening, and which happenings belong to one story.

Reading order: `memory` (what is remembered of a report), `rules` (when two reports are alike), `leaders` (from pairs to
groups), `table` (what is decided), `outputs` (as messages).
"""
