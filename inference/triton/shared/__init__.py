"""Code that several version folders need. Each folder holds its own copy, written by `inference.triton.copy_shared`.

Triton loads a version folder by itself, so a folder must hold all the code that it runs. These modules therefore import
nothing of ours; edit them here and run `make shared-code`.
"""
