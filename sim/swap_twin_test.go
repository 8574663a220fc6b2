package sim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timeslice/sim"
	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// twinProcess is a process of the twin: it computes and sleeps by turns.
type twinProcess struct {
	at, pages int
	batch     bool
	bursts    []int // CPU, sleep, CPU, …, CPU, in ms

	state   string // "", queued, ready, running, blocked, ended
	place   string // "", memory, leaving, disk, coming
	left    int    // of its burst
	until   int    // it sleeps
	slept   int    // when it fell asleep, among all
	since   int    // it is in memory
	ran, in int    // CPU time in all, and when it came into memory
}

// twinMachine does what sim/swap.go says, a millisecond after the other, with one
// CPU and round robin.
type twinMachine struct {
	limit, swapIn, swapOut, residence, degree, quantum int
	all                                                []*twinProcess
	t, slice, sleeps                                   int
	running                                            *twinProcess
	ready, line, batch                                 []*twinProcess
	moving                                             *twinProcess
	moved                                              int
}

func (m *twinMachine) used() (n int) {
	for _, p := range m.all {
		if p.place == "memory" || p.place == "leaving" || p.place == "coming" {
			n += p.pages
		}
	}
	return n
}

func (m *twinMachine) arrive(p *twinProcess) {
	p.state, p.left = "ready", p.bursts[0]
	if m.used()+p.pages > m.limit || len(m.line) > 0 {
		p.place = "disk"
		m.line = append(m.line, p)
		return
	}
	p.place, p.since = "memory", m.t
	m.ready = append(m.ready, p)
}

func (m *twinMachine) wake(p *twinProcess) {
	p.state, p.bursts, p.left = "ready", p.bursts[1:], p.bursts[1]
	if p.place == "memory" {
		m.ready = append(m.ready, p)
	} else {
		m.line = append(m.line, p)
	}
}

// tick does everything that happens at an instant.
func (m *twinMachine) tick() {
	if p := m.running; p != nil {
		p.left--
		p.ran++
		m.slice++
		if p.left == 0 {
			m.running = nil
			if p.bursts = p.bursts[1:]; len(p.bursts) == 0 {
				p.state, p.place = "ended", ""
			} else {
				m.sleeps++
				p.state, p.until, p.slept = "blocked", m.t+p.bursts[0], m.sleeps
			}
		}
	}
	var due []*twinProcess
	for _, p := range m.all {
		if p.state == "blocked" && p.until == m.t {
			due = append(due, p)
		}
	}
	slices.SortFunc(due, func(a, b *twinProcess) int { return a.slept - b.slept })
	for _, p := range due {
		m.wake(p)
	}
	for _, p := range m.all {
		if p.at == m.t && p.batch {
			p.state = "queued"
			m.batch = append(m.batch, p)
		} else if p.at == m.t {
			m.arrive(p)
		}
	}
	if p := m.running; p != nil && m.slice == m.quantum {
		m.running, p.state = nil, "ready"
		m.ready = append(m.ready, p)
	}
	m.schedule()
	if m.running == nil && len(m.ready) > 0 {
		m.running, m.ready = m.ready[0], m.ready[1:]
		m.running.state, m.slice = "running", 0
	}
	m.t++
}

func (m *twinMachine) schedule() {
	for first := true; ; first = false {
		if p := m.moving; p != nil && m.moved > m.t {
			if !first {
				return
			}
		} else if p != nil {
			m.moving = nil
			if p.place == "leaving" {
				p.place = "disk"
			} else {
				p.place, p.since, p.in = "memory", m.t, p.ran
				m.ready = append(m.ready, p)
			}
		}
		for first && len(m.batch) > 0 {
			live := 0
			for _, p := range m.all {
				if p.state == "ready" || p.state == "running" || p.state == "blocked" {
					live++
				}
			}
			if live >= m.degree {
				break
			}
			m.arrive(m.batch[0])
			m.batch = m.batch[1:]
		}
		if m.moving != nil || len(m.line) == 0 {
			return
		}
		if p := m.line[0]; m.used()+p.pages <= m.limit {
			m.line = m.line[1:]
			p.place, m.moving, m.moved = "coming", p, m.t+m.swapIn*p.pages
			continue
		}
		var victims []*twinProcess
		for _, want := range []string{"blocked", "ready"} {
			from := len(victims)
			for _, p := range m.all {
				ripe := want == "blocked" || p.since+m.residence <= m.t && p.ran > p.in
				if p.state == want && p.place == "memory" && ripe {
					victims = append(victims, p)
				}
			}
			slices.SortStableFunc(victims[from:], func(a, b *twinProcess) int { return a.since - b.since })
		}
		room := m.limit - m.used()
		for _, p := range victims {
			room += p.pages
		}
		if room < m.line[0].pages {
			return
		}
		p := victims[0]
		if p.state == "ready" {
			m.ready = slices.DeleteFunc(m.ready, func(x *twinProcess) bool { return x == p })
			m.line = append(m.line, p)
		}
		p.place, m.moving, m.moved = "leaving", p, m.t+m.swapOut*p.pages
	}
}

func (p *twinProcess) String() string {
	if p.place != "memory" && (p.state == "ready" || p.state == "blocked") {
		return p.state + "_suspend"
	}
	return p.state
}

// Who is admitted, swapped out and in, and when, is as a slow twin has it that does
// a millisecond after the other.
func TestSwappingTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		small := func(what string, from, to int) int { return rapid.IntRange(from, to).Draw(t, what) }
		twin := &twinMachine{
			limit: small("memory", 4, 9), swapIn: small("in", 0, 2), swapOut: small("out", 0, 2),
			residence: small("residence", 1, 12), degree: small("degree", 1, 4), quantum: small("quantum", 1, 4),
		}
		w := computer(1)
		for i := range small("processes", 1, 6) {
			p := &twinProcess{at: small("at", 0, 12), pages: small("pages", 1, 4), batch: small("batch", 0, 2) == 0}
			var ops []workload.Op
			for k := range 2*small("turns", 0, 3) + 1 {
				p.bursts = append(p.bursts, small("burst", 1, 8))
				if d := workload.Time(p.bursts[k]); k%2 == 0 {
					ops = append(ops, cpu(d))
				} else {
					ops = append(ops, sleep(d))
				}
			}
			one := task(workload.Time(p.at), ops...)
			one.Name, one.Pages, one.Batch = name(i), p.pages, p.batch
			w.Tasks = append(w.Tasks, one)
			twin.all = append(twin.all, p)
		}
		w.Machine.Memory, w.Machine.Multiprogramming = twin.limit, twin.degree
		w.Machine.SwapIn, w.Machine.SwapOut = workload.Time(twin.swapIn)*ms, workload.Time(twin.swapOut)*ms
		w.Machine.Residence = workload.Time(twin.residence) * ms
		policy := fmt.Sprintf("rr quantum=%d", twin.quantum)
		m, err := runChecked(w, func() sim.Policy { return choose(tester{t}, policy) }, noInterventions)
		if err != nil {
			t.Fatal(err)
		}
		r := m.Recording()
		var s trace.Snapshot
		for at := trace.Time(0); at <= r.End(); at += ms {
			twin.tick()
			r.Snapshot(&s, at)
			if s.Memory.Used != twin.used() {
				t.Fatalf("at %d ms %d pages are in memory, the twin has %d\n%s", at/ms, s.Memory.Used, twin.used(), transcript(r))
			}
			for id, p := range twin.all {
				if got := stateName(&s.Tasks[id]); got != p.String() {
					t.Fatalf("at %d ms %s is %s, the twin's is %s\n%s", at/ms, name(id), got, p, transcript(r))
				}
			}
		}
	})
}

// stateName is what the twin calls a state.
func stateName(at *trace.TaskAt) string {
	switch {
	case at.Submitted:
		return "queued"
	case at.State == trace.New:
		return ""
	case at.State == trace.Terminated:
		return "ended"
	case at.Suspended:
		return at.State.String() + "_suspend"
	}
	return at.State.String()
}

// sevenStates are the transitions of figure 3.9b in W. Stallings: Operating
// Systems, 7th edition, with the ends that lead from anywhere: New, Ready,
// rUnning, Blocked, ready/Suspend (r), blocked/Suspend (b), eXit. None into
// ready/Suspend from running: who runs is preempted first.
const sevenStates = "NR RU UR UB UX BR BX Rr rR Bb br bB RX rX bX NX"

// With each event tasks only go from state to state as the seven-state model of
// the textbook has it.
func TestSevenStates(t *testing.T) {
	letters := map[string]string{
		"": "N", "queued": "N", "ready": "R", "running": "U", "blocked": "B", "ready_suspend": "r", "blocked_suspend": "b",
		"ended": "X", "zombie": "X",
	}
	seen := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		w := anyMemory(t)
		m, err := runChecked(w, func() sim.Policy { return choose(tester{t}, "rr quantum=2") }, noInterventions)
		if err != nil {
			t.Fatal(err)
		}
		r := m.Recording()
		var s trace.Snapshot
		last := strings.Repeat("N", len(r.Header.Tasks))
		for i, e := range r.Events(0) {
			r.SnapshotAt(&s, i+1, e.Time)
			now := ""
			for id := range s.Tasks {
				now += letters[stateName(&s.Tasks[id])]
				if step := last[id:id+1] + now[id:]; step[0] != step[1] {
					seen[step] = true
					if !strings.Contains(sevenStates, step) {
						t.Fatalf("task %d goes %s at event %d, %v\n%s", id, step, i, e.Kind, transcript(r))
					}
				}
			}
			last = now
		}
	})
	for _, step := range strings.Fields("NR RU UR UB UX BR Rr rR Bb br") {
		if !seen[step] {
			t.Errorf("no task went %s", step)
		}
	}
}
