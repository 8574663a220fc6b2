package widgets

import (
	"fyne.io/fyne/v2"

	"timeslice/sim/trace"
)

var stateColors = [...]fyne.ThemeColorName{
	trace.New:        ColorNew,
	trace.Ready:      ColorReady,
	trace.Running:    ColorRunning,
	trace.Blocked:    ColorBlocked,
	trace.Stopped:    ColorStopped,
	trace.Zombie:     ColorZombie,
	trace.Terminated: ColorTerminated,
}

// StateColor returns the name of a state's colour.
func StateColor(s trace.State) fyne.ThemeColorName {
	if int(s) < len(stateColors) && stateColors[s] != "" {
		return stateColors[s]
	}
	return ColorNew
}
