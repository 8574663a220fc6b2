//go:build linux && (amd64 || arm64)

package host

import (
	"fmt"
	"os"
	"testing"
	"time"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

func queue(capacity int) []workload.Resource {
	return []workload.Resource{{Name: "q", Kind: workload.Queue, Capacity: capacity}}
}

// made is what a queue of a capacity has to be.
func made(capacity int) string {
	if capacity&(capacity-1) == 0 && capacity*os.Getpagesize() <= pipeLimit() {
		return MadePipe
	}
	return MadeRing
}

func TestQueue(t *testing.T) {
	const values = 12
	for _, capacity := range []int{1, 3} {
		for name, think := range map[string]workload.Time{"slow consumer": 3 * ms, "fast consumer": 0} {
			producer := []any{}
			for i := range values {
				producer = append(producer, cpu(1*ms), put(0, int64(i*i)))
			}
			w := work(queue(capacity), task("producer", 0, producer...), task("consumer", 0, repeat(values, get(0), cpu(think))))
			r := runReal(t, w, Options{}) // which checks the order and the room
			if n := count(r, 1, trace.Get); n != values {
				t.Errorf("%s: got %d values, want %d", name, n, values)
			}
			room, value := count(r, 0, trace.BlockPut), count(r, 1, trace.BlockGet)
			if think > 0 && room == 0 || think == 0 && value == 0 { // whatever the speed: they share one CPU
				t.Errorf("%s, %d slots: waited %d times for room, %d times for a value", name, capacity, room, value)
			}
			if got := r.Report.Queues; len(got) != 1 || got[0] != (QueueReport{"q", made(capacity)}) || r.Recording.Header.Resources[0].Made != got[0].Made {
				t.Errorf("%d slots: made of %v, want %s", capacity, got, made(capacity))
			}
		}
	}
}

// Putting blocks exactly when the queue holds as many values as it has slots, and
// goes on with the first that is taken.
func TestPutBlocksWhenFull(t *testing.T) {
	for _, capacity := range []int{1, 5, 16} {
		n := int64(capacity)
		w := work(queue(capacity),
			task("producer", 0, repeat(n+1, put(0, 7)), cpu(1*ms)),
			task("consumer", 0, pause(30*ms), get(0), pause(20*ms), repeat(n, get(0))))
		for _, level := range []string{LevelSelf, LevelBest} {
			inTime(t, func() string {
				return blocksWhenFull(t, runReal(t, w, Options{Level: level}), capacity)
			})
		}
	}
}

func blocksWhenFull(t *testing.T, r *Result, capacity int) (complaint string) {
	held, waits := 0, 0
	var taken, woken trace.Time
	for _, e := range r.Recording.Events(0) {
		switch e.Kind {
		case trace.Put:
			held++
		case trace.BlockPut:
			waits++
			if held != capacity {
				t.Errorf("%d slots: blocked with %d values", capacity, held)
			}
		case trace.Get:
			held--
			if taken == 0 {
				taken = e.Time
			}
		case trace.WakePut:
			woken = e.Time
			if e.Arg != 1 {
				t.Errorf("%d slots: woken by task %d", capacity, e.Arg)
			}
			if woken < taken || taken == 0 {
				t.Errorf("%d slots: woken at %v, room was at %v", capacity, time.Duration(woken), time.Duration(taken))
			}
		}
	}
	switch {
	case waits != 1:
		return fmt.Sprintf("%d slots: blocked %d times", capacity, waits)
	case woken > taken+20*trace.Time(ms):
		return fmt.Sprintf("%d slots: woken at %v, room was at %v", capacity, time.Duration(woken), time.Duration(taken))
	}
	return ""
}

// crowd is several producers and consumers at one queue; each value is unique.
func crowd(capacity, each int, pause ...any) *workload.Workload {
	const sides = 3
	w := work(queue(capacity))
	for p := range sides {
		var ops []any
		for i := range each {
			ops = append(ops, cpu(workload.Time(50_000*(1+(i+p)%4))), put(0, int64(p*1000+i)))
			ops = append(ops, pause...)
		}
		w.Tasks = append(w.Tasks, task(fmt.Sprint("P", p), 0, ops...))
	}
	for c := range sides {
		w.Tasks = append(w.Tasks, task(fmt.Sprint("C", c), 0, repeat(int64(each), get(0), cpu(workload.Time(60_000*(1+c))))))
	}
	return w
}

// However many are at a queue, every value is taken once, in the order in which
// they were put, and the clocks agree on it.
func TestCrowdAtAQueue(t *testing.T) {
	const each = 60
	for _, capacity := range []int{1, 2, 3, 32} {
		w := crowd(capacity, each)
		for _, level := range []string{LevelSelf, LevelBest} {
			r := runReal(t, w, Options{Level: level})
			seen := map[int64]int{}
			blocked := map[trace.Kind]int{}
			needless := 0
			held := 0
			for _, e := range r.Recording.Events(0) {
				switch e.Kind {
				case trace.Put:
					held++
				case trace.Get:
					held--
					seen[e.Arg]++
				case trace.BlockPut:
					blocked[e.Kind]++
					if held < capacity {
						needless++
					}
				case trace.BlockGet:
					blocked[e.Kind]++
					if held > 0 {
						needless++
					}
				}
			}
			if len(seen) != 3*each {
				t.Errorf("%d slots: took %d different values, want %d", capacity, len(seen), 3*each)
			}
			want := made(capacity)
			if r.Report.Level == LevelSelf {
				want = MadeRing
			}
			if got := r.Report.Queues[0].Made; got != want && !warned(r, WarnPipe) {
				t.Errorf("%d slots, level %s: made of a %s, want a %s", capacity, r.Report.Level, got, want)
			}
			t.Logf("%d slots, level %s: waited %v, needlessly %d times, warnings %v", capacity, r.Report.Level, blocked, needless, r.Report.Warnings)
		}
	}
}

// A queue is left as it is when the limit ends everybody.
func TestKilledAtAQueue(t *testing.T) {
	for _, capacity := range []int{1, 2, 3} {
		w := work(queue(capacity),
			task("P", 0, repeat(-1, put(0, 1), cpu(ms/20))), task("Q", 0, repeat(-1, put(0, 2), cpu(ms/50))), // with no time in between a busy machine might end them after too many records
			task("C", 0, repeat(-1, get(0), cpu(ms/50))), task("D", 0, repeat(-1, get(0), cpu(ms/10))))
		for _, level := range []string{LevelSelf, LevelBest} {
			r := runReal(t, w, Options{Level: level, Limit: 50 * time.Millisecond})
			if n := count(r, -1, trace.Kill); n != len(w.Tasks) {
				t.Errorf("killed %d of %d", n, len(w.Tasks))
			}
		}
	}
}

// Whoever waits only so long gives up then, and whoever doesn't wait at all at
// once; both go on.
func TestGivingUp(t *testing.T) {
	resources := []workload.Resource{{Name: "L", Kind: workload.Mutex}, {Name: "q", Kind: workload.Queue, Capacity: 1}}
	w := work(resources,
		task("owner", 0, lock(0), put(1, 5), pause(150*ms), unlock(0), never(put(1, 6)), pause(20*ms), get(1)),
		task("waiter", 5*ms, within(lock(0), 10*ms), cpu(1*ms), within(put(1, 7), 5*ms), never(lock(0)), cpu(1*ms),
			within(lock(0), 900*ms), unlock(0)),
		task("reader", 400*ms, never(get(1)), within(get(1), 3*ms)))
	for _, level := range []string{LevelSelf, LevelBest} {
		inTime(t, func() string {
			r := runReal(t, w, Options{Level: level})
			show(t, r)
			for task, want := range []map[trace.Kind]int{
				{trace.Refused: 1, trace.TimedOut: 0},
				{trace.Refused: 1, trace.TimedOut: 2, trace.Lock: 1},
				{trace.Refused: 1, trace.TimedOut: 1},
			} {
				for kind, n := range want {
					if got := count(r, task, kind); got != n {
						return fmt.Sprintf("level %s: %s did %v %d times, want %d", level, w.Tasks[task].Name, kind, got, n)
					}
				}
			}
			if got := r.Report.Queues[0].Made; got != MadeRing {
				t.Errorf("a queue for which somebody waits only so long is made of a %s", got)
			}
			return ""
		})
	}
}
