"""How does a contract come about? Options, tender, sealed bids, evaluation, award, notices."""
