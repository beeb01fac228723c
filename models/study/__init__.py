"""The study: reading datasets, training, measuring. Serving imports nothing of it."""
