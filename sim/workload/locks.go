package workload

// unsure are the locks that a program may or may not hold, as it turns out when
// it runs: it tries to have them, or waits for them only so long. An rlock is one
// too, since it may be held several times.
func (c *compiler) unsure() map[int]bool {
	locks := map[int]bool{}
	for i := range c.p.Ops {
		switch op := &c.p.Ops[i]; op.Code {
		case OpLock, OpLockRead:
			if op.Patience != Patient || c.w.Resources[op.Res].Kind == RLock {
				locks[op.Res] = true
			}
		}
	}
	return locks
}
