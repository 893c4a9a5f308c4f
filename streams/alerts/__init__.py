"""The alerts stage: looks out for what watches name, publishes alerts, and calls the webhooks of receivers.

Reading order: `watch_list` and `watch_file` (what is watched), `documents` (what an article says, put together),
`matching` (what of it a watch looks for), `memory` and `drafting` (what was reported before, what becomes an alert),
`lookout` (one record after the other), `state` and `remembered` (how that is kept), `work` and `stage` (the stage).
Then `hours` (when a receiver may be called), `calls` (one call), `courier` and `couriers` (all calls), and `log` (how
alerts are read).
"""
