"""Exit statuses of a worker process, as sysexits.h defines them. The supervisor and the tests read them."""

BUG_EXIT = 70
"""Too many records were bugs, or the road itself met one (EX_SOFTWARE): what was finished before is committed."""

CONSUMER_EXIT = 75
"""The Kafka consumer gave up (EX_TEMPFAIL): not a bug in a stage, and a fresh start may help."""

CONFIGURATION_EXIT = 78
"""Only a person can help (EX_CONFIG); the supervisor does not start the worker again."""
