"""Archives: what a dry run reads, however much of it there is, and where it is judged.

    sources.py   local files, folders, globs and URLs: what there is, and an open stream of it
    cuts.py      a stream into raw records, each with the place behind it: lines, flow dumps, whole files
    har.py       the same for HAR files, parquet.py for Parquet (and results as Parquet)
    chunks.py    raw records into chunks of a bounded size, over all sources
    judging.py   a chunk into what was found in it: the one function that every pool runs
    pools.py     where it runs: here, in processes, or on a Dask cluster; in order, a bounded number ahead
    tally.py     what is counted
    results.py   lines into a file; resume.py what is done, for a run that goes on after another was killed
    running.py   all of it; progress.py, a bar
    told.py      what is told of a message; verbs.py, what both verbs ask for

Only raw bytes travel to where they are judged, and counts and lines without a value come back. This room must not
judge anything itself: the engine does, through `cli.dry`.
"""
