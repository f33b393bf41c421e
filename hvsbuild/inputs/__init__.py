"""The inputs of a spec on this machine: found, downloaded, taken out of ISO images, checked against their pins."""
