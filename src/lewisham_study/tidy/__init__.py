"""Build the tidy tables: parse what was printed, apply our decisions, check and write the result."""
