package widgets

import (
	"fyne.io/fyne/v2"

	"timeslice/sim/trace"
)

// StateView is how many states the stage tells apart, and what it calls them. The
// run is the same in all of them.
type StateView uint8

// The views of states.
const (
	FiveStates  StateView = iota // new, ready, running, blocked, terminated, with those stopped and zombies beside
	SevenStates                  // ready and blocked are told apart by whether the process is in memory
	ThreeStates                  // ready, running, blocked
	LinuxStates                  // the letters that ps shows on Linux: see [trace.TaskAt.LinuxLetter]
	stateViews
)

// StateViews returns every view, in the order in which they come up.
func StateViews() []StateView { return []StateView{FiveStates, SevenStates, ThreeStates, LinuxStates} }

// String returns the view's stable code: "five", "seven", "three", "linux".
func (v StateView) String() string {
	return [...]string{"five", "seven", "three", "linux"}[min(v, LinuxStates)]
}

// What a task that is ready or blocked is on the stage while its process isn't in
// memory.
const (
	readySuspend   = trace.Terminated + 1
	blockedSuspend = trace.Terminated + 2
	lastState      = blockedSuspend
)

var stateColors = [...]fyne.ThemeColorName{
	trace.New:        ColorNew,
	trace.Ready:      ColorReady,
	trace.Running:    ColorRunning,
	trace.Blocked:    ColorBlocked,
	trace.Stopped:    ColorStopped,
	trace.Zombie:     ColorZombie,
	trace.Terminated: ColorTerminated,
	readySuspend:     ColorReady,
	blockedSuspend:   ColorBlocked,
}

// StateColor returns the name of a state's colour.
func StateColor(s trace.State) fyne.ThemeColorName {
	if int(s) < len(stateColors) && stateColors[s] != "" {
		return stateColors[s]
	}
	return ColorNew
}

// stateID returns the id of the word for a state.
func stateID(s trace.State) string {
	switch s {
	case readySuspend:
		return "state.ready_suspend"
	case blockedSuspend:
		return "state.blocked_suspend"
	}
	return "state." + s.String()
}

// StateWord returns the id of the word for the state a task is in: one that is
// ready or blocked while its process isn't in memory has a state of its own.
func StateWord(at *trace.TaskAt) string { return stateID(stageState(at)) }

// stageState returns the state a task is in, those of suspended ones included.
func stageState(at *trace.TaskAt) trace.State {
	switch {
	case at.Suspended && at.State == trace.Ready:
		return readySuspend
	case at.Suspended && at.State == trace.Blocked:
		return blockedSuspend
	}
	return at.State
}

// StateText says which state a task is in, as a view tells them apart.
func (v StateView) StateText(at *trace.TaskAt, words Words) string {
	switch v {
	case SevenStates:
		return words.say(StateWord(at))
	case ThreeStates:
		if at.State == trace.Stopped { // it waits, for a signal
			return words.say(stateID(trace.Blocked))
		}
	case LinuxStates:
		if at.State != trace.New {
			return string(at.LinuxLetter()) + " · " + words.say(stateID(at.State))
		}
	}
	return words.say(stateID(at.State))
}
