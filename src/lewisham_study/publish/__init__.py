"""What others take away: the data for machines, and what changed between two versions of it."""
