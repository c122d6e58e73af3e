"""What the hub does, in the words of the business."""
