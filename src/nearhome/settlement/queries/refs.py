"""How rows are called in calculations: organisation-3, place-8, block-1, booking-14, lead_cost-2."""


def organisation(pk: int) -> str:
    return f"organisation-{pk}"


def place(pk: int) -> str:
    return f"place-{pk}"


def block(pk: int) -> str:
    return f"block-{pk}"


def booking(pk: int) -> str:
    return f"booking-{pk}"


def lead_cost(pk: int) -> str:
    return f"lead_cost-{pk}"


def number(ref: str) -> int:
    """The row's own number in a ref."""
    return int(ref.rpartition("-")[2])
