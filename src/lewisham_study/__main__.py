"""Run the command line as `python -m lewisham_study`."""

from lewisham_study.cli import main

main()
