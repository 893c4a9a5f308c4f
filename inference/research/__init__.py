"""The three papers, reproduced: each with its model, comparators, data and report."""
