"""One module a pipeline step: each checks it against the frame, changes the frame, and adds its nodes."""
