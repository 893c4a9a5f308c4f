"""Training and export of the shipped models.

It needs the training environment (`make train-env`); the service never imports it. Read `common/loop.py` first, the
loop that every model is trained by, and `common/run_folder.py`, where runs are kept; then a model's `trainer.py` (what
it learns) and `run.py` (from the data folder to the trained model).
"""
