"""Two people at once: the second one is told, and loses nothing."""


class ChangedMeanwhile(ValueError):
    """Somebody else changed the record after this person opened it."""

    def __init__(self, what: str = "This") -> None:
        super().__init__(
            f"{what} was changed by somebody else after you opened it. Nothing of yours was saved."
            " Look at the change below, then send your answer again if it still fits."
        )
