"""Chinese text: uniform characters, words (by jieba), the model's units, windows and names.

Reading order: `simplify` (one spelling for each character), `segment` (words), `units` (what the model reads), `names`.
"""
