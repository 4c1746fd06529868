"""What the server of processes loads once, so that no node has to: imported, and never used there."""

import runtime.findings
import runtime.operations
import runtime.running.worker  # noqa: F401
