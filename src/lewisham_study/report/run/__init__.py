"""Check parameters, run a notebook with papermill, validate it with nbval."""
