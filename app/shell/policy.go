package shell

import (
	"timeslice/sim/trace"
)

// policyAt is a policy that is in force once so many events have happened.
type policyAt struct {
	events int
	policy trace.Policy
}

// mostLooked is how many events are looked through for a change of the policy.
const mostLooked = 20_000

// policiesOf returns the policies of a run, one after the other.
func policiesOf(r *trace.Recording) []policyAt {
	all := []policyAt{{0, r.Header.Policies[0]}}
	for i, e := range r.Events(0) {
		now := all[len(all)-1].policy
		switch {
		case i >= mostLooked:
			return all
		case e.Kind == trace.Quantum && e.Arg >= 0 && trace.Time(e.Arg) != now.Slice:
			now.Slice = trace.Time(e.Arg)
		case e.Kind == trace.Switched && int(e.Object) < len(r.Header.Policies):
			now = r.Header.Policies[e.Object]
		default:
			continue
		}
		if e.Time == 0 {
			all = all[:0]
		}
		all = append(all, policyAt{i + 1, now})
	}
	return all
}

// policyNow is the policy in force at the instant shown.
func (s *Shell) policyNow() *trace.Policy {
	all := s.session.policies
	i := len(all) - 1
	for i > 0 && all[i].events > s.player.events {
		i--
	}
	return &all[i].policy
}

// policiesWhole is every policy a run is under, one after the other.
func (s *Shell) policiesWhole(of *session) string {
	h := &of.seen.Header
	text := ""
	for i, p := range of.policies {
		switch {
		case i == 0:
			text = s.policyWhole(&p.policy, h)
		case p.policy.Name == of.policies[i-1].policy.Name && p.policy.Slice > 0:
			text += " / " + s.words.T("policy.param.quantum", "Value", h.WithUnit(p.policy.Slice))
		default:
			text += " / " + s.policyWhole(&p.policy, h)
		}
	}
	return text
}

// policyWhole is a policy with its whole name: "Round robin, q = 4 ms".
func (s *Shell) policyWhole(p *trace.Policy, h *trace.Header) string {
	text := s.policyOf(p)
	if p.Slice > 0 {
		text += ", " + s.words.T("policy.param.quantum", "Value", h.WithUnit(p.Slice))
	}
	return text
}
