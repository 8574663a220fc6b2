package sim_test

import (
	"errors"
	"strings"
	"testing"

	"timeslice/sim"
	"timeslice/sim/trace"
)

// quitter serves first come first until, in one of its calls, it says that it
// can't go on.
type quitter struct {
	liar
	in   string // the call
	left int    // calls of it until then
	err  error
	quit bool
	next sim.Time
}

func (p *quitter) called(what string) {
	if p.in != what || p.quit {
		return
	}
	if p.left--; p.left < 0 {
		p.quit = true
		p.v.Fail(p.err)
		p.v.Fail(errors.New("only the first one counts"))
	}
}

func (p *quitter) Attach(v *sim.View) { p.liar.Attach(v); p.called("attach") }
func (p *quitter) Enqueue(task sim.TaskID, why sim.Reason) {
	p.liar.Enqueue(task, why)
	p.called("enqueue")
}
func (p *quitter) Slice(sim.TaskID) sim.Time   { p.called("slice"); return 0 }
func (p *quitter) Charge(sim.TaskID, sim.Time) { p.called("charge") }
func (p *quitter) Block(sim.TaskID)            { p.called("block") }
func (p *quitter) Fire()                       { p.next += 3 * ms; p.called("fire") }
func (p *quitter) Explain(int) sim.Explanation { return sim.Explanation{Chosen: sim.NoTask} }
func (p *quitter) Describe() sim.Description   { return sim.Description{Name: "quitter", Slice: 2 * ms} }
func (p *quitter) Pick(cpu int) (sim.TaskID, bool) {
	if p.called("pick"); p.quit {
		return 0, false
	}
	return p.liar.Pick(cpu)
}
func (p *quitter) Victim() (int, bool) { p.called("victim"); return 0, false }
func (p *quitter) Next() sim.Time {
	if p.in == "fire" && !p.quit {
		return p.next
	}
	return sim.Never
}

// Wherever a policy gives up, the run goes on without it and says why.
func TestPolicyThatFails(t *testing.T) {
	for _, in := range []string{"attach", "enqueue", "slice", "charge", "block", "fire", "pick", "victim"} {
		for left := range 3 {
			if in == "attach" && left > 0 {
				continue
			}
			why := errors.New("tired of " + in)
			w := computer(2, task(0, cpu(5), sleep(1), cpu(3)), task(0, cpu(4), sleep(2), cpu(3)), task(1, cpu(2), sleep(3), cpu(5)))
			m := run(t, w, &quitter{in: in, next: ms, left: left, err: why})
			if len(m.Faults()) != 1 || m.Faults()[0].Fault != sim.FaultFailed || !errors.Is(&m.Faults()[0], why) {
				t.Errorf("%s %d: faults are %v", in, left, m.Faults())
			}
			if f := &m.Faults()[0]; !strings.Contains(f.Error(), "policy quitter: tired of "+in) {
				t.Error(f)
			}
			if !strings.Contains(transcript(m.Recording()), "switched    fcfs") {
				t.Errorf("%s %d: the recording doesn't say so", in, left)
			}
			if err := (trace.Rules{Complete: true}).Check(m.Recording()); err != nil {
				t.Errorf("%s %d: %v", in, left, err)
			}
		}
	}
}

// Whom a draw will choose isn't known before it; the explanation says it anyhow.
func TestExplainWhoWasDrawn(t *testing.T) {
	r := run(t, computer(1, task(0, cpu(4)), task(0, cpu(2))), choose(t, "lottery")).Recording()
	for i, e := range r.Events(0) {
		if e.Kind != trace.Dispatch {
			continue
		}
		w := computer(1, task(0, cpu(4)), task(0, cpu(2)))
		why, ok, err := sim.Explain(sim.Config{Workload: w, Policy: choose(t, "lottery")}, e.Time, i)
		if err != nil || !ok || why.Rule != sim.RuleDraw || why.Chosen != e.Task {
			t.Errorf("event %d: %+v %v %v", i, why, ok, err)
		}
	}
}
