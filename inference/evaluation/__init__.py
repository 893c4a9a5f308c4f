"""Evaluation: one module a report, each with one function that measures and returns a `Report`.

Read in this order: `report.py` (what a report is), `write.py` (how it becomes Markdown, JSON and pictures), and the
reports themselves. `topology/cli/evaluate.py` lists them by name.
"""
