"""The nearhome command, one short module for each verb."""
