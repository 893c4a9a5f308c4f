"""Chaos: kills, freezes and cuts off every process of a stack, and compares the graph with an undisturbed run's.

Reading order: `plan` (which blows), `feed` (what flows meanwhile), `strikes` (how a blow is struck), `flow` (when it is
over), `audit` (what the topics say), `run` (all of it).
"""
