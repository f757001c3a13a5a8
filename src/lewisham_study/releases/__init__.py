"""Read official publications: one reader a family, from file to cells with their place."""
