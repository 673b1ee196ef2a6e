"""Speed and memory of salescli as ratios against other tools in the same run: `python -m bench --help`."""
