package workload

// lineUp writes who has a lock next and how, where it isn't the default.
func lineUp(res *Resource) string {
	detail := ""
	if res.ByPriority {
		detail += ", order: priority"
	}
	if res.Barging {
		detail += ", handoff: no"
	}
	return detail
}

// unsure are the locks that a program may or may not hold, as it turns out when
// it runs: it tries to have them, or waits for them only so long.
func (c *compiler) unsure() map[int]bool {
	locks := map[int]bool{}
	for i := range c.p.Ops {
		if op := &c.p.Ops[i]; op.Code == OpLock && op.Patience != Patient {
			locks[op.Res] = true
		}
	}
	return locks
}
