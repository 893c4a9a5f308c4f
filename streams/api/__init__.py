"""The desk over HTTP: read-only answers in JSON, and events as they arrive; the process of `triplewire serve`."""
