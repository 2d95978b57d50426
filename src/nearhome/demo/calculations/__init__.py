"""Drawing a made-up region: children, periods of care, episodes, homes, agencies and households. Pure; chance is passed in."""
