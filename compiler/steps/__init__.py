"""One module a pipeline step: each checks its step against the frame, changes the frame, and adds the nodes that carry it out."""
