"""Soak: many articles for a long time, and whether memory, files, threads, disk and latency stay level.

Reading order: `articles` (what flows), `sampling` (what is measured), `slopes` (what level means), `run`, `page`.
"""
