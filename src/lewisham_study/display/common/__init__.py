"""Style, exhibits, lines, citations, cautions and phrases shared by figures and tables of every topic."""
