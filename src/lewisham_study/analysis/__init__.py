"""Pure functions: frames in, results out."""
