// Package deadlock holds the algorithms on tables of who has how many units of
// which resource: the banker's, which avoids deadlocks, and the detection of
// those that are there.
//
// E. W. Dijkstra: EWD 108, 1965; A. N. Habermann: Prevention of System
// Deadlocks, CACM 12(7), 1969; Silberschatz, Galvin, Gagne: Operating System
// Concepts, 10th edition, 8.6.3 and 8.7.2; Tanenbaum, Bos: Modern Operating
// Systems, 4th edition, 6.4 and 6.5.
package deadlock

import (
	"iter"
	"slices"
)

// State is a table: a row for each process, a column for each resource. All rows
// are as long as Available, and nothing in it is negative.
type State struct {
	Available  []int64
	Allocation [][]int64
	// Need is what each process may still ask for: its claim without what it has.
	// For detection it is what each asks for now.
	Need [][]int64
}

// clone returns a copy that changes on its own.
func (s *State) clone() State {
	c := State{Available: slices.Clone(s.Available)}
	for i := range s.Allocation {
		c.Allocation = append(c.Allocation, slices.Clone(s.Allocation[i]))
		c.Need = append(c.Need, slices.Clone(s.Need[i]))
	}
	return c
}

// fits reports whether one row is nowhere more than another.
func fits(a, b []int64) bool {
	for i := range a {
		if a[i] > b[i] {
			return false
		}
	}
	return true
}

func add(a, b []int64, sign int64) {
	for i := range a {
		a[i] += sign * b[i]
	}
}

// Order lets processes, one after the other, have what they need, end, and give
// back all they have, going through the list again and again as long as that
// lets anybody end. It returns the order in which they end; if that is all of
// them, the state is safe. left are the others, in the order of the list.
func (s *State) Order() (order, left []int) {
	ended := make([]bool, len(s.Need))
	for look := range s.Looks() {
		if look.Enough {
			ended[look.Process] = true
			order = append(order, look.Process)
		}
	}
	for i, e := range ended {
		if !e {
			left = append(left, i)
		}
	}
	return order, left
}

// Look is one step of [State.Order]: a process that hasn't ended is looked at.
type Look struct {
	Process int
	Enough  bool    // what is free is enough for it: it ends
	Free    []int64 // before that; only until the next step
}

// Looks returns the steps of [State.Order].
func (s *State) Looks() iter.Seq[Look] {
	return func(yield func(Look) bool) {
		free := slices.Clone(s.Available)
		ended := make([]bool, len(s.Need))
		for moved := true; moved; {
			moved = false
			for i := range s.Need {
				if ended[i] {
					continue
				}
				enough := fits(s.Need[i], free)
				if !yield(Look{i, enough, free}) {
					return
				}
				if enough {
					add(free, s.Allocation[i], 1)
					ended[i], moved = true, true
				}
			}
		}
	}
}

// Safe reports whether all processes can end in some order, whatever they ask
// for within their claims.
func (s *State) Safe() bool {
	_, left := s.Order()
	return len(left) == 0
}

// Follows reports whether processes can end in a given order.
func (s *State) Follows(order []int) bool {
	free := slices.Clone(s.Available)
	seen := make([]bool, len(s.Need))
	for _, i := range order {
		if i < 0 || i >= len(s.Need) || seen[i] || !fits(s.Need[i], free) {
			return false
		}
		seen[i] = true
		add(free, s.Allocation[i], 1)
	}
	return len(order) == len(s.Need)
}

// MostCounted is how many processes [State.Orders] counts orders of at most.
const MostCounted = 20

// Orders returns in how many orders all processes can end; ok is false if there
// are more than MostCounted. It counts by the sets of those that have ended, so
// 2 to the power of their number.
func (s *State) Orders() (count int64, ok bool) {
	n := len(s.Need)
	if n > MostCounted {
		return 0, false
	}
	ways := make([]int64, 1<<n)
	ways[0] = 1
	free := make([]int64, len(s.Available))
	for set := range ways {
		if ways[set] == 0 {
			continue
		}
		copy(free, s.Available)
		for i := range n {
			if set>>i&1 == 1 {
				add(free, s.Allocation[i], 1)
			}
		}
		for i := range n {
			if set>>i&1 == 0 && fits(s.Need[i], free) {
				ways[set|1<<i] += ways[set]
			}
		}
	}
	return ways[len(ways)-1], true
}

// Verdict is what the banker says to a request.
type Verdict uint8

// The verdicts.
const (
	Granted Verdict = iota + 1 // it has it
	Wait                       // there isn't enough now
	Unsafe                     // there is, but then not everybody might end
	Exceeds                    // it is more than its claim
)

// String returns the verdict's stable code.
func (v Verdict) String() string {
	return [...]string{"", "granted", "wait", "denied_unsafe", "exceeds_claim"}[v]
}

// Request asks the banker for units for a process. then is the state in which
// the request is granted, whether it is safe or not; for Wait and Exceeds it is
// the state as it was.
func (s *State) Request(process int, amount []int64) (v Verdict, then State) {
	then = s.clone()
	switch {
	case !fits(amount, s.Need[process]):
		return Exceeds, then
	case !fits(amount, s.Available):
		return Wait, then
	}
	add(then.Available, amount, -1)
	add(then.Allocation[process], amount, 1)
	add(then.Need[process], amount, -1)
	if !then.Safe() {
		return Unsafe, then
	}
	return Granted, then
}

// Deadlocked returns the processes of which none will ever have what it asks for
// now. Who has nothing holds up nobody and isn't one of them.
func (s *State) Deadlocked() []int {
	_, left := s.Order()
	return slices.DeleteFunc(left, func(i int) bool {
		return !slices.ContainsFunc(s.Allocation[i], func(n int64) bool { return n > 0 })
	})
}
