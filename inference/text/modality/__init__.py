"""What a sentence says about a fact's standing: asserted, past, planned, possible or denied, since when and until when.

`reading.read_modality` reads it off the words around the two names, `speakers.speaker_of` finds who says it, and
`change.announces_change` whether the sentence reports the change itself. The words are English; `chinese` has the few
that the Chinese model's relations need.
"""
