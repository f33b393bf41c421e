"""A phony Windows image: the shape of one (folders, hives, BCD template, boot files), and no bit of Microsoft's."""
