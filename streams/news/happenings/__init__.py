"""What an article says happened: as triples, as facts that follow, and as reports for the entities stage.

See docs/decisions/0054-each-report-of-a-happening-is-an-entity.md.
"""

VERSION = "3"
"""The version of this folder's rules: part of an article's revision."""
