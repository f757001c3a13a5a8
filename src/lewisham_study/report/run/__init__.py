"""Check a notebook's parameters, execute it with papermill, validate it with nbval."""
