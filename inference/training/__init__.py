"""Training, export and evaluation. Needs the training environment (`make train-env`); the service never imports it."""
