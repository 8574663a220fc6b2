package trace

import (
	"fmt"
	"slices"
)

// cacheCheck is the cache of a CPU, as far as the validator has seen.
type cacheCheck struct {
	warm []TaskID        // the newest first
	cold map[TaskID]Time // how long others have computed there
}

// cacheOf returns the cache of a CPU; nil if there are none.
func (v *validator) cacheOf(cpu int) *cacheCheck {
	if v.h.Cache == nil || cpu < 0 || cpu >= v.h.CPUs {
		return nil
	}
	for len(v.caches) < v.h.CPUs {
		v.caches = append(v.caches, cacheCheck{cold: map[TaskID]Time{}})
	}
	return &v.caches[cpu]
}

// paced returns how much of its operation a running task does in a time.
func (v *validator) paced(t *taskCheck, ran Time) Time {
	k := v.cacheOf(t.cpu)
	if k == nil {
		return ran
	}
	id := v.cpus[t.cpu].task
	if slices.Contains(k.warm, id) {
		return ran * Time(v.h.Cache.Rate)
	}
	k.cold[id] += ran
	return ran
}

// over reports whether a task has done more than its operation is long: with
// caches, by more than the end of a grain can make.
func (v *validator) over(t *taskCheck, id TaskID) bool {
	extra := Time(0)
	if v.h.Cache != nil {
		extra = max(1, v.h.Cache.Grain)*Time(v.h.Cache.Rate) - 1
	}
	return t.done > v.length(id)+extra
}

// cache checks what becomes of the caches.
func (v *validator) cache(e Event, t *taskCheck) error {
	k := v.cacheOf(e.CPU)
	if k == nil {
		return fmt.Errorf("there is no cache")
	}
	used := func() (sum int64) {
		for _, id := range k.warm {
			sum += v.h.Tasks[id].WorkingSet
		}
		return sum
	}
	if e.Kind == Evict {
		last := len(k.warm) - 1
		if last < 0 || k.warm[last] != e.Task || used() <= v.h.Cache.Size {
			return fmt.Errorf("it isn't its turn to leave the cache: %v", k.warm)
		}
		k.warm = k.warm[:last]
		k.cold[e.Task] = 0
		return nil
	}
	if t.state != Running || t.cpu != e.CPU || slices.Contains(k.warm, e.Task) || used() > v.h.Cache.Size {
		return v.cannot(t)
	}
	v.charge(t)
	if k.cold[e.Task] != v.h.Cache.Warmup {
		return fmt.Errorf("it computed there for %d, not %d", k.cold[e.Task], v.h.Cache.Warmup)
	}
	k.warm = slices.Insert(k.warm, 0, e.Task)
	return nil
}

// switched checks how long a context switch took.
func (v *validator) switched(c *cpuCheck, t *taskCheck, e Event) error {
	took, want := e.Time-c.since, v.h.Switch
	if v.h.Migration > 0 && t.cpuTime > 0 && t.last != e.CPU {
		if took == v.h.Migration { // the switch itself was free
			return nil
		}
		want += v.h.Migration
	}
	if v.exact && took != want {
		return fmt.Errorf("a context switch takes %d, not %d", want, took)
	}
	return nil
}
