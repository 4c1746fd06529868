"""The `frames` kind: donors that are prepared before they give."""

from pydantic import Field

from compiler.model.base import Items, Spec
from compiler.model.bundle import Step


class PreparedFrame(Spec):
    """A frame beside the dataset's own: a source, and the steps that prepare it to be a donor."""

    pipeline: Items[Step] = Field(
        min_length=1,
        description="What happens, in order: `scaffold`, then any of `impute`, `uprate`, `constrain`, "
        "`derive`, `draw`.",
        examples=[[{"scaffold": "donors"}, {"uprate": "to_2023"}]],
    )
