"""Keeps one Wan2.1 model loaded and films segment after segment with it.

ARGS.json holds {directory, repo, checkpoint, task, ulysses, ring, t5_fsdp, dit_fsdp, t5_cpu, offload,
idle_seconds}. Rank 0 listens at `directory`/socket. One connection asks for one segment, in lines of JSON:

    to the worker      {"op": "generate", "key": .., "request": {first, last, prompt, negative, size, frames,
                        steps, shift, guide, solver, seed, width, height, frames_to}}, then perhaps {"op": "cancel"}
                       {"op": "stacks"}: log where all threads stand; {"op": "quit"}: end after what is being filmed
    from the worker    {"event": "hello", "loaded": ..}, {"event": "started", "number": ..}, and one of
                       {"event": "done", "frames": FILE, "shape": [count, high, wide]}, {"event": "cancelled"},
                       {"event": "failed", "error": ..}

Its log is that of generate.py up to `Saving ..`, each segment after a line `Segment NUMBER.`: the next begins
while the one before is being saved. A client may go at any time: what is being filmed goes on, and whoever asks
for the same (`key`) gets it. A request that cannot be filmed fails and the worker stays; an exception while
filming ends it, because memory after one is not what it was.

Run by the interpreter that Wan is installed for: standard library only at import, Python 3.8 and later.
"""
