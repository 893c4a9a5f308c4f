"""The road that every stage takes: read a batch, retry, publish, bury what cannot be read, acknowledge.

Reading order: `stage` (what a stage supplies), `road` (what it gets), `faust_source`, `publisher`, `dead_letters`.
"""
