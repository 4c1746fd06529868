"""How the nodes of a plan are carried out: which are due, in which process, within which memory."""
