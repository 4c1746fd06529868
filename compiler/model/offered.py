"""What a method of one's own says of the package that offers it, whatever it is a method of."""

from typing import Annotated

from pydantic import Field

from compiler.model.base import Name, Spec


class Offered(Spec):
    """A method that an installed package offers by an entry point."""

    version: Annotated[
        str,
        Field(
            min_length=1,
            max_length=60,
            examples=["1.2"],
            description="The version of the package that provides it, exactly, in quotes.",
        ),
    ]
    parameters: dict[Name, bool | int | float | str] = Field(
        {}, description="Its parameters, by name: what they mean is its own."
    )
