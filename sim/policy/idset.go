package policy

import (
	"math/bits"

	"timeslice/sim"
)

// idset is a set of tasks that finds the next member after any number: a bit
// for each task, above it a bit for each word that isn't empty, and so on.
type idset struct {
	level [][]uint64 // the tasks first
	n     int
}

func (s *idset) grow(tasks int) {
	if len(s.level) > 0 && tasks <= len(s.level[0])*64 {
		return
	}
	old := *s
	*s = idset{}
	for size := tasks; ; {
		size = (size + 63) / 64
		s.level = append(s.level, make([]uint64, size))
		if size <= 1 {
			break
		}
	}
	for task := old.next(0); task != sim.NoTask; task = old.next(task + 1) {
		s.add(task)
	}
}

func (s *idset) add(task sim.TaskID) {
	s.grow(int(task) + 1)
	s.n++
	i := uint(task)
	for _, words := range s.level {
		words[i/64] |= 1 << (i % 64)
		i /= 64
	}
}

func (s *idset) remove(task sim.TaskID) {
	s.n--
	i := uint(task)
	for _, words := range s.level {
		words[i/64] &^= 1 << (i % 64)
		if words[i/64] != 0 {
			return
		}
		i /= 64
	}
}

func (s *idset) has(task sim.TaskID) bool {
	return len(s.level) > 0 && int(task) < len(s.level[0])*64 && s.level[0][task/64]&(1<<(task%64)) != 0
}

// next returns the first member from a number on; NoTask if there is none.
func (s *idset) next(from sim.TaskID) sim.TaskID {
	i := uint(from)
	for l, words := range s.level {
		if i/64 >= uint(len(words)) {
			return sim.NoTask
		}
		if rest := words[i/64] >> (i % 64); rest != 0 {
			i += uint(bits.TrailingZeros64(rest))
			for ; l > 0; l-- {
				i = i*64 + uint(bits.TrailingZeros64(s.level[l-1][i]))
			}
			return sim.TaskID(i)
		}
		i = i/64 + 1
	}
	return sim.NoTask
}
