package sim

import (
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// caches are those of the CPUs, where the machine has any that matter: see
// [workload.Cache].
type caches struct {
	like workload.Cache
	of   []cache // by CPU
	// gained is how much more each task has computed than it had CPU time.
	gained []Time
}

// cache is what a CPU keeps close.
type cache struct {
	warm []TaskID // the newest first
	used int64    // by their working sets
	// cold is how long tasks have yet to compute here until they are warm.
	cold map[TaskID]Time
}

func newCaches(m *workload.Machine) *caches {
	if m.Cache.Size == 0 {
		return nil
	}
	h := &caches{like: m.Cache, of: make([]cache, m.CPUs)}
	for c := range h.of {
		h.of[c].cold = map[TaskID]Time{}
	}
	return h
}

// headerCache is what a recording says of the caches.
func headerCache(c *workload.Cache) *trace.Cache {
	if c.Size == 0 {
		return nil
	}
	return &trace.Cache{Size: c.Size, Warmup: Time(c.Warmup), Rate: c.Rate, Grain: Time(c.Grain)}
}

func (h *caches) grow(tasks int) {
	for len(h.gained) < tasks {
		h.gained = append(h.gained, 0)
	}
}

// gain is how much more than its CPU time the task of a CPU has computed since
// it was last accounted for.
func (m *Machine) gain(cp *cpu) Time {
	if !cp.warm {
		return 0
	}
	return (m.now - cp.since) * Time(m.caches.like.Rate-1)
}

// enter looks whether the cache of a CPU is warm for the task that begins to run.
func (m *Machine) enter(c int, id TaskID) {
	h, cp := m.caches, &m.cpus[c]
	h.grow(len(m.hot))
	if cp.warm = slices.Contains(h.of[c].warm, id); cp.warm {
		return
	}
	if _, warming := h.of[c].cold[id]; !warming {
		h.of[c].cold[id] = Time(h.like.Warmup)
		if h.like.Warmup == 0 {
			m.warmUp(c, id)
		}
	}
}

// runCached lets the task of a CPU compute until its operation or its slice ends
// or the cache is warm for it.
func (m *Machine) runCached(c int, left Time) {
	h, cp := m.caches, &m.cpus[c]
	cp.warmAt = Never
	if cp.warm {
		rate := Time(h.like.Rate)
		left = left/rate + min(1, left%rate)
		if grain := Time(h.like.Grain); grain > 0 {
			left = (left + grain - 1) / grain * grain
		}
	} else if cold := h.of[c].cold[cp.task]; cold > 0 {
		cp.warmAt = m.after(cold)
	}
	cp.opEnd = m.after(left)
	m.cpuTimers.set(uint32(c), uint64(min(cp.opEnd, cp.sliceEnd, cp.warmAt)))
}

// accountCached is account where there are caches.
func (m *Machine) accountCached(cp *cpu, ran Time) {
	p, h := &m.hot[cp.task], m.caches
	if cp.warm {
		gain := min(ran*Time(h.like.Rate-1), p.left) // less than nothing if a grain was lost
		h.gained[cp.task] += gain
		p.left -= gain
	} else {
		cold := h.of[p.cpu].cold
		cold[cp.task] = max(0, cold[cp.task]-ran)
	}
}

// warmed handles that the cache of a CPU is warm now for its task.
func (m *Machine) warmed(c int) {
	cp := &m.cpus[c]
	m.account(cp)
	m.warmUp(c, cp.task)
	if cp.opEnd > m.now {
		m.runCached(c, m.hot[cp.task].left)
	}
}

// warmUp puts a task into a cache, and out of it who no longer fits: himself too,
// if he alone is too large.
func (m *Machine) warmUp(c int, id TaskID) {
	k := &m.caches.of[c]
	delete(k.cold, id)
	k.warm = slices.Insert(k.warm, 0, id)
	k.used += m.cold[id].task.WorkingSet
	m.rec.Append(m.now, trace.Warm, id, c, 0)
	for k.used > m.caches.like.Size {
		last := len(k.warm) - 1
		out := k.warm[last]
		k.warm = k.warm[:last]
		k.used -= m.cold[out].task.WorkingSet
		k.cold[out] = Time(m.caches.like.Warmup)
		m.rec.Append(m.now, trace.Evict, out, c, 0)
	}
	m.cpus[c].warm = slices.Contains(k.warm, id)
	m.cpus[c].warmAt = Never
}

// moves reports whether a task comes from another CPU.
func (m *Machine) moves(c int, id TaskID) bool {
	return m.hot[id].ran > 0 && int(m.cold[id].ranOn) != c
}

// computed is how much a task has computed: its CPU time, and what it gained by
// warm caches.
func (m *Machine) computed(id TaskID) Time {
	done := m.view.Ran(id)
	if h := m.caches; h != nil && int(id) < len(h.gained) {
		done += h.gained[id]
		if p := &m.hot[id]; p.state == trace.Running {
			done += m.gain(&m.cpus[p.cpu])
		}
	}
	return done
}
