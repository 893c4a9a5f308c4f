"""Which facts hold where not all can: the votes of their evidence, and verdicts on facts that exclude each other."""
