"""The messages on the topics, their ids and their CloudEvents headers."""
