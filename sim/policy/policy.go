// Package policy holds the scheduling policies, one a file. Each begins with
// what it shows, what it is bad at, and where it is described; [All] lists them.
//
// A policy is what package sim calls one: it orders the tasks that are ready
// and says how long they may run. To add one, copy the simplest that resembles
// it, and add it to the list in this file.
package policy

import (
	"slices"

	"timeslice/sim"
)

// Info is a policy of the list.
type Info struct {
	Name   string // stable code
	Params []ParamSpec
	// New makes a policy that hasn't run yet. The arguments must come from
	// [Info.Args].
	New func(Args) sim.Policy
}

// ParamKind is the sort of value a parameter takes.
type ParamKind string

// The kinds of parameters.
const (
	Duration ParamKind = "duration"
	Int      ParamKind = "int"
	Bool     ParamKind = "bool"
	Choice   ParamKind = "choice"
	Fraction ParamKind = "fraction" // a decimal, kept in parts of whole
)

// whole is 1 as a [Fraction] is kept.
const whole = 1_000_000

// ParamSpec says what a parameter may be.
type ParamSpec struct {
	Name    string
	Kind    ParamKind
	List    bool     // takes any number of values
	Default string   // as the workload format writes it; of a list, with spaces between
	Min     int64    // of a duration in nanoseconds, of an int, of a fraction in millionths
	Max     int64    // 0 = no limit
	Choices []string // of a choice
}

var quantum = ParamSpec{Name: "quantum", Kind: Duration, Default: "4", Min: 1}

// All returns every policy, the simple ones first.
func All() []Info {
	return []Info{
		{Name: "fcfs", Params: perCPUParams, New: newFCFS},
		{Name: "sjf", Params: estimateParams, New: newSJF},
		{Name: "srtf", Params: slices.Concat(estimateParams, perCPUParams), New: newSRTF},
		{Name: "ljf", Params: []ParamSpec{lengthParam}, New: newLJF},
		{Name: "lrtf", Params: []ParamSpec{{Name: "quantum", Kind: Duration, Default: "1", Min: 1}}, New: newLRTF},
		{Name: "hrrn", Params: []ParamSpec{lengthParam}, New: newHRRN},
		{Name: "rr", Params: slices.Concat([]ParamSpec{quantum}, perCPUParams, shuffleParams), New: newRR},
		{Name: "priority", Params: []ParamSpec{
			{Name: "preemptive", Kind: Bool, Default: "true"},
			{Name: "quantum", Kind: Duration, Default: "0"},
		}, New: newPriority},
		{Name: "schedule", Params: []ParamSpec{{Name: "order", Kind: Int, List: true}}, New: newSchedule},
		{Name: "interleave", Params: interleaveParams, New: newInterleave},
		{Name: "process_run", Params: processRunParams, New: newProcessRun},
		{Name: "mlq", Params: mlqParams, New: newMLQ},
		{Name: "aging", Params: agingParams, New: newAging},
		{Name: "fb", Params: fbParams, New: newFB},
		{Name: "mlfq", Params: mlfqParams, New: newMLFQ},
		{Name: "lottery", Params: []ParamSpec{
			{Name: "quantum", Kind: Duration, Default: "1", Min: 1},
			{Name: "draws", Kind: Int, List: true},
		}, New: newLottery},
		{Name: "stride", Params: []ParamSpec{
			{Name: "quantum", Kind: Duration, Default: "1", Min: 1},
			{Name: "stride1", Kind: Int, Default: "10000", Min: 1, Max: 1 << 40},
			{Name: "initial_pass", Kind: Choice, Default: "zero", Choices: []string{"zero", "stride"}},
		}, New: newStride},
		{Name: "rm", New: newRM},
		{Name: "dm", New: newDM},
		{Name: "edf", New: newEDF},
		{Name: "fp", New: newFP},
		{Name: "llf", Params: llfParams, New: newLLF},
		{Name: "cbs", Params: cbsParams, New: newCBS},
		{Name: "cfs", Params: slices.Concat(cfsParams, fairEachParams), New: newCFS},
		{Name: "eevdf", Params: slices.Concat(eevdfParams, fairEachParams), New: newEEVDF},
	}
}

// Find returns the policy of that name.
func Find(name string) (Info, bool) {
	for _, p := range All() {
		if p.Name == name {
			return p, true
		}
	}
	return Info{}, false
}
