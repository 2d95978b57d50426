"""Who lives where, from when, on what terms? Bookings, agreements and statutory clocks."""
