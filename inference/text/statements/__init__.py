"""What a sentence states in so many words, whatever a model makes of it.

`signs` writes a sentence with a sign for each name, `phrases` and `kin` know the wordings, and `reading` tells which
names stand in which relation.
"""
