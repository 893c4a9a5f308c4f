"""What the session model is compared with: ideas of published systems in some forty lines each, not those systems.

All read the same questions and learn by the same loop. Each item has a vector of its own, as in the originals.
"""
