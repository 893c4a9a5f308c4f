"""What travels on the topics: the messages, their ids and their CloudEvents headers."""
