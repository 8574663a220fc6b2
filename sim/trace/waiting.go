package trace

import (
	"cmp"
	"slices"
)

// lineUp puts those who wait for a mutex in the order of their urgency, and equal
// ones in that of their coming, in which they stand already.
func (s *Snapshot) lineUp(line []TaskID) {
	h := &s.of.Header
	urgency := func(id TaskID) int64 { return h.priority(id) }
	if h.Protocols() && s.Policy < len(h.Policies) && h.Policies[s.Policy].Inherits {
		urgency = func(id TaskID) int64 { return s.moment.more[id].key }
	}
	slices.SortStableFunc(line, func(a, b TaskID) int { return cmp.Compare(urgency(a), urgency(b)) })
}

// priority returns the priority of a task so that smaller is better.
func (h *Header) priority(id TaskID) int64 {
	if h.HigherFirst() {
		return -h.Tasks[id].Priority
	}
	return h.Tasks[id].Priority
}
