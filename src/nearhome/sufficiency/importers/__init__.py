"""What an analysis reads beside the returns: registers, prices, published populations."""
