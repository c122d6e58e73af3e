"""Files in which people's judgements come: from another hub, and from tools that people label pairs with."""
