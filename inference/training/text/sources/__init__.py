"""Where labelled text comes from: one module a source, all read into a `Passage`."""
