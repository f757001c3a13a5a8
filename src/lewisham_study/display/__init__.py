"""Results as figures, tables and sentences."""
