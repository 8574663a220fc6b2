package widgets

import (
	"fmt"
	"strings"
)

// Words says a sentence of the reader's language by its id, with its fields
// given as pairs: words("stage.lock.held", "Task", "P2"). An id it doesn't know
// it may give back as it is. nil speaks English.
type Words func(id string, values ...any) string

// english is what the stage says if nobody says it better.
var english = map[string]string{
	"transport.back":       "step",
	"transport.back.name":  "Step back",
	"transport.by_event":   "Play by event",
	"transport.by_time":    "Play by time",
	"transport.end":        "To the end",
	"transport.event":      "event {Index} / {Count}",
	"transport.mode.event": "by event",
	"transport.mode.time":  "by time",
	"transport.pause":      "Pause",
	"transport.play":       "Play",
	"transport.speed":      "{Factor}×",
	"transport.start":      "To the start",
	"transport.step":       "step",
	"transport.step.name":  "Step on",
	"transport.time":       "t = {Time}",
	"state.new":            "New", "state.new.letter": "N",
	"state.ready": "Ready", "state.ready.letter": "R",
	"state.running": "Running", "state.running.letter": "X",
	"state.blocked": "Blocked", "state.blocked.letter": "B",
	"state.terminated": "Terminated", "state.terminated.letter": "E",
	"state.switch.letter": "C",
	"state.idle":          "Idle",

	"stage.cpu":            "CPU {Index}",
	"stage.head":           "head",
	"stage.tail":           "tail",
	"stage.level":          "Level {Index}",
	"stage.queue":          "Queue {Name}",
	"stage.lock":           "Lock {Name}",
	"stage.lock.held":      "held by {Task}",
	"stage.lock.free":      "free",
	"stage.rlock":          "RLock {Name}",
	"stage.rlock.times":    " ×{N}",
	"stage.spin":           "Spin lock {Name}",
	"stage.spin.count":     ", {N} spin",
	"stage.spins":          "spins",
	"stage.writes":         "write",
	"stage.rwlock":         "RW lock {Name}",
	"stage.rwlock.read":    "read by {Task}",
	"stage.rwlock.written": "written by {Task}",
	"stage.semaphore":      "Semaphore {Name}",
	"stage.semaphore.left": "{N} left",
	"stage.semaphore.of":   "{N} of {Max} left",
	"stage.condition":      "Condition {Name}",
	"stage.condition.lock": "of lock {Name}",
	"stage.event":          "Event {Name}",
	"stage.event.set":      "set",
	"stage.event.clear":    "not set",
	"stage.barrier":        "Barrier {Name}",
	"stage.barrier.here":   "{N} of {Max} here",
	"stage.barrier.broken": "broken",
	"stage.gil":            "GIL of {Name}",
	"stage.wait.done":      "join",
	"stage.wait.task":      "task",
	"stage.wait.child":     "child",
	"stage.wait.gil":       "GIL",
	"stage.once":           "Once {Name}",
	"stage.once.not":       "not done",
	"stage.once.doing":     "done by {Task} now",
	"stage.once.done":      "done",
	"stage.wait.read":      "read",
	"stage.wait.unit":      "acquire",
	"stage.wait.safety":    "unsafe",
	"stage.wait.notify":    "wait",
	"stage.wait.event":     "await",
	"stage.wait.parties":   "arrive",
	"stage.wait.once":      "once",
	"stage.device":         "Device {Name}",
	"stage.io":             "I/O",
	"stage.sleep":          "Sleeping",
	"stage.release":        "Next release",
	"stage.left":           "{Time} left",
	"stage.at":             "at {Time}",
	"stage.exit":           "exit {Code}",
	"stage.more":           "{N} more",
	"stage.pc":             "pc {Index}",
	"stage.switch":         "switch",
	"stage.slice":          "slice {Time} left",

	"stage.wait.io":      "I/O",
	"stage.wait.sleep":   "sleep",
	"stage.wait.release": "release",
	"stage.wait.lock":    "acquire",
	"stage.wait.room":    "put",
	"stage.wait.value":   "get",

	"inspector.none":           "Select a task to see its process control block.",
	"inspector.process":        "process",
	"inspector.thread":         "thread of {Process}",
	"inspector.on":             "running on CPU {Index}",
	"inspector.ids":            "pid / ppid",
	"inspector.state":          "state",
	"inspector.since":          "since {Time}",
	"inspector.counter":        "program counter",
	"inspector.counter.end":    "past the end",
	"inspector.remaining":      "left of this line",
	"inspector.holds":          "holds · waits",
	"inspector.nothing":        "–",
	"inspector.times":          "cpu · ready · blocked",
	"inspector.switches":       "switches",
	"inspector.switches.value": "{Voluntary} voluntary · {Involuntary} forced",
	"inspector.priority":       "priority · nice",
	"inspector.affinity":       "may run on",
	"inspector.rhythm":         "period · deadline",
	"figure.arrival":           "arrival",

	"task.init":             "init",
	"state.zombie":          "Zombie",
	"state.stopped":         "Stopped",
	"tree.unix":             "UNIX: a tree of processes",
	"tree.windows":          "Windows: no tree, handles",
	"tree.thread":           "thread",
	"tree.adopted":          "adopted",
	"tree.ended":            "Ended: {Tasks}",
	"tree.handle.open":      "{Maker} has a handle of {Task}: it runs",
	"tree.handle.signalled": "{Maker} has a handle of {Task}: signalled, {Status}",
	"tree.handle.closed":    "{Maker} has closed its handle of {Task}: {Status}",
	"tree.handle.gone":      "{Maker} has ended, and its handle of {Task} with it; {Task} is nobody's",
	"tree.handle.none":      "No process has made another yet.",
	"waitfor.unsafe":        "{Task} could have {Object}, but waits: if it had it, there might be no order in which all can end.",
	"waitfor.none":          "Nobody waits for what another holds.",
	"waitfor.some":          "{N} wait for what others hold; nobody waits in a circle.",
	"waitfor.deadlock":      "Deadlock: {Links}. None of them ever goes on.",
	"waitfor.link":          "{Task} waits for {Object}, which {By} holds",
	"waitfor.link.join":     "{Task} waits for the end of {By}",
	"waitfor.and":           "{First}; {Then}",
	"waitfor.gone":          "{Task} waits for {Object} for ever: {By}, who holds it, has ended.",
	"waitfor.nobody":        "{Task} waits for ever: nobody is left who could let it go on.",
	"waitfor.resource":      "lock",
	"waitfor.forever":       "waits for ever",
	"waitfor.boosted":       "as urgent as {By}",
	"inspector.boosted":     "as urgent as",
	"boosted.ceiling":       "the ceiling of the lock",
	"waitfor.waits":         "waits for",
	"waitfor.held":          "held by",
	"waitfor.legend":        "From who waits to what it waits for, and from what is held to who holds it. Thick and numbered: a deadlock.",
	"waitfor.more":          "and {N} more",

	"program.waits": "{Task} waits here",
	"program.runs":  "{Task} runs here",
	"program.ready": "{Task} goes on here",

	"timeline.text": "{Task}: {State} until {Time}",

	"timeline.release":       "release",
	"timeline.deadline":      "deadline",
	"timeline.missed":        "missed",
	"timeline.dropped":       "dropped",
	"timeline.job":           "job {Number}: released at {Time}",
	"timeline.job.deadline":  ", deadline {Time}",
	"timeline.job.response":  ", response {Time}",
	"timeline.job.missed":    ", missed",
	"timeline.job.dropped":   ", dropped at its deadline",
	"inspector.job":          "job · release · deadline",
	"inspector.job.response": "response of the job",
	"inspector.missed":       "deadline missed",
	"inspector.dropped":      "dropped at the deadline",

	"arrow.admit":         "admit",
	"arrow.dispatch":      "dispatch",
	"arrow.preempt":       "preempt: slice used up",
	"arrow.preempt.short": "slice used up",
	"arrow.preempt.any":   "preempt",
	"arrow.yield":         "yield",
	"arrow.block":         "block: lock, I/O, get, join, sleep",
	"arrow.block.short":   "block",
	"arrow.wake":          "wake",
	"arrow.exit":          "exit",
}

// say returns a sentence of the reader's language, in English if there is none.
func (w Words) say(id string, values ...any) string {
	if w != nil {
		if s := w(id, values...); s != "" && s != id {
			return s
		}
	}
	s, ok := english[id]
	if !ok {
		return id
	}
	for i := 0; i+1 < len(values); i += 2 {
		s = strings.ReplaceAll(s, fmt.Sprintf("{%v}", values[i]), fmt.Sprint(values[i+1]))
	}
	return s
}
