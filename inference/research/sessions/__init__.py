"""The session paper: its comparators, its data sets and its report."""
