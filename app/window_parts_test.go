package main

import (
	"fmt"
	"strings"
	"testing"

	"timeslice/sim/trace"
)

// stepThroughParts opens the panel of context switches and steps through the run in
// the smallest steps there are, to its end and back: after every key the window must
// stand where the trace, made apart from it, says, and tell which part that is.
func stepThroughParts(t *testing.T, d *desktop, want *trace.Recording) {
	d.press("Home")
	before := d.look()
	d.press("s")
	d.until("the panel", func() bool { return strings.Contains(d.shell.Describe(), "nobody") })
	if off := difference(before, d.look()); off < 0.5 {
		t.Errorf("S changes the screen by %.2f of 255: there is no panel", off)
	}
	stands := []trace.Stand{{Of: -1}}
	for {
		last := stands[len(stands)-1]
		next := want.After(last)
		if next == last {
			break
		}
		stands = append(stands, next)
	}
	at := func(stand trace.Stand) {
		t.Helper()
		d.until(fmt.Sprint("to stand at ", stand), func() bool { return d.shell.Stand() == stand })
		said := ask(d.shell.Describe)
		if part := stand.Part; part != trace.NoPart && (!strings.Contains(said, part.String()+": ") || !strings.Contains(said, "PCB of P")) {
			t.Errorf("at %v the window says\n%s", stand, said)
		}
	}
	parts := map[trace.Part]int{}
	for _, stand := range stands[1:] {
		d.press("Right")
		at(stand)
		parts[stand.Part]++
	}
	if parts[trace.SaveContext] == 0 || parts[trace.ChooseNext] < 3 || parts[trace.ChooseNext] != parts[trace.LoadContext] {
		t.Errorf("it has gone through %v", parts)
	}
	for i := len(stands) - 2; i >= 0; i-- {
		d.press("bracketleft")
		at(stands[i])
	}
	d.press("s", "Right")
	at(trace.Stand{Events: 1, Of: -1})
}

// stopAtTheLock sets a breakpoint with the keyboard alone, and goes to where the
// lock is contended: at once, and playing.
func stopAtTheLock(t *testing.T, d *desktop, want *trace.Recording) {
	contended := -1
	for i, e := range want.Events(0) {
		if e.Kind == trace.BlockLock {
			contended = i
			break
		}
	}
	at := func() bool { n, _ := d.shell.Instant(); return n == contended+1 }
	d.press("Home", "F9", "Tab", "space", "Escape", "F8")
	d.until("to stop at the lock", at)
	if said := ask(d.shell.Describe); !strings.Contains(said, "Stopped at: a lock that another has.") {
		t.Errorf("the window says\n%s", said)
	}
	d.press("Home", "plus", "plus", "plus", "plus", "plus", "space")
	d.until("playing to stop at the lock", at)
	d.press("minus", "minus", "minus", "minus", "minus", "F8")
	d.until("the end", func() bool { n, _ := d.shell.Instant(); return n == want.Len() })
	d.press("F9", "Tab", "space", "Escape")
}
