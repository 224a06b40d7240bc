"""Starts the worker: `[torchrun ..] start.py ARGS.json`. Run by path, so that only its package is found."""

import runpy

runpy.run_module("longvid_worker", run_name="__main__", alter_sys=True)
