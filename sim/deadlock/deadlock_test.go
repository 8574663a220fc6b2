package deadlock_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim/deadlock"
)

func someState(t *rapid.T) *deadlock.State {
	n, m := rapid.IntRange(1, 5).Draw(t, "processes"), rapid.IntRange(1, 3).Draw(t, "resources")
	row := func(most int) []int64 {
		r := make([]int64, m)
		for i := range r {
			r[i] = int64(rapid.IntRange(0, most).Draw(t, "units"))
		}
		return r
	}
	s := &deadlock.State{Available: row(3)}
	for range n {
		s.Allocation, s.Need = append(s.Allocation, row(3)), append(s.Need, row(5))
	}
	return s
}

// orders counts the obvious way: by trying all of them.
func orders(s *deadlock.State, order []int) (count int64) {
	if len(order) == len(s.Need) {
		if s.Follows(order) {
			return 1
		}
		return 0
	}
	for i := range s.Need {
		if !slices.Contains(order, i) {
			count += orders(s, append(order[:len(order):len(order)], i))
		}
	}
	return count
}

// TestAgainstAllOrders: a state is safe if and only if one of all orders works,
// and the order found is one of them; a request is granted if and only if the
// state after it is safe; who is deadlocked stays so whoever else ends.
func TestAgainstAllOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := someState(t)
		want := orders(s, nil)
		got, ok := s.Orders()
		order, left := s.Order()
		if !ok || got != want || s.Safe() != (want > 0) || len(order)+len(left) != len(s.Need) {
			t.Fatalf("%+v: %d orders, counted %d, found %v", s, want, got, order)
		}
		if s.Safe() && !s.Follows(order) {
			t.Fatalf("%+v: %v doesn't work", s, order)
		}
		for _, i := range s.Deadlocked() {
			if !slices.Contains(left, i) {
				t.Fatalf("%+v: %d isn't deadlocked", s, i)
			}
		}
		p := rapid.IntRange(0, len(s.Need)-1).Draw(t, "who")
		amount := make([]int64, len(s.Available))
		for i := range amount {
			amount[i] = int64(rapid.IntRange(0, 3).Draw(t, "amount"))
		}
		v, then := s.Request(p, amount)
		switch v {
		case deadlock.Granted, deadlock.Unsafe:
			if (orders(&then, nil) > 0) != (v == deadlock.Granted) {
				t.Fatalf("%+v: %v", then, v)
			}
			for i := range amount {
				if then.Available[i] < 0 || then.Need[p][i] < 0 {
					t.Fatalf("%+v: %v", then, v)
				}
			}
		}
	})
}
