"""What goes over the wire: what comes in, files, packing, versions. No page and no words of one."""
