package workload

// Operations on timers. None of them takes time.
const (
	OpStartTimer  OpCode = iota + 124 // timer Res goes off After from now, and then Every so often; it forgets what was
	OpCancelTimer                     // it doesn't; who waits for it goes on
	OpAwaitTimer                      // wait until timer Res goes off, or take how often it has: that is left in acc
)

// timerField reads a key of a timer.
func (r *reader) timerField(res *Resource, key string, d Time) {
	if key == "every" {
		res.Every = d
	} else {
		res.After = d
	}
}

// timerDetail writes what a timer says beside its kind.
func (o *writer) timerDetail(res *Resource) string {
	text := ", after: " + o.time(res.After)
	if res.Every > 0 {
		text += ", every: " + o.time(res.Every)
	}
	return text
}
