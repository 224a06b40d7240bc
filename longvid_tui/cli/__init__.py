"""The command line: every action of the screen as a verb, with `--json` for scripts."""
