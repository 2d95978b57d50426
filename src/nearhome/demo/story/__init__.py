"""One story for every state a referral, a placement and a month can be in, told through the real actions."""

from nearhome.demo.story.telling import tell

__all__ = ["tell"]
