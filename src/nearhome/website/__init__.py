"""The roof: settings, addresses, sign-in and start pages."""
