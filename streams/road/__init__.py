"""What every stage shares: read a batch, retry, publish, send what cannot be read to dead-letters, acknowledge.

Reading order: `stage` (what a stage provides), `road` (what it gets), `faust_consumer`, `publisher`, `dead_letters`,
then `suspicion` (deaths and bugs) and `wire` (what hostile publishers send).
"""
