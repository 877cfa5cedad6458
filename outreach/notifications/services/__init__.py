"""The only writers of wordings, manners, replies, offers, calls and badges."""
