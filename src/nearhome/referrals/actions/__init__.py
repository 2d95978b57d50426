"""Every write of a referral, one action each."""
