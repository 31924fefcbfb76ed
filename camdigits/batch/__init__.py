"""Many files, on this machine or on a cluster: one records file each, and one table of them all.

work       what is done with one file, whatever machine does it
find       which files are meant
places     where the records of each go
journal    which files are finished
engines    who does the work: child processes, or Ray
table      the summary
run        the loop
"""
