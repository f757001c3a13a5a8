"""Read what was published: the registers of sources, facts, figures and areas, and the import of a release."""
