"""What is done to aiokafka so that no record that a broker accepts can harm a worker: how much is unpacked and held.

Reading order: `cut` (what is too large for any stage), `unpacking` (compressed batches), `fetching` (how much is held),
`writing` (header names that are not UTF-8). `streams.road.wire.tolerant_reading` installs them for reading.
"""
