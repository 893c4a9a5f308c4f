"""The feeds worker: asks a list of feeds and folders for ever, and publishes what is new, changed or withdrawn.

Reading order: `feed_list` (what is asked), `schedule` (when), `poller` (the loop), `reading` (one feed), `readers` and
`child` (the processes that read what it answered), `changes` (what of it is news), `state` (what is remembered), and
`worker` (who of several workers does it).
"""
