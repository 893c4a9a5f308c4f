"""Chinese: characters made uniform, words by jieba, the model's units, names.

Reading order: `simplify` (one spelling for each character), `segment` (words), `units` (what the model reads), `names`.
"""
