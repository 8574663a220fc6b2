module timeslice

go 1.26
