"""Read official publications: one reader for each family of releases, from file to located cells."""
