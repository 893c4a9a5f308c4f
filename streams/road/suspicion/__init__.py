"""What is suspected when workers die, and how the record that kills them is found.

Reading order: `note` (what every offset commit says), `suspects` (what follows from it), `bugs` (exceptions, which are
caught and need no death).
"""
