"""Run the command line with ``python -m qhgrid``."""

from qhgrid.cli import main

if __name__ == "__main__":
    main()
