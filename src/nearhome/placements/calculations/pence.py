"""How is money counted, rounded and said? As when the choice was made: see `matching.calculations.pence`."""

from nearhome.matching.calculations.pence import NIGHTS_IN_A_WEEK, nearest_penny, pounds, price_of_nights

__all__ = ["NIGHTS_IN_A_WEEK", "nearest_penny", "pounds", "price_of_nights"]
