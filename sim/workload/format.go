package workload

import _ "embed"

// Manual is the file format, told by a workload that says everything a workload
// can say, each thing with a comment: what it means, what else it may be, and
// what it is when it is left out.
//
//go:embed format.yaml
var Manual string
