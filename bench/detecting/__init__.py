"""What `bench/detection.py` is made of.

    texts      labelled texts, and files of them
    names      other people's names for entities, and which of them a set is asked about
    engines    stock Presidio and grille, behind one function each
    scoring    two rules, counted text by text
    sampling   figures from counts, with intervals over texts
    tables     figures as Markdown

Nothing here may know how grille recognises anything: it is asked like any other engine.
"""
